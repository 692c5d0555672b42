"""Edits of a workbook, as a clerk makes them."""

from __future__ import annotations

from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string

from tests.support.broken.model import Edit


def cell(sheet: str, address: str, value: Any) -> Edit:
    """Type a value into a cell."""

    def edit(book: openpyxl.Workbook) -> None:
        book[sheet][address] = value

    return edit


def without_sheet(sheet: str) -> Edit:
    """Delete a sheet."""
    return lambda book: book.remove(book[sheet])


def without_column(sheet: str, letter: str) -> Edit:
    """Delete a column."""
    return lambda book: book[sheet].delete_cols(column_index_from_string(letter))


def without_row(sheet: str, number: int) -> Edit:
    """Delete a row."""
    return lambda book: book[sheet].delete_rows(number)


def hidden_sheet(sheet: str) -> Edit:
    """Hide a sheet."""

    def edit(book: openpyxl.Workbook) -> None:
        book[sheet].sheet_state = "hidden"

    return edit


def hidden_row(sheet: str, number: int) -> Edit:
    """Hide a row."""

    def edit(book: openpyxl.Workbook) -> None:
        book[sheet].row_dimensions[number].hidden = True

    return edit


def hidden_column(sheet: str, letter: str) -> Edit:
    """Hide a column."""

    def edit(book: openpyxl.Workbook) -> None:
        book[sheet].column_dimensions[letter].hidden = True

    return edit


def swapped_sheets(one: str, other: str) -> Edit:
    """Give two sheets each other's name."""

    def edit(book: openpyxl.Workbook) -> None:
        first, second = book[one], book[other]
        first.title = "临时"
        second.title, first.title = one, other

    return edit


def merged(sheet: str, area: str) -> Edit:
    """Merge cells: as in any spreadsheet program, only the first one keeps its value."""
    return lambda book: book[sheet].merge_cells(area)


def emptied(sheet: str, area: str) -> Edit:
    """Delete what cells hold."""

    def edit(book: openpyxl.Workbook) -> None:
        for row in book[sheet][area]:
            for one in row:
                one.value = None

    return edit
