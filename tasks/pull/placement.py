"""Where a table lies in its workbook."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Placement:
    """Where a table lies: its sheet, and for each column its letter (LIST) or its cell (FORM)."""

    sheet: str
    letters: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)

    def address(self, column: str, row: int) -> str:
        """The cell of a column in a sheet row, such as E7; empty when the column is not there."""
        if column in self.cells:
            return self.cells[column]
        return f"{self.letters[column]}{row}" if column in self.letters and row else ""
