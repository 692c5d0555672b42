"""Findings as lines and as data."""

from __future__ import annotations

import json
from dataclasses import replace

from expectations.rules import Severity
from tasks.findings import Finding
from tests.support.memory import FINDING


def test_line_names_file_sheet_and_cell() -> None:
    assert (
        FINDING.as_line()
        == "[错误 F101.x] sjzyj.xlsx “基本支出”表 C10：“全年预算数”为 -1.00，不应为负数。请核对"
    )


def test_line_without_a_place() -> None:
    assert replace(FINDING, cell="").place == "sjzyj.xlsx “基本支出”表"
    assert replace(FINDING, sheet="", cell="").place == "sjzyj.xlsx"
    nowhere = replace(FINDING, file="", sheet="", cell="", message="登记有误")
    assert nowhere.as_line() == "[错误 F101.x] 登记有误。请核对"


def test_data_is_plain() -> None:
    data = FINDING.as_dict()
    assert data["severity"] == "错误"
    assert type(data["severity"]) is str
    assert json.loads(json.dumps(data)) == data


def test_order_is_severity_rule_place() -> None:
    def at(cell: str, severity: Severity = Severity.CRITICAL, rule: str = "F101.x") -> Finding:
        return replace(FINDING, cell=cell, severity=severity, rule=rule)

    wanted = [
        at("Z1", rule="E101.a"),
        at(""),
        at("B2"),
        at("AA2"),
        at("C10"),
        at("C100"),
        at("A1", Severity.WARNING, "A"),
        at("A1", Severity.INFO, "A"),
    ]
    shuffled = [*wanted[2:], *wanted[:2]]
    assert sorted(shuffled, key=lambda finding: finding.order) == wanted
