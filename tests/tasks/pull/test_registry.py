"""The registry: what is taken, what is refused, and that one faulty entry leaves the others alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.pull import (
    RegisteredUnit,
    RegistryError,
    UnknownUnitError,
    load_registry,
    pull_unit,
    select_units,
)
from tests.support.workbooks import EXAMPLE

GOOD = """
[[unit]]
code = "sjzyj"
name = "长沙市数据资源管理局"
kind = "administrative"
source = "in/sjzyj.xlsx"
contact = "a@example.invalid"
"""


def load(tmp_path: Path, text: str | bytes) -> tuple[RegisteredUnit, ...]:
    path = tmp_path / "units.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_registry(path)


def entry(**changes: object) -> str:
    """An entry of a second unit; a change to None leaves the field out."""
    fields = {
        "code": '"dsjzx"',
        "name": '"长沙市大数据中心"',
        "kind": '"institution"',
        "parent": '"sjzyj"',
        "source": '"dsjzx.xlsx"',
    }
    lines = [f"{key} = {value}" for key, value in (fields | changes).items() if value is not None]
    return "[[unit]]\n" + "\n".join(lines) + "\n"


def test_takes_an_entry(tmp_path: Path) -> None:
    first, second = load(tmp_path, GOOD + entry())
    assert first == RegisteredUnit(
        "sjzyj",
        "长沙市数据资源管理局",
        "administrative",
        "",
        str(tmp_path.resolve() / "in/sjzyj.xlsx"),
        "a@example.invalid",
    )
    assert (second.code, second.parent, second.contact, second.fault) == ("dsjzx", "sjzyj", "", "")
    assert second.file_name == "dsjzx.xlsx"


def test_example_registry_is_faultless() -> None:
    assert [(unit.code, unit.fault) for unit in load_registry(EXAMPLE / "units.toml")] == [
        ("sjzyj", ""),
        ("dsjzx", ""),
    ]


@pytest.mark.parametrize(
    ("codes", "selected"),
    [
        (None, ["sjzyj", "dsjzx"]),
        ([], ["sjzyj", "dsjzx"]),
        (["dsjzx"], ["dsjzx"]),
        (["dsjzx", "sjzyj", "dsjzx"], ["sjzyj", "dsjzx"]),
    ],
)
def test_selects_units_in_the_order_of_the_registry(codes: list[str] | None, selected: list[str]) -> None:
    registered = load_registry(EXAMPLE / "units.toml")
    assert [unit.code for unit in select_units(registered, codes)] == selected


def test_a_unit_that_is_not_registered_is_named_with_those_that_are() -> None:
    registered = load_registry(EXAMPLE / "units.toml")
    with pytest.raises(UnknownUnitError, match="单位名录中没有：nobody。可用的单位代码：dsjzx、sjzyj"):
        select_units(registered, ["dsjzx", "nobody"])


def test_mark_of_notepad_and_outer_blanks(tmp_path: Path) -> None:
    _, unit = load(tmp_path, "\ufeff" + GOOD + entry(name='" 长沙市大数据中心　"', code='"dsjzx "'))
    assert (unit.code, unit.name, unit.fault) == ("dsjzx", "长沙市大数据中心", "")


FAULTS: dict[str, tuple[str, str, str]] = {
    # what is wrong: the entry, its code, its fault
    "leaves the folder": (
        entry(code='"../x"'),
        "第2条",
        "单位代码“../x”不合规：只能用小写字母、数字、下划线和短横线，32 个字符以内",
    ),
    "capital": (
        entry(code='"Dsjzx"'),
        "第2条",
        "单位代码“Dsjzx”不合规：只能用小写字母、数字、下划线和短横线，32 个字符以内",
    ),
    "line end": (
        entry(code='"dsj\\nzx"'),
        "第2条",
        "单位代码“dsj\nzx”不合规：只能用小写字母、数字、下划线和短横线，32 个字符以内",
    ),
    "too long": (
        entry(code=f'"{"a" * 33}"'),
        "第2条",
        f"单位代码“{'a' * 33}”不合规：只能用小写字母、数字、下划线和短横线，32 个字符以内",
    ),
    "full-width": (
        entry(code='"１２"'),
        "第2条",
        "单位代码“１２”不合规：只能用小写字母、数字、下划线和短横线，32 个字符以内",
    ),
    "no code": (
        entry(code=None),
        "第2条",
        "单位代码“”不合规：只能用小写字母、数字、下划线和短横线，32 个字符以内",
    ),
    "code is a number": (entry(code="101"), "第2条", "字段 code 应为文字"),
    "code is a list": (entry(code='["a"]'), "第2条", "字段 code 应为文字"),
    "source is a table": (entry(source="{ path = 1 }"), "dsjzx", "字段 source 应为文字"),
    "several of a wrong type": (entry(name="1", contact="true"), "dsjzx", "字段 contact、name 应为文字"),
    "unknown field": (entry(sorce='"x"', owner='"y"'), "dsjzx", "不认识的字段 owner、sorce"),
    "no source": (entry(source=None), "dsjzx", "缺少 source"),
    "blank source": (entry(source='"  "'), "dsjzx", "缺少 source"),
    "no name and source": (entry(name=None, source='""'), "dsjzx", "缺少 name、source"),
    "unknown kind": (entry(kind='"机关"'), "dsjzx", "kind 现为“机关”，应为 administrative、institution 之一"),
    "no kind": (entry(kind=None), "dsjzx", "kind 现为“”，应为 administrative、institution 之一"),
    "name of a folder": (
        entry(code='"departments"'),
        "第2条",
        "单位代码“departments”是系统保留的文件夹名，请另取代码",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_says_the_fault(name: str, tmp_path: Path) -> None:
    text, code, fault = FAULTS[name]
    good, unit = load(tmp_path, GOOD + text)
    assert (unit.code, unit.fault) == (code, fault)
    assert good.fault == ""
    (trouble,) = pull_unit(unit, tmp_path / "inputs").troubles
    assert (trouble.problem, trouble.detail) == ("bad_registration", fault)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["units.toml"]


REMEDY = "不影响本单位的报告，但无法汇总到主管部门，请改正 parent"


def test_an_unknown_parent_is_no_fault_of_the_unit(tmp_path: Path) -> None:
    good, unit = load(tmp_path, GOOD + entry(parent='"nobody"'))
    assert (unit.fault, unit.parent) == ("", "")
    assert unit.misplaced == f"主管部门代码“nobody”不在名录中；{REMEDY}"
    assert (good.fault, good.misplaced) == ("", "")


@pytest.mark.parametrize(
    "parents",
    [{"sjzyj": "dsjzx", "dsjzx": "sjzyj"}, {"dsjzx": "dsjzx", "sjzyj": ""}],
    ids=["two", "itself"],
)
def test_circular_parents_are_said_and_stop_nobody(tmp_path: Path, parents: dict[str, str]) -> None:
    text = "".join(entry(code=f'"{code}"', parent=f'"{parent}"') for code, parent in parents.items())
    for unit in load(tmp_path, text):
        circle = f"主管部门代码“{parents[unit.code]}”与本单位互为上下级（循环）；{REMEDY}"
        assert unit.fault == ""
        assert unit.misplaced == (circle if parents[unit.code] else "")


def test_same_code_twice(tmp_path: Path) -> None:
    units = load(tmp_path, entry(parent='""') + GOOD + entry(parent='""'))
    assert [(unit.code, unit.fault) for unit in units] == [
        ("第1条", "单位代码“dsjzx”登记了两次"),
        ("sjzyj", ""),
        ("第3条", "单位代码“dsjzx”登记了两次"),
    ]


@pytest.mark.parametrize(
    "text", ["", "unit = []", "unit = 1", "unit = [1]", "[unit]\ncode = 'a'", "[[units]]\ncode='a'"]
)
def test_lists_no_unit(text: str, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"单位名录中没有单位：.*units.toml。每个单位写一段"):
        load(tmp_path, text)


@pytest.mark.parametrize(
    "text", ["code =", "[[unit]", "这不是名录", "[[unit]]\na=1\na=2", "名称".encode("gbk")]
)
def test_is_no_toml(text: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"单位名录无法读取：.*units.toml"):
        load(tmp_path, text)


def test_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"找不到单位名录：.*--registry"):
        load_registry(tmp_path / "units.toml")


def test_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"单位名录无法读取"):
        load_registry(tmp_path)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("/data/报送/数据局.xlsx", "数据局.xlsx"),
        ("/data/a?b#c.xlsx", "a?b#c.xlsx"),
        ("https://u:secret@host/a/%E5%B1%80.xlsx?token=secret", "局.xlsx"),
        ("https://u:secret@host?token=secret", "host"),
        ("http://[bad/x.xlsx#secret", "x.xlsx"),
        ("file:///data/a.xlsx", "a.xlsx"),
    ],
)
def test_file_name_tells_no_secret(source: str, shown: str) -> None:
    assert RegisteredUnit("a", "甲", "institution", "", source, "").file_name == shown


@pytest.mark.parametrize(
    ("source", "kept"),
    [("https://host/a.xlsx", "https://host/a.xlsx"), ("/data/a.xlsx", "/data/a.xlsx"), ("../a.xlsx", None)],
)
def test_source_is_a_url_or_an_absolute_path(source: str, kept: str | None, tmp_path: Path) -> None:
    _, unit = load(tmp_path, GOOD + entry(source=f'"{source}"'))
    assert unit.source == (kept or str(tmp_path.resolve() / source))


def test_strange_sources_do_not_stop_the_others(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    units = load(tmp_path, GOOD + entry(source='"loop"') + entry(code='"third"', source='"a\\u0000b"'))
    assert [unit.fault for unit in units] == ["", "", ""]
    problems = [pull_unit(unit, tmp_path / "inputs").troubles[0].problem for unit in units]
    assert problems == ["missing_file", "unreadable_file", "unreadable_file"]
