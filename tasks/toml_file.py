"""Read a TOML file that people edit by hand; what cannot be read is explained by line, in Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_FULL_WIDTH_QUOTES = "“”‘’"
_REASONS = {
    "Invalid date": "没有这个日期，或写法不对；日期应如 2021-12-31，不加引号",
    "Invalid value": "等号后面写法不对：文字放在半角双引号中，数字不加逗号和单位",
    "Cannot overwrite": "同一段中有重复的字段，请只留一个",
    "Duplicate inline table key": "同一段中有重复的字段，请只留一个",
    "Cannot declare": "同名的一段写了两次，请合为一段",
    "Unterminated string": "引号没有成对",
    "Illegal character": "引号没有成对，或者有不能使用的字符",
    "Unescaped": "反斜杠（\\）应写成两个，或者改用单引号",
    "Unclosed array": "方括号没有成对",
    "Unclosed inline table": "花括号没有成对",
    "Expected ']": "方括号没有成对",
    "Expected '='": "字段名后面应有等号",
}
"""How the messages of tomllib begin → what an operator can act on."""
_OTHERWISE = "不合 TOML 的写法"


class TomlFileError(Exception):
    """The file cannot be read. The message (Chinese) says why; which file it is, the caller says."""


def read_toml(path: Path, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """Read a file in UTF-8, with or without the mark that Notepad puts first.

    Raises FileNotFoundError where there is none, TomlFileError for whatever else is wrong.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except PermissionError:
        raise TomlFileError("没有读取权限") from None
    except IsADirectoryError:
        raise TomlFileError("是文件夹，不是文件") from None
    except OSError as error:
        raise TomlFileError(f"读取失败：{error.strerror}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TomlFileError(f"第 {line} 行不是 UTF-8 编码，请另存为 UTF-8") from error
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        raise TomlFileError(_explain(str(error), text.replace("\r\n", "\n"))) from error


def _explain(message: str, text: str) -> str:
    reason = next((reason for start, reason in _REASONS.items() if message.startswith(start)), _OTHERWISE)
    place = _PLACE.search(message)
    if place is None:
        return f"文件末尾：{reason}"
    row, column = int(place[1]), int(place[2])
    at = text.split("\n")[row - 1][column - 1 : column + 1]  # after a whole number, what stops it comes next
    if wide := [sign for sign in at if sign in _FULL_WIDTH_QUOTES or east_asian_width(sign) == "F"]:
        reason = f"{wide[0]} 是全角字符，请改为半角"
    return f"第 {row} 行第 {column} 列：{reason}"
