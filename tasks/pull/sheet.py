"""Read one sheet: from a grid of cells to typed rows that know their cells, and to what is wrong."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from expectations.contract import Column, Table
from tasks.pull.addresses import column_letters, is_within
from tasks.pull.grids import Grid
from tasks.pull.placement import Placement
from tasks.pull.trouble import ReadingError, Trouble
from tasks.pull.values import Parsed, clean_text, compact, parse

MAX_TROUBLES = 500
"""More in one sheet, and it is not a filled template but something pasted over it."""
SURELY_RENAMED = 0.75
"""How like a name must be for a sheet or column that can be absent to be there under that name."""


class SheetReader(ABC):
    """Reads one table from its sheet, collecting `rows`, `placement` and `troubles`."""

    def __init__(self, table: Table, grid: Grid) -> None:
        self.table = table
        self.grid = grid
        self.placement = Placement(grid.sheet)
        self.rows: list[dict[str, Any]] = []
        self.troubles: list[Trouble] = []
        self._column_by_label = {
            compact(label): column for column in table.columns for label in (column.label, *column.aliases)
        }

    def read(self) -> None:
        """Read the sheet.

        Raises ReadingError with the problem too_big when hardly anything in it can be understood.
        """
        self._read()
        if self.grid.is_hidden:
            self._trouble("hidden_sheet", label=self.table.label)

    @abstractmethod
    def _read(self) -> None: ...

    def _trouble(self, problem: str, column: str = "", cell: str = "", row: int = 0, **said: str) -> None:
        if len(self.troubles) == MAX_TROUBLES:
            raise ReadingError("too_big", f"工作表“{self.table.label}”中无法识别的内容超过 {MAX_TROUBLES} 处")
        self.troubles.append(Trouble(problem, self.table.name, column, self.grid.sheet, cell, row, **said))

    def _report_missing_columns(self, found: Iterable[str], unknown: Iterable[str], cell: str = "") -> None:
        names, unknown = set(found), [label for label in unknown if label]
        for column in self.table.columns:
            if column.name not in names:
                cutoff = SURELY_RENAMED if column.can_be_absent else 0.5
                near = difflib.get_close_matches(column.label, unknown, n=1, cutoff=cutoff)
                if column.can_be_absent and not near:
                    continue
                detail = f"（现有“{near[0]}”，是否改过标题）" if near else ""
                problem = "missing_column" if column.required else "missing_optional_column"
                self._trouble(problem, column.name, cell, label=column.label, detail=detail)

    def _value(self, column: Column, raw: object, row: int) -> object:
        parsed = parse(column, raw)
        if parsed.problem:
            self._report(column, parsed, clean_text(raw), row)
        return parsed.value

    def _report(self, column: Column, parsed: Parsed, shown: str, row: int) -> None:
        value = str(len(shown)) if parsed.problem == "text_too_long" else shown[:60]
        said = {"label": column.label, "value": value, "expected": parsed.expected, "detail": parsed.detail}
        self._trouble(parsed.problem, column.name, self.placement.address(column.name, row), row, **said)

    def _is_merged_away(self, cell: str) -> bool:
        """Tell whether a cell gave its value up to the first one of a merged area."""
        return any(t.problem == "merged_cells" and is_within(cell, t.value) for t in self.troubles)

    def _report_merged(self, first_row: int, columns: Iterable[int]) -> None:
        """Merges are a matter of looks above the data and a loss of data within it."""
        wanted = set(columns)
        if not first_row:
            return
        for (top, left), (bottom, right) in self.grid.merged:
            if bottom + 1 >= first_row and any(left <= column <= right for column in wanted):
                first = f"{column_letters(left + 1)}{top + 1}"
                area = f"{first}:{column_letters(right + 1)}{bottom + 1}"
                self._trouble("merged_cells", cell=first, row=top + 1, value=area)
