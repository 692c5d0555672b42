from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tasks.toml_file import TomlFileError, read_toml


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a = 1\nb = “字”", "第 2 行第 5 列：“ 是全角字符，请改为半角"),
        ("a = 1\r\nb ＝ 2", "第 2 行第 3 列：＝ 是全角字符，请改为半角"),
        ("a = 8.５", "第 1 行第 6 列：５ 是全角字符，请改为半角"),
        ("a = 长沙", "第 1 行第 5 列：等号后面写法不对：文字放在半角双引号中，数字不加逗号和单位"),
        ("a = 2021-02-30", "第 1 行第 5 列：没有这个日期，或写法不对；日期应如 2021-12-31，不加引号"),
        ("a = 1\na = 2", "文件末尾：同一段中有重复的字段，请只留一个"),
        ("a = {b = 1, b = 2}", "第 1 行第 18 列：同一段中有重复的字段，请只留一个"),
        ("[a]\n[a]", "第 2 行第 3 列：同名的一段写了两次，请合为一段"),
        ('a = "字\nb = 2', "第 1 行第 7 列：引号没有成对，或者有不能使用的字符"),
        ('a = "字', "文件末尾：引号没有成对"),
        ('a = "D:\\数据"', "第 1 行第 10 列：反斜杠（\\）应写成两个，或者改用单引号"),
        ("a = [1", "文件末尾：方括号没有成对"),
        ("[[unit]\n", "第 1 行第 7 列：方括号没有成对"),
        ("a = {b = 1", "文件末尾：花括号没有成对"),
        ("a 1", "第 1 行第 3 列：字段名后面应有等号"),
        ("a = 1 2", "第 1 行第 7 列：不合 TOML 的写法"),
        ("a = 1\n名 = 2".encode("gbk"), "第 2 行不是 UTF-8 编码，请另存为 UTF-8"),
    ],
)
def test_what_is_wrong_is_explained_by_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TomlFileError) as caught:
        read_toml(path)
    assert str(caught.value) == message


def test_the_mark_of_notepad_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1.10")
    assert read_toml(path, parse_float=Decimal) == {"a": Decimal("1.10")}


def test_no_file_is_left_to_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_toml(tmp_path / "a.toml")


def test_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError, match="是文件夹，不是文件"):
        read_toml(tmp_path)
