"""Waivers: for one unit, year, rule, cell and value, until a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.rules import Severity
from tasks.findings import HIDDEN, UNDECLARED, Finding
from tasks.waivers import Waiver, WaiverError, WaiverState, apply_waivers, load_waivers

TODAY = dt.date(2021, 3, 15)
WAIVER = Waiver(
    "a", 2020, "F316", "基本支出", "D6", "244,900.00", "出国任务增加", "王某某", dt.date(2021, 12, 31)
)
FOUND = Finding(
    "a",
    "F316",
    Severity.CRITICAL,
    "a.xlsx",
    "基本支出",
    "D6",
    "244,900.00",
    "不超过 200,000.00",
    "超过上年",
    "请核对",
)
ENTRY = """
[[waiver]]
unit = "a"
year = 2020
rule = "F316"
sheet = "基本支出"
cell = "D6"
value = "244,900.00"
reason = "出国任务增加"
approver = "王某某"
expires = 2021-12-31
"""


def load(tmp_path: Path, text: str) -> tuple[Waiver, ...]:
    path = tmp_path / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    return load_waivers(path, {"a"})


def judged(
    waiver: Waiver, *findings: Finding, today: dt.date = TODAY
) -> tuple[tuple[Finding, ...], WaiverState]:
    marked, standings = apply_waivers({"a": findings}, [waiver], 2020, today)
    ((_, standing),) = standings
    return marked["a"], standing


def test_read(tmp_path: Path) -> None:
    assert load(tmp_path, ENTRY) == (WAIVER,)
    assert load_waivers(tmp_path / "none.toml", {"a"}) == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('approver = "王某某"', "", "第 1 条：缺少 approver"),
        ('reason = "出国任务增加"', 'reason = " "', "第 1 条：缺少 reason"),
        ("year = 2020", 'year = "2020"', "第 1 条：year 应为四位年度，如 2020"),
        ("expires = 2021-12-31", 'expires = "年底"', "第 1 条：expires 应为日期，如 2021-12-31"),
        ("expires = 2021-12-31", "expires = 2021-12-31T00:00:00", "第 1 条：expires 应为日期，如 2021-12-31"),
        ('unit = "a"', 'unit = "aa"', "第 1 条：单位名录中没有单位 aa"),
        ('"F316"', '"F999"', "第 1 条：没有规则 F999"),
        ('"F316"', '"D301"', "第 1 条：规则 D301 不能豁免：没有填报或无法读取的内容只能补正"),
        ("year = 2020", "year = 2020\nuntil = 1", "第 1 条：不认识的字段 until"),
        ('"244,900.00"', f'"{HIDDEN}"', "第 1 条：涉密项目的核对结果不能豁免：登记的值看不出数值是否变化"),
    ],
)
def test_a_faulty_entry_does_nothing_and_is_told(tmp_path: Path, old: str, new: str, fault: str) -> None:
    (waiver,) = load(tmp_path, ENTRY.replace(old, new))
    assert waiver.fault == fault
    assert judged(waiver, FOUND) == ((FOUND,), WaiverState.FAULTY)


@pytest.mark.parametrize("text", ["[[waiver]", 'waiver = "a"', "waiver = [1]"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(WaiverError, match=r"waivers\.toml"):
        load(tmp_path, text)


def test_a_waived_error_does_not_block() -> None:
    (finding,), standing = judged(WAIVER, FOUND)
    assert standing is WaiverState.ACTIVE
    assert FOUND.is_blocking
    assert not finding.is_blocking
    assert finding.as_dict()["waived"] == {
        "reason": "出国任务增加",
        "approver": "王某某",
        "expires": "2021-12-31",
    }
    assert "已豁免" in finding.as_line()
    assert replace(finding, waived=None) == FOUND


def test_it_holds_on_its_last_day() -> None:
    assert judged(WAIVER, FOUND, today=WAIVER.expires)[1] is WaiverState.ACTIVE
    (finding,), standing = judged(WAIVER, FOUND, today=WAIVER.expires + dt.timedelta(days=1))
    assert standing is WaiverState.EXPIRED
    assert finding.is_blocking
    assert finding.remedy == "请核对；原豁免已于 2021-12-31 到期"


def test_it_lapses_when_the_value_changes() -> None:
    (finding,), standing = judged(WAIVER, replace(FOUND, value="300,000.00"))
    assert standing is WaiverState.LAPSED
    assert finding.is_blocking
    assert finding.remedy == "请核对；原豁免针对的值为 244,900.00，数值已变，豁免失效"


@pytest.mark.parametrize(
    "other", [{"rule": "F203.basic"}, {"sheet": "项目支出"}, {"cell": "D7"}], ids=["rule", "sheet", "cell"]
)
def test_it_is_for_one_place_only(other: dict[str, str]) -> None:
    finding = replace(FOUND, **other)
    assert judged(WAIVER, finding) == ((finding,), WaiverState.UNUSED)


def test_it_is_for_one_unit_and_year_only() -> None:
    for waiver in (replace(WAIVER, unit="b"), replace(WAIVER, year=2019)):
        assert apply_waivers({"a": (FOUND,)}, [waiver], 2020, TODAY) == ({"a": (FOUND,)}, [])


@pytest.mark.parametrize("hidden", [HIDDEN, UNDECLARED])
def test_it_does_not_tell_the_value_of_what_has_become_classified(hidden: str) -> None:
    marked, ((told, standing),) = apply_waivers({"a": (replace(FOUND, value=hidden),)}, [WAIVER], 2020, TODAY)
    assert (standing, told.value) == (WaiverState.LAPSED, "")
    assert marked["a"][0].remedy == "请核对；原豁免针对的数值已变，豁免失效"
    ((unused, _),) = apply_waivers({"a": ()}, [WAIVER], 2020, TODAY)[1]
    assert unused.value == "", "nothing says whether it is open now"
