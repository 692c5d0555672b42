"""Read a list: a header row, then a row per record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from expectations.contract import Column, Table, Type
from tasks.pull.addresses import column_letters
from tasks.pull.grids import Grid
from tasks.pull.sheet import SheetReader
from tasks.pull.values import clean_text, compact

ALL_COLUMNS = "*"
"""Stands in a trouble for all amounts of its table."""
_HEADER_SEARCH_ROWS = 10
_TOTAL_WORDS = {"合计", "小计", "总计"}
_WITH_UNIT = re.compile(r"(.+?)[（(](?:单位[:：]?)?(元|千元|百元|万元|亿元)[）)]")
_GROUP = re.compile(r"(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、)\S")
_UNIT_NOTE = re.compile(r"[（(]?(?:金额)?单位[:：]?(?:人民币)?(千元|百元|万元|亿元)[）)]?")

Positions = list[tuple[Column, int]]
"""The columns found in a sheet, and where: counted from 0."""


class ListReader(SheetReader):
    """Reads a list, whose rows may be fixed by the contract."""

    def __init__(self, table: Table, grid: Grid) -> None:
        super().__init__(table, grid)
        self._wrong_units: set[str] = set()
        self._has_totals = any(_TOTAL_WORDS & column.code_by_label.keys() for column in table.columns)

    def _read(self) -> None:
        header_row = self._find_header()
        if not header_row:
            labels = "、".join(column.label for column in self.table.columns[:4])
            self._trouble("no_header", detail=f"{labels}…")
            return
        positions = self._match_columns(header_row)
        if self._report_unit_note(header_row):
            positions = [(c, at) for c, at in positions if c.type is not Type.AMOUNT]
        self.placement.letters.update({column.name: column_letters(at + 1) for column, at in positions})
        self._report_merged(header_row + 1, [at for _, at in positions])
        self._report_hidden(header_row, positions)
        blank = [""] * len(self.grid.rows[0])
        for number, cells in enumerate(self.grid.rows[header_row:], start=header_row + 1):
            if cells != blank:
                self._read_row(number, cells, positions)
        if self.table.fixed_by:
            self._check_fixed_rows()
        elif not self.rows and not self.table.optional:
            self._trouble("empty_table")

    def _read_row(self, number: int, cells: Sequence[Any], positions: Positions) -> None:
        """Read one row; formatting or a remark beside the table makes no row."""
        if self._is_total(number, cells, positions) or self._is_group(number, cells, positions):
            return
        troubles = len(self.troubles)
        record: dict[str, Any] = {"sheet_row": number}
        filled: list[str] = []
        for column, at in positions:
            raw = cells[at]
            value = None if raw == "" else self._value(column, raw, number)
            record[column.name] = value
            if value is not None:
                filled.append(column.name)
        if len(self.troubles) == troubles and (not filled or self._is_left_blank(record, filled)):
            return
        if number in self.grid.hidden_rows:
            self._trouble("hidden_row", cell=f"A{number}", row=number)
        self.rows.append(record)

    def _is_total(self, number: int, cells: Sequence[Any], positions: Positions) -> bool:
        """Report a row that begins with 合计 in a table that has no such row."""
        if self._has_totals:
            return False
        for column, at in positions:
            raw = cells[at]
            if raw == "" or (word := compact(raw)) == "":
                continue
            if word.rstrip("：:") not in _TOTAL_WORDS:
                return False
            cell = self.placement.address(column.name, number)
            self._trouble("total_row", column.name, cell, number, label=column.label, value=word)
            return True
        return False

    def _is_group(self, number: int, cells: Sequence[Any], positions: Positions) -> bool:
        """Report a row that holds nothing but the heading of a group: （一）业务类."""
        filled = [(column, cells[at]) for column, at in positions if cells[at] != ""]
        if len(filled) != 1 or self.table.fixed_by or len(positions) == 1:
            return False
        ((column, raw),) = filled
        if not isinstance(raw, str) or not _GROUP.match(compact(raw)):
            return False
        cell = self.placement.address(column.name, number)
        self._trouble("group_row", column.name, cell, number, label=column.label, value=clean_text(raw)[:60])
        return True

    def _find_header(self) -> int:
        """The header is the row, among the first ones, with most of the declared labels; 0 when none."""
        best = header_row = 0
        for number, cells in enumerate(self.grid.rows[:_HEADER_SEARCH_ROWS], start=1):
            labels = {_without_unit(compact(cell)) for cell in cells if isinstance(cell, str)}
            hits = len(labels & self._column_by_label.keys())
            if hits > best:
                best, header_row = hits, number
            if hits == len(self.table.columns):
                break
        return header_row if best >= min(2, len(self.table.columns)) else 0

    def _match_columns(self, header_row: int) -> Positions:
        found: dict[str, tuple[Column, int]] = {}
        repeated: set[str] = set()
        unknown: list[str] = []
        for at, cell in enumerate(self.grid.rows[header_row - 1]):
            column = self._column_by_label.get(compact(cell))
            if column is None and (column := self._column_with_unit(cell, at, header_row)):
                repeated |= {column.name} if column.name in self._wrong_units else set()
            if column is None:
                unknown.append(clean_text(cell))
            elif column.name not in found:
                found[column.name] = column, at
            elif column.name not in repeated:
                repeated.add(column.name)
                cell = f"{column_letters(at + 1)}{header_row}"
                self._trouble("repeated_column", column.name, cell, header_row, label=column.label)
        self._report_missing_columns(found, unknown, f"A{header_row}")
        # In the contract's order, whatever that of the sheet, and without those that are there twice.
        return [found[c.name] for c in self.table.columns if c.name in found and c.name not in repeated]

    def _column_with_unit(self, cell: object, at: int, header_row: int) -> Column | None:
        """The column of a title that names a unit; another unit than the contract's is reported."""
        match = _WITH_UNIT.fullmatch(compact(cell)) if isinstance(cell, str) else None
        column = self._column_by_label.get(match[1]) if match else None
        if match and column and match[2] != column.unit:
            self._wrong_units.add(column.name)
            place = f"{column_letters(at + 1)}{header_row}"
            self._trouble("wan_column", column.name, place, label=column.label, value=clean_text(cell))
        return column

    def _report_unit_note(self, header_row: int) -> bool:
        """Report a note above the table that its amounts are in another unit than 元."""
        for number, cells in enumerate(self.grid.rows[: header_row - 1], start=1):
            for at, cell in enumerate(cells):
                note = compact(cell) if isinstance(cell, str) else ""
                if _UNIT_NOTE.search(note) and self.table.amounts:
                    place = f"{column_letters(at + 1)}{number}"
                    self._trouble("wan_column", ALL_COLUMNS, place, label="金额单位：元", value=note[:60])
                    return True
        return False

    def _report_hidden(self, header_row: int, positions: Positions) -> None:
        """Report hidden columns that hold anything."""
        for column, at in positions:
            is_filled = any(cells[at] != "" for cells in self.grid.rows[header_row:])
            if at + 1 in self.grid.hidden_columns and is_filled:
                cell = f"{column_letters(at + 1)}{header_row}"
                self._trouble("hidden_column", column.name, cell, header_row, label=column.label)

    def _is_left_blank(self, record: dict[str, Any], filled: Sequence[str]) -> bool:
        """An optional fixed row of which only the label stands."""
        by = self.table.fixed_by
        if not by or list(filled) != [by]:
            return False
        return any(choice.code == record[by] and not choice.required for choice in self.table[by].choices)

    def _check_fixed_rows(self) -> None:
        column = self.table[self.table.fixed_by]
        if column.name not in self.placement.letters:
            return
        troubled = {trouble.row for trouble in self.troubles if trouble.column == column.name}
        kept: dict[str, dict[str, Any]] = {}
        unlabelled: list[dict[str, Any]] = []
        for record in self.rows:
            code, number = record[column.name], record["sheet_row"]
            if code in kept:
                cell = self.placement.address(column.name, number)
                self._trouble("repeated_row", column.name, cell, number, label=column.label_by_code[code])
            elif code is not None:
                kept[code] = record
            elif number not in troubled:  # a rule asks for the label
                unlabelled.append(record)
        labels = [self.placement.address(column.name, record["sheet_row"]) for record in unlabelled]
        is_merged = any(map(self._is_merged_away, labels))  # the missing label may be the one that is gone
        for choice in column.choices:
            if choice.required and choice.code not in kept and not is_merged:
                self._trouble("missing_row", column.name, label=choice.label)
        self.rows = [*kept.values(), *unlabelled]


def _without_unit(label: str) -> str:
    match = _WITH_UNIT.fullmatch(label)
    return match[1] if match else label
