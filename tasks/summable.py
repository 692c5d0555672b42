"""Which quantities may be added up over units, and how people name them: table, row, column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from expectations.contract import CONTRACT, Column, Table, Type
from tasks.quantities import KIND_COLUMN, SUMMED

_NOT_ADDED = {("budget", "department")}
"""A department's total in its head's workbook is itself such a sum."""
_KEY_PROJECTS = ("adjusted", "final")
_ALL_ROWS, _KEY_ROWS = "合计", "重点项目"


@dataclass(frozen=True)
class Place:
    """Where a quantity is filled."""

    table: Table
    row: str
    """Code of the row or kind of row; `*` for the sum of a list."""
    row_label: str
    column: Column

    @property
    def quantity(self) -> str:
        """The quantity's name (see `tasks/quantities.py`)."""
        return f"{self.table.name}.{self.row}.{self.column.name}"

    @property
    def label(self) -> str:
        """What people call it: 预算收支总表·合计·决算数."""
        return f"{self.table.label}·{self.row_label}·{self.column.label}"

    @property
    def is_money(self) -> bool:
        """Whether it is an amount in 分; a count otherwise."""
        return self.column.type is Type.AMOUNT

    @property
    def may_be_left_out(self) -> bool:
        """Whether a unit that has nothing of the kind leaves out the row: 没有的类别可不填."""
        return self.table.name == "staffing" and any(
            choice.code == self.row and not choice.required
            for choice in self.table[self.table.fixed_by].choices
        )


def _places() -> Iterator[Place]:
    for table in CONTRACT.tables:
        by = table.fixed_by or KIND_COLUMN.get(table.name, "")
        if by:
            rows = [(choice.code, choice.label) for choice in table[by].choices]
        elif table.name in SUMMED and table.name != "profile":
            rows = [("*", _ALL_ROWS)]
        else:
            continue
        for code, label in rows:
            if (table.name, code) not in _NOT_ADDED:
                for column in table.numerics:
                    yield Place(table, code, label, table[column])
    for name in _KEY_PROJECTS:
        yield Place(CONTRACT["projects"], "key", _KEY_ROWS, CONTRACT["projects"][name])


PLACES: dict[str, Place] = {place.quantity: place for place in _places()}
"""Quantity → place, in the order of the contract."""
COUNTED = ("projects.*.count", "projects.key.count")
"""Counts of rows, which are never missing."""
SUMMABLE: tuple[str, ...] = (*PLACES, *COUNTED)
