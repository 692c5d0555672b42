"""Read one sheet: from a grid of cells to typed rows that know their cells, and to what is wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from expectations.contract import Column, Layout, Table, Type
from tasks.pull.addresses import column_letters, is_within
from tasks.pull.grids import Grid
from tasks.pull.trouble import ReadingError, Trouble
from tasks.pull.values import Parsed, clean_text, compact, parse

HEADER_SEARCH_ROWS = 10
MAX_TROUBLES = 500
"""More in one sheet, and it is not a filled template but something pasted over it."""
SURELY_RENAMED = 0.75
"""How like a name must be for a sheet or column that can be absent to be there under that name."""
_TOTAL_WORDS = {"合计", "小计", "总计"}
_WITH_UNIT = re.compile(r"(.+?)[（(](?:单位[:：]?)?(元|千元|百元|万元|亿元)[）)]")
_GROUP = re.compile(r"(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、)\S")
_UNIT_NOTE = re.compile(r"[（(]?(?:金额)?单位[:：]?(?:人民币)?(千元|百元|万元|亿元)[）)]?")

ALL_COLUMNS = "*"
"""Stands in a trouble for all amounts of its table."""

Positions = list[tuple[Column, int]]
"""The columns found in a sheet, and where: counted from 0."""


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


class SheetReader:
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
        self._wrong_units: set[str] = set()
        self._has_totals = any(_TOTAL_WORDS & column.code_by_label.keys() for column in table.columns)

    def read(self) -> None:
        """Read the sheet.

        Raises ReadingError with the problem too_big when hardly anything in it can be understood.
        """
        if self.table.layout is Layout.FORM:
            self._read_form()
        else:
            self._read_list()
        if self.grid.is_hidden:
            self._trouble("hidden_sheet", label=self.table.label)

    def _trouble(self, problem: str, column: str = "", cell: str = "", row: int = 0, **said: str) -> None:
        if len(self.troubles) == MAX_TROUBLES:
            raise ReadingError("too_big", f"工作表“{self.table.label}”中无法识别的内容超过 {MAX_TROUBLES} 处")
        self.troubles.append(Trouble(problem, self.table.name, column, self.grid.sheet, cell, row, **said))

    # --- a form: label in the first cell of a row, value in the second ---

    def _read_form(self) -> None:
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

    # --- a list: a header row, then a row per record ---

    def _read_list(self) -> None:
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
        for number, cells in enumerate(self.grid.rows[:HEADER_SEARCH_ROWS], start=1):
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

    # --- a list whose rows are fixed ---

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

    # --- cells ---

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


def _without_unit(label: str) -> str:
    match = _WITH_UNIT.fullmatch(label)
    return match[1] if match else label
