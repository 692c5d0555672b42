"""Read one unit's workbook: from sheets to typed rows that know their cells."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from expectations.contract import CONTRACT, Column, Layout, Table
from tasks.pull.screen import Oddities, screen_workbook
from tasks.pull.snapshot import Snapshot
from tasks.pull.trouble import ReadingError, Trouble
from tasks.pull.values import clean_text, parse

HEADER_SEARCH_ROWS = 10
_TOTAL_WORDS = {"合计", "小计", "总计"}


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


@dataclass(frozen=True)
class Sheets:
    """Everything one workbook says.

    `rows[table]`: one dict a row: column name → typed value (money in 分), plus "sheet_row".
    """

    rows: dict[str, list[dict[str, Any]]]
    placements: dict[str, Placement]
    troubles: list[Trouble]


def read_workbook(snapshot: Snapshot) -> Sheets:
    """Read every table of the contract from a kept workbook.

    Raises ReadingError when the file as a whole cannot be read; everything smaller is a Trouble.
    """
    oddities = screen_workbook(snapshot.path)
    try:
        workbook = CalamineWorkbook.from_path(snapshot.path)
        hidden = {s.name for s in workbook.sheets_metadata if s.visible is not SheetVisibleEnum.Visible}
        sheets = {name.strip(): workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
    except CalamineError as error:
        raise ReadingError("not_xlsx", "工作簿内容已损坏") from error
    found = Sheets({}, {}, [])
    for table in CONTRACT.tables:
        sheet = sheets.get(table.label)
        if sheet is None:
            near = difflib.get_close_matches(table.label, sheets, n=1, cutoff=0.5)
            detail = f"（现有“{near[0]}”，是否改过名称）" if near else ""
            found.troubles.append(Trouble("missing_sheet", table.name, label=table.label, detail=detail))
            continue
        reader = _SheetReader(table, sheet, oddities)
        reader.read()
        if sheet.name in hidden:
            reader.trouble("hidden_sheet", label=table.label)
        found.rows[table.name] = reader.rows
        found.placements[table.name] = reader.placement
        found.troubles.extend(reader.troubles)
    return found


class _SheetReader:
    """Reads one sheet into rows, collecting troubles on the way."""

    def __init__(self, table: Table, sheet: CalamineSheet, oddities: Oddities) -> None:
        self.table = table
        self.grid: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        self.merged = sheet.merged_cell_ranges or []
        self.oddities = oddities
        self.placement = Placement(sheet.name)
        self.rows: list[dict[str, Any]] = []
        self.troubles: list[Trouble] = []

    def trouble(self, problem: str, *, column: str = "", cell: str = "", row: int = 0, **said: str) -> None:
        self.troubles.append(
            Trouble(problem, self.table.name, column, self.placement.sheet, cell, row, **said)
        )

    def read(self) -> None:
        if self.table.layout is Layout.FORM:
            self._read_form()
        else:
            self._read_list()

    # --- a form: label in the first cell of a row, value in the second ---

    def _read_form(self) -> None:
        by_label = {label: column for column in self.table.columns for label in (column.label, *column.aliases)}
        record: dict[str, Any] = {"sheet_row": 0}
        seen: dict[str, int] = {}
        unknown: list[str] = []
        for number, cells in enumerate(self.grid, start=1):
            label = clean_text(cells[0]) if cells else ""
            column = by_label.get(label)
            if column is None:
                unknown.append(label)
                continue
            if column.name in seen:
                self.trouble("repeated_column", column=column.name, cell=f"A{number}", row=number, label=label)
                continue
            seen[column.name] = number
            self.placement.cells[column.name] = f"B{number}"
            record[column.name] = self._value(column, cells[1] if len(cells) > 1 else "", f"B{number}", number)
        self._missing_columns(set(seen), unknown, cell="")
        self._check_merged(min(seen.values(), default=0), [2])
        if any(value is not None for name, value in record.items() if name != "sheet_row"):
            self.rows = [record]
        elif not self.table.optional:
            self.trouble("empty_table")

    # --- a list: a header row, then a row per record ---

    def _read_list(self) -> None:
        header_row, positions = self._find_header()
        if not positions:
            return
        self.placement.letters.update(
            {column.name: get_column_letter(position + 1) for column, position in positions}
        )
        self._check_merged(header_row, [position + 1 for _, position in positions])
        for number, cells in self._filled_rows(header_row, [position for _, position in positions]):
            record = {"sheet_row": number} | {
                column.name: self._value(
                    column,
                    cells[position] if position < len(cells) else "",
                    f"{self.placement.letters[column.name]}{number}",
                    number,
                )
                for column, position in positions
            }
            if self._is_left_blank(record):
                continue
            if (self.placement.sheet, number) in self.oddities.hidden_rows:
                self.trouble("hidden_row", row=number, cell=f"A{number}")
            self.rows.append(record)
        if self.table.fixed_by:
            self._check_fixed_rows()
        elif not self.rows and not self.table.optional:
            self.trouble("empty_table")

    def _find_header(self) -> tuple[int, list[tuple[Column, int]]]:
        """The header is the row, among the first ones, that holds most of the declared labels."""
        best: tuple[int, int] = (0, 0)
        for number, cells in enumerate(self.grid[:HEADER_SEARCH_ROWS], start=1):
            hits = len({clean_text(cell) for cell in cells} & self._labels())
            best = max(best, (hits, -number))
        hits, header_row = best[0], -best[1]
        if hits < min(2, len(self.table.columns)):
            self.trouble("no_header", detail="、".join(column.label for column in self.table.columns[:4]) + "…")
            return 0, []
        return header_row, self._match_columns(header_row)

    def _labels(self) -> set[str]:
        return {label for column in self.table.columns for label in (column.label, *column.aliases)}

    def _match_columns(self, header_row: int) -> list[tuple[Column, int]]:
        header = [clean_text(cell) for cell in self.grid[header_row - 1]]
        positions: list[tuple[Column, int]] = []
        for column in self.table.columns:
            at = [i for i, label in enumerate(header) if label in (column.label, *column.aliases)]
            if len(at) > 1:
                cell = f"{get_column_letter(at[1] + 1)}{header_row}"
                self.trouble("repeated_column", column=column.name, cell=cell, row=header_row, label=column.label)
            elif at:
                positions.append((column, at[0]))
        found = {column.name for column, _ in positions}
        repeated = {trouble.column for trouble in self.troubles if trouble.problem == "repeated_column"}
        unknown = [label for label in header if label and label not in self._labels()]
        self._missing_columns(found | repeated, unknown, cell=f"A{header_row}")
        return positions

    def _missing_columns(self, found: set[str], unknown: Sequence[str], cell: str) -> None:
        for column in self.table.columns:
            if column.name in found:
                continue
            near = difflib.get_close_matches(column.label, [u for u in unknown if u], n=1, cutoff=0.5)
            detail = f"（现有“{near[0]}”，是否改过标题）" if near else ""
            problem = "missing_column" if column.required else "missing_optional_column"
            self.trouble(problem, column=column.name, cell=cell, label=column.label, detail=detail)

    def _filled_rows(self, header_row: int, positions: Sequence[int]) -> Iterator[tuple[int, list[Any]]]:
        """Rows below the header with something in a declared column: formatting alone is no row."""
        for number, cells in enumerate(self.grid[header_row:], start=header_row + 1):
            filled = any(
                position < len(cells) and (type(cells[position]) is float or clean_text(cells[position]))
                for position in positions
            )
            if filled or self._hides_something(number):
                yield number, cells

    def _hides_something(self, number: int) -> bool:
        """Whether a row that looks empty holds formulas without results or errors."""
        sheet, letters = self.placement.sheet, self.placement.letters.values()
        return any(
            (sheet, f"{letter}{number}") in cells
            for cells in (self.oddities.formulas, self.oddities.errors)
            for letter in letters
        )

    def _is_left_blank(self, record: dict[str, Any]) -> bool:
        """An optional fixed row of which only the label stands."""
        if not self.table.fixed_by:
            return False
        choice = next(
            (c for c in self.table[self.table.fixed_by].choices if c.code == record.get(self.table.fixed_by)),
            None,
        )
        others = (v for name, v in record.items() if name not in ("sheet_row", self.table.fixed_by))
        unreadable = any(t.row == record["sheet_row"] for t in self.troubles)
        return choice is not None and not choice.required and not unreadable and all(v is None for v in others)

    def _check_fixed_rows(self) -> None:
        column = self.table[self.table.fixed_by]
        letter = self.placement.letters.get(column.name)
        if letter is None:
            return
        kept: dict[str, dict[str, Any]] = {}
        for record in self.rows:
            code = record[column.name]
            label = column.label_by_code.get(code, "")
            if code in kept:
                number = record["sheet_row"]
                self.trouble("repeated_row", column=column.name, cell=f"{letter}{number}", row=number, label=label)
            elif code is not None:
                kept[code] = record
        for choice in column.choices:
            if choice.required and choice.code not in kept:
                self.trouble("missing_row", column=column.name, label=choice.label)
        self.rows = list(kept.values())

    # --- cells ---

    def _value(self, column: Column, raw: object, cell: str, row: int) -> object:
        key = (self.placement.sheet, cell)
        if raw == "" and key in self.oddities.errors:
            self.trouble("error_value", column=column.name, cell=cell, row=row, label=column.label,
                         value=self.oddities.errors[key])
            return None
        if raw == "" and key in self.oddities.formulas:
            self.trouble("uncached_formula", column=column.name, cell=cell, row=row, label=column.label,
                         value=self.oddities.formulas[key])
            return None
        parsed = parse(column, raw)
        if parsed.problem:
            problem, shown = parsed.problem, clean_text(raw)
            if problem == "not_choice" and not self.table.fixed_by and shown in _TOTAL_WORDS:
                problem = "total_row"
            if problem == "text_too_long":
                shown = str(len(shown))
            self.trouble(problem, column=column.name, cell=cell, row=row, label=column.label, value=shown[:60],
                         expected=parsed.expected, detail=parsed.detail)
        return parsed.value

    def _check_merged(self, header_row: int, columns: Sequence[int]) -> None:
        """Merges are a matter of looks above the data and a loss of data within it."""
        for (top, left), (bottom, right) in self.merged:
            inside = bottom + 1 > header_row and any(left + 1 <= column <= right + 1 for column in columns)
            if inside and header_row:
                first = f"{get_column_letter(left + 1)}{top + 1}"
                area = f"{first}:{get_column_letter(right + 1)}{bottom + 1}"
                self.trouble("merged_cells", cell=first, row=top + 1, value=area)
