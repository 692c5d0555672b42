"""One figure of a real unit changed at a time: of what breaks a relation, nearly all is found, at its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from expectations.contract import CONTRACT, Type
from expectations.rules import RULES, Severity
from tasks.findings import Finding
from tasks.pull import Submission
from tasks.validate import Verdict, validate
from tests.support.oracle import Cell, Relation, relations_of
from tests.support.workbooks import submit

YEAR = 2020
UNITS = ("sjzyj", "dsjzx")
STEP = {Type.AMOUNT: 10_000, Type.COUNT: 1}
"""What the last displayed digit stands for: 0.01 万元 is 100 元, kept in 分."""
RULES_OF_ONE_UNIT = [rule for rule in RULES if rule.code[0] not in "XY"]
"""Units that are copies of each other are what rules across units look for."""

WITHOUT_RULE = {"文字中的指标值", "完成值达到指标值", "名义金额1元/件", "报废的公务用车"}
"""Relations that take reading: texts say a target's value in other words than its name, and goods by name."""


@dataclass(frozen=True)
class Mutant:
    """A unit with one figure changed. `broken` are the relations of the oracle that no longer hold."""

    submission: Submission
    cell: Cell
    change: str
    broken: tuple[Relation, ...]

    @property
    def places(self) -> set[str]:
        """The changed cell and those that stand in a broken relation with it."""
        cells = {self.cell, *(cell for relation in self.broken for cell in relation.cells)}
        return {place_of(self.submission, cell) for cell in cells}

    def __str__(self) -> str:
        names = "、".join(relation.name for relation in self.broken)
        return f"{self.submission.unit.code} {place_of(self.submission, self.cell)}: {self.change} ({names})"


def place_of(submission: Submission, cell: Cell) -> str:
    table, position, column = cell
    placement = submission.placements[table]
    return f"{placement.sheet}!{placement.address(column, submission.rows[table][position]['sheet_row'])}"


def figures_of(submission: Submission) -> Iterator[tuple[Cell, Any]]:
    """Every cell that holds a figure, and the figure."""
    for table in CONTRACT.tables:
        for position, row in enumerate(submission.rows[table.name]):
            for column in table.columns:
                if column.type in (*STEP, Type.NUMBER) and row.get(column.name) is not None:
                    yield (table.name, position, column.name), row[column.name]


def changes_of(kind: Type, value: Any) -> dict[Any, str]:
    """What may become of a figure by a slip, and what the slip is."""
    shown = str(value // 100) if kind is Type.AMOUNT and value % 100 == 0 else str(value)
    scale = 100 if shown != str(value) else 1
    step = STEP.get(kind, 0) or Decimal(1).scaleb(Decimal(value).as_tuple().exponent)  # type: ignore[arg-type]

    def typed(text: str) -> Any:
        return format(Decimal(text), "f") if kind is Type.NUMBER else int(text) * scale

    def as_kept(number: Any) -> Any:
        return format(number, "f") if kind is Type.NUMBER else int(number)

    number = Decimal(value)
    swaps = {
        typed(
            shown[:n] + shown[n + 1] + shown[n] + shown[n + 2 :]
        ): f"{shown}: digits {n + 1} and {n + 2} swapped"
        for n in range(len(shown) - 1)
        if (shown[n] + shown[n + 1]).isdigit()
    }
    found = {
        as_kept(number + step): f"{shown}: one step more",
        as_kept(number - step): f"{shown}: one step less",
        as_kept(number * 10): f"{shown}: ten times",
    } | swaps
    return {changed: slip for changed, slip in found.items() if Decimal(changed) != number}


def clone(submission: Submission, code: str, cell: Cell | None = None, value: Any = None) -> Submission:
    """The unit under another code, with one cell changed; all other rows are shared."""
    rows = dict(submission.rows)
    name = f"{submission.unit.name}{code}"
    rows["profile"] = [rows["profile"][0] | {"code": code, "name": name}]
    if cell:
        table, position, column = cell
        rows[table] = list(rows[table])
        rows[table][position] = rows[table][position] | {column: value}
    return replace(submission, unit=replace(submission.unit, code=code, name=name), rows=rows)


def mutants_of(submission: Submission) -> Iterator[Mutant]:
    relations = relations_of(submission.unit.code, submission.rows)
    number = 0
    for cell, value in figures_of(submission):
        table, _, column = cell
        for changed, slip in changes_of(CONTRACT[table][column].type, value).items():
            number += 1
            mutant = clone(submission, f"{submission.unit.code}-{number}", cell, changed)
            broken = tuple(r for r in relations if cell in r.cells and not holds(r, mutant))
            yield Mutant(mutant, cell, slip, broken)


def holds(relation: Relation, submission: Submission) -> bool:
    return relation.holds(*(submission.rows[table][at][column] for table, at, column in relation.cells))


class Trial:
    """All mutants of the real units and what is found in them."""

    def __init__(self, folder: Path) -> None:
        self.units = [submit(folder, unit) for unit in UNITS]
        self.mutants = [mutant for unit in self.units for mutant in mutants_of(unit)]

    @cached_property
    def verdict(self) -> Verdict:
        everyone = [*self.units, *(mutant.submission for mutant in self.mutants)]
        return validate(everyone, YEAR, RULES_OF_ONE_UNIT)

    def found_in(self, mutant: Mutant) -> list[Finding]:
        return [
            finding
            for finding in self.verdict.findings[mutant.submission.unit.code]
            if finding.severity in (Severity.CRITICAL, Severity.WARNING)
        ]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("trial"))


def test_relations_hold_in_the_real_units(trial: Trial) -> None:
    for unit in trial.units:
        relations = relations_of(unit.unit.code, unit.rows)
        assert [relation.name for relation in relations if not holds(relation, unit)] == []


def test_nothing_is_found_in_the_real_units(trial: Trial) -> None:
    assert {unit: list(trial.verdict.findings[unit]) for unit in UNITS} == {unit: [] for unit in UNITS}


def test_finds_what_breaks_a_relation(trial: Trial) -> None:
    breaking = [mutant for mutant in trial.mutants if mutant.broken]
    missed = [mutant for mutant in breaking if not is_caught(mutant, trial.found_in(mutant))]
    share = 1 - len(missed) / len(breaking)
    report = "\n".join(map(str, missed))
    assert share >= 0.95, f"{share:.2%} of {len(breaking)} ({len(trial.mutants)} in all)\n{report}"


def test_misses_only_what_takes_reading(trial: Trial) -> None:
    """Else a rule could be lost among the five in a hundred."""
    missed = [mutant for mutant in trial.mutants if not is_caught(mutant, trial.found_in(mutant))]
    names = {relation.name for mutant in missed for relation in mutant.broken}
    assert names <= WITHOUT_RULE, "\n".join(map(str, missed))


def is_caught(mutant: Mutant, found: list[Finding]) -> bool:
    return any(f"{finding.sheet}!{finding.cell}" in mutant.places for finding in found)


def test_finds_nothing_else(trial: Trial) -> None:
    """Where no relation is broken nobody is told to look, nor at cells that have nothing to do with it."""
    wrong = [
        f"{mutant}: {finding.as_line()}"
        for mutant in trial.mutants
        for finding in trial.found_in(mutant)
        if not is_caught(mutant, [finding]) or not mutant.broken
    ]
    assert wrong == []
