"""One validation for all units gives each unit what a validation of its own would; a crash is never a pass."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.contract import CONTRACT, Layout
from expectations.rules import RULES, Matches, Present, Rule, Scope, Severity
from tasks.findings import Finding
from tasks.pull import Submission
from tasks.pull.addresses import parse_address
from tasks.validate import validate
from tests.support.broken import ALL, RULES_OF_ALL, YEAR, background, code_of, judged
from tests.support.workbooks import submit

THREE = ("F302.adjusted", "secret E202.projects, the second one", "D309 in the kind of a procurement")


@pytest.mark.parametrize("name", THREE)
def test_stacked_findings_equal_those_of_the_unit_alone(name: str) -> None:
    (broken,) = [b for b in ALL if b.name == name]
    code = code_of(broken)
    submissions, together = judged()
    alone = validate([submissions[code]], YEAR, background=background())
    assert alone.findings[code]
    assert alone.findings[code] == together.findings[code]
    assert alone.unchecked[code] == together.unchecked[code]


# --- neither the other units nor the order of anything matters ---

Rows = dict[tuple[str, int], int]
"""Where a row of a sheet comes from: (label of the table, row) → row before it was moved."""


def moved(submission: Submission, rng: random.Random) -> tuple[Submission, Rows]:
    """The submission with the rows of every list in another order."""
    rows, troubles, origins = dict(submission.rows), submission.troubles, {}
    for table in CONTRACT.tables:
        listed = submission.rows.get(table.name, [])
        if table.layout is Layout.LIST and listed:
            label, numbers = submission.placements[table.name].sheet, [row["sheet_row"] for row in listed]
            shuffled = rng.sample(listed, len(listed))
            rows[table.name] = [row | {"sheet_row": n} for row, n in zip(shuffled, numbers, strict=True)]
            now = {row["sheet_row"]: n for row, n in zip(shuffled, numbers, strict=True)}
            origins |= {(label, n): before for before, n in now.items()}
            troubles = tuple(
                replace(one, row=now[one.row], cell=_on_row(one.cell, now[one.row]))
                if one.table == table.name and one.row in now
                else one
                for one in troubles
            )
    return replace(submission, rows=rows, troubles=troubles), origins


def _on_row(cell: str, row: int) -> str:
    return f"{cell.rstrip('0123456789')}{row}" if cell else ""


def told(finding: Finding, origins: Rows) -> tuple[str, ...]:
    """What a finding says, at the place before rows were moved."""
    cell = finding.cell
    if cell and (origin := origins.get((finding.sheet, parse_address(cell)[0]))):
        cell = _on_row(cell, origin)
    if finding.rule.startswith("E2"):  # of equal rows the first one is not to blame, whichever it is
        cell = cell.rstrip("0123456789")
    return finding.rule, str(finding.severity), finding.sheet, cell, finding.message, finding.expected


TIED_TO_ANOTHER_ROW = {
    "D210",
    "E201.projects",
    "E201.targets",
    "E202.projects",
    "E203",
    "F401",
    "F403",
    "N110",
}
"""Merged cells; what is like an earlier row; a whole column, addressed by its first cell."""


@pytest.mark.parametrize("part", [0, 1])
def test_neither_company_nor_order_changes_a_finding(part: int) -> None:
    """Half of all submissions, shuffled, against all of them.

    Not where rows are tied together or a finding names the first of several.
    """
    submissions, together = judged()
    rng = random.Random(part)
    chosen = [
        submissions[code_of(broken)]
        for broken in ALL[part::2]
        if not broken.companions and not TIED_TO_ANOTHER_ROW & {rule for rule, _ in broken.expected}
    ]
    handed_in = [moved(submission, rng) for submission in rng.sample(chosen, len(chosen))]
    apart = validate([submission for submission, _ in handed_in], YEAR, RULES_OF_ALL, background())
    for submission, origins in handed_in:
        code = submission.unit.code
        before = sorted(told(finding, {}) for finding in together.findings[code])
        assert sorted(told(finding, origins) for finding in apart.findings[code]) == before
        assert apart.unchecked[code] == together.unchecked[code]


# --- rules that cannot run ---


def _rule(code: str, check: Matches | Present) -> Rule:
    return Rule(code, "试验", Severity.WARNING, Scope.CELL, check, "“{label}”现为“{value}”", "请改正", "试验")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Submission, ...]:
    return submit(tmp_path_factory.mktemp("a"), "sjzyj"), submit(tmp_path_factory.mktemp("b"), "dsjzx")


def test_crashed_rule_is_a_critical_finding_for_everyone(both: tuple[Submission, ...]) -> None:
    rules = [
        _rule("X1", Matches("profile", "name", "(")),
        _rule("X2", Present("profile", "no_such_column")),
        _rule("X3", Matches("profile", "code", "sjzyj")),
        _rule("X4", Present("profile", "name")),
    ]
    verdict = validate(both, YEAR, rules)
    for code in ("sjzyj", "dsjzx"):
        crashed = [f for f in verdict.findings[code] if f.rule in ("X1", "X2")]
        assert [f.rule for f in crashed] == ["X1", "X2"]
        assert all(f.severity is Severity.CRITICAL for f in crashed)
        assert "unterminated subpattern" in crashed[0].message  # why, for the administrator
        assert "no_such_column" in crashed[1].message
        assert all(f.message.startswith("规则“试验”未能执行：") and len(f.message) < 250 for f in crashed)
        assert verdict.is_blocked(code)
    # The other rules of the same suite still say what they have to say.
    assert [f.rule for f in verdict.findings["sjzyj"]] == ["X1", "X2"]
    assert [(f.rule, f.cell) for f in verdict.findings["dsjzx"]] == [("X1", ""), ("X2", ""), ("X3", "B5")]


def test_a_warning_does_not_block(both: tuple[Submission, ...]) -> None:
    verdict = validate(both, YEAR, [_rule("X3", Matches("profile", "code", "sjzyj"))])
    assert [f.rule for f in verdict.findings["dsjzx"]] == ["X3"]
    assert not verdict.is_blocked("dsjzx")


def test_empty_tables_break_nothing(tmp_path: Path) -> None:
    """No unit of the batch has rows in the optional tables: the rules over them run and find nothing."""

    def change(records: dict[str, list[dict[str, object]]]) -> None:
        for table in ("projects", "allocations", "disposals", "vehicles", "targets", "problems"):
            records.pop(table, None)
        for item, source in (("project", "basic"), ("general", "basic"), ("total", "basic")):
            rows = {row["item"]: row for row in records["budget"]}
            for name in ("adjusted", "final", "surplus"):
                rows[item][name] = 0 if item == "project" else rows[source][name]
            rows[item]["initial"] = rows[item]["change"] = None
        for row in records["procurement"]:
            row["final"] = 0

    verdict = validate([submit(tmp_path, "sjzyj", change)], YEAR)
    assert [f.as_line() for f in verdict.findings["sjzyj"]] == []


def test_nothing_to_validate() -> None:
    verdict = validate([], YEAR, RULES[::20])
    assert dict(verdict.findings) == {}
