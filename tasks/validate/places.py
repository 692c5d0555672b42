"""Where findings point, and which cells reading has already complained about."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from expectations.contract import CONTRACT
from tasks.pull import Submission
from tasks.pull.addresses import is_within
from tasks.pull.list_sheet import ALL_COLUMNS
from tasks.validate.labels import cover


class Places:
    """The cells of the submissions of one batch (unit code → submission)."""

    def __init__(self, submissions: Mapping[str, Submission]) -> None:
        self._submissions = submissions

    def of_cell(self, unit: str, table: str, column: str, row: int) -> tuple[str, str]:
        """Return the sheet and address of a cell; row 0, for no row in particular, has one only in a form."""
        placement = self._submissions[unit].placements[table]
        return placement.sheet, placement.address(column, int(row))

    def of_quantity(self, unit: str, quantity: str) -> tuple[str, str]:
        """Do as `of_cell` for a named figure; one that several rows make up has no address."""
        table, code, column = quantity.split(".")
        submission = self._submissions[unit]
        if table not in submission.placements:
            return CONTRACT[table].label, ""
        rows = submission.rows[table]
        row_column = next((c.name for c in CONTRACT[table].columns if code in c.label_by_code), "")
        matching = [r["sheet_row"] for r in rows if code == "*" or r.get(row_column) == code]
        return self.of_cell(unit, table, column, matching[0] if len(matching) == 1 else 0)

    @cached_property
    def _troubled(self) -> set[tuple[str, str, str, int]]:
        return {
            (code, trouble.table, trouble.column, trouble.row if "column" not in trouble.problem else 0)
            for code, submission in self._submissions.items()
            for trouble in submission.troubles
        }

    def is_troubled(self, unit: str, table: str, column: str, row: int) -> bool:
        """Tell whether reading already complained about this cell, its column or what it is merged into."""
        submission = self._submissions[unit]
        cell = submission.placements[table].address(column, row)
        cell_row = row or int("0" + "".join(ch for ch in cell if ch.isdigit()))
        if any((unit, table, column, where) in self._troubled for where in (cell_row, 0)):
            return True
        if column in CONTRACT[table].amounts and (unit, table, ALL_COLUMNS, 0) in self._troubled:
            return True
        merged = (t.value for t in submission.troubles if (t.problem, t.table) == ("merged_cells", table))
        return any(is_within(cell, area) for area in merged)

    def cover_of(self, unit: str, table: str, number: int) -> str:
        """Do as `cover` for a row that is only known by its number."""
        rows = self._submissions[unit].rows.get(table, [])
        return next((cover(table, row) for row in rows if row["sheet_row"] == number), "")
