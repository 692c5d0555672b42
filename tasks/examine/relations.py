"""Relations between figures, down to the cells of one submission, to be tried with other amounts in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from expectations.contract import CONTRACT, Type
from expectations.rules import Balance, RowBalance, Rule
from tasks.precision import HALF_STEP
from tasks.pull import Submission
from tasks.quantities import SUMMED

Cell = tuple[str, int, str]
"""table, sheet row, column."""


@dataclass(frozen=True)
class Relation:
    """One relation over cells: Σ coefficient·cell (+ constant) = 0, or ≤ 0."""

    rule: str
    row: int
    terms: tuple[tuple[int, Cell], ...]
    constant: int
    at_most: bool

    def residual(self, amounts: Mapping[Cell, int]) -> int:
        """By how much it fails, with its sign; a limit that is kept has none."""
        total = self.constant + sum(coefficient * amounts[cell] for coefficient, cell in self.terms)
        return max(total, 0) if self.at_most else total

    def holds_with(
        self, amounts: Mapping[Cell, int], instead: Mapping[Cell, int], *, rounded: bool = False
    ) -> bool:
        """Whether it holds with other amounts in some cells; `rounded` ones lack what is below 0.01 万元."""
        total, envelope = self.constant, 0
        for coefficient, cell in self.terms:
            if cell in instead:
                envelope += abs(coefficient) * HALF_STEP if rounded else 0
            total += coefficient * instead.get(cell, amounts[cell])
        return total <= envelope and (self.at_most or -total <= envelope)

    def can_tell(self, amounts: Mapping[Cell, int], instead: Mapping[Cell, int]) -> bool:
        """Whether it compares the cells with others: limits and cells among themselves prove nothing.

        Nor does a row of which one figure was computed from the other.
        """
        others = any(amounts[cell] and cell not in instead for _, cell in self.terms)
        is_computed = self.row and sum(cell in instead for _, cell in self.terms) > 1
        return not self.at_most and not is_computed and (others or self.constant != 0)


def amounts_of(submission: Submission) -> dict[Cell, int]:
    """All amounts of a submission by cell, in 分."""
    return {
        (table.name, row["sheet_row"], name): row[name]
        for table in CONTRACT.tables
        for row in submission.rows.get(table.name, ())
        for name in table.amounts
        if row.get(name) is not None
    }


def relations_of(
    submission: Submission,
    figures: Mapping[str, int | None],
    rules: Iterable[Rule],
    amounts: Mapping[Cell, int],
) -> Iterator[Relation]:
    """Yield the relations of the rules over the cells of a submission, where all figures are known.

    `figures`: named quantities with their neighbours (see `tasks/neighbours.py`): what is in no cell of the
    submission is a constant.
    """
    for rule in rules:
        check = rule.check
        if isinstance(check, RowBalance):
            members = ((1, check.target), *((-sign, name) for sign, name in check.terms))
            for row in submission.rows.get(check.table, ()):
                number = row["sheet_row"]
                cells = tuple((k, (check.table, number, name)) for k, name in members)
                if all(cell in amounts for _, cell in cells):
                    yield Relation(rule.code, number, cells, 0, check.at_most)
        elif isinstance(check, Balance) and check.terms:
            relation = _balance(rule.code, check, submission, figures, amounts)
            if relation:
                yield relation


def _balance(
    code: str,
    check: Balance,
    submission: Submission,
    figures: Mapping[str, int | None],
    amounts: Mapping[Cell, int],
) -> Relation | None:
    terms: list[tuple[int, Cell]] = []
    constant = 0
    for coefficient, name in ((1, check.target), *((-sign, name) for sign, name in check.terms)):
        figure = figures.get(name)
        if figure is None:
            return None
        cells = [] if ":" in name else [cell for cell in _cells(name, submission) if cell in amounts]
        if cells:
            terms += [(coefficient, cell) for cell in cells]
        else:
            constant += coefficient * figure
    return Relation(code, 0, tuple(terms), constant, check.at_most) if terms else None


def _cells(quantity: str, submission: Submission) -> Iterator[Cell]:
    """Yield the cells that a quantity is the sum of."""
    table_name, code, column = quantity.split(".")
    table = CONTRACT[table_name]
    if column not in {c.name for c in table.columns if c.type is Type.AMOUNT}:
        return
    by = next((c.name for c in table.columns if code in c.label_by_code), "")
    for row in submission.rows.get(table_name, ()):
        if (code == "*" and table_name in SUMMED) or (by and row.get(by) == code):
            yield table_name, row["sheet_row"], column
