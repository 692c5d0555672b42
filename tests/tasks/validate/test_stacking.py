"""One validation for all units gives each unit what a validation of its own would; a crash is never a pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.rules import RULES, Matches, Present, Rule, Scope, Severity
from tasks.pull import Submission
from tasks.validate import validate
from tests.support.broken import ALL, YEAR, code_of, judged
from tests.support.workbooks import submit

THREE = ("F302.adjusted", "secret E202.projects, the second one", "D309 in the kind of a procurement")


@pytest.mark.parametrize("name", THREE)
def test_stacked_findings_equal_those_of_the_unit_alone(name: str) -> None:
    (broken,) = [b for b in ALL if b.name == name]
    code = code_of(broken)
    submissions, together = judged()
    alone = validate([submissions[code]], YEAR)
    assert alone.findings[code]
    assert alone.findings[code] == together.findings[code]
    assert alone.unchecked[code] == together.unchecked[code]


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
