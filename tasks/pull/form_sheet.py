"""Read a form: a label in the first cell of a row, its value in the second."""

from __future__ import annotations

from typing import Any

from tasks.pull.sheet import SheetReader
from tasks.pull.values import clean_text, compact


class FormReader(SheetReader):
    """Reads a form; it has one row at most."""

    def _read(self) -> None:
        record: dict[str, Any] = {"sheet_row": 0}
        seen: dict[str, int] = {}
        unknown: list[str] = []
        for number, cells in enumerate(self.grid.rows, start=1):
            column = self._column_by_label.get(compact(cells[0]))
            if column is None:
                unknown.append(clean_text(cells[0]))
                continue
            if column.name in seen:
                self._trouble("repeated_column", column.name, f"A{number}", number, label=column.label)
                continue
            seen[column.name] = number
            self.placement.cells[column.name] = cell = f"B{number}"
            value = self._value(column, cells[1] if len(cells) > 1 else "", number)
            record[column.name] = value
            if value is not None and number in self.grid.hidden_rows:
                self._trouble("hidden_row", cell=cell, row=number)
        self._report_missing_columns(seen, unknown)
        self._report_merged(min(seen.values(), default=0), [1])
        if 2 in self.grid.hidden_columns and len(record) > 1:
            self._trouble("hidden_column", cell="B1", row=1, label="填写内容")
        if any(value is not None for name, value in record.items() if name != "sheet_row"):
            self.rows = [record]
        elif not self.table.optional:
            self._trouble("empty_table")
