"""Recognise the content of a sheet: which table of the contract is it really?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from expectations.contract import CONTRACT, Layout, Table
from tasks.pull.grids import Grid
from tasks.pull.values import compact

_SEARCHED_ROWS = 10
_SURE, _CLEARLY = Fraction(3, 4), Fraction(1, 4)
"""How much of a table must be there, and how much more than of the table that the sheet is named after."""


def recognise(grid: Grid, named: Table) -> Table | None:
    """The table whose content a sheet holds, if that is clearly not the one it is named after."""
    best = max(CONTRACT.tables, key=lambda table: _affinity(grid, table))
    there = _affinity(grid, best)
    if best is named or there < _SURE or there - _affinity(grid, named) < _CLEARLY:
        return None
    return best


def _affinity(grid: Grid, table: Table) -> Fraction:
    """How much of a table's labels the sheet has, from 0 to 1; fixed rows count as much as columns."""
    if table.layout is Layout.FORM:
        return _share([(c.label, *c.aliases) for c in table.columns], {compact(row[0]) for row in grid.rows})
    header = max(grid.rows[:_SEARCHED_ROWS], key=lambda row: _columns(table, row), default=[])
    columns = _columns(table, header)
    if not table.fixed_by:
        return columns
    choices = [choice for choice in table[table.fixed_by].choices if choice.required] or list(
        table[table.fixed_by].choices
    )
    first = {compact(cell) for row in grid.rows for cell in row[:2] if isinstance(cell, str)}
    return (columns + _share([(c.label, *c.aliases) for c in choices], first)) / 2


def _columns(table: Table, row: Sequence[object]) -> Fraction:
    there = {compact(cell) for cell in row if isinstance(cell, str)}
    return _share([(c.label, *c.aliases) for c in table.columns], there)


def _share(wanted: Sequence[tuple[str, ...]], there: set[str]) -> Fraction:
    return Fraction(sum(any(compact(word) in there for word in words) for words in wanted), len(wanted))
