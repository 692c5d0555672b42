"""What differs between two versions, as a file: a workbook or a table for other programs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from tasks.changes import Difference
from tasks.feedback.csv_table import csv_table
from tasks.pull.values import clean_text
from tasks.render.workbook_styles import CREATED, RULED, options, row_height, set_page

HEADER = ("位置", "原来", "现在")
_WIDTHS = (44, 44, 44)
_HEADER_ROW = 1
_MAX_TEXT = 2_000


def differences_workbook(title: str, differences: Sequence[Difference]) -> bytes:
    """A workbook of one sheet that lists the differences; texts stay texts. Equal inputs give equal bytes."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options(in_memory=True)) as book:
        book.set_properties({"title": title, "created": CREATED})
        sheet: Any = book.add_worksheet("比较")
        head = book.add_format({**RULED, "bold": True, "align": "center", "bg_color": "#DDEBF7"})
        text = book.add_format({**RULED, "num_format": "@", "align": "left"})
        sheet.hide_gridlines(2)
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, clean_text(title), book.add_format({"bold": True, "font_size": 14}))
        for position, (label, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
            sheet.set_column(position, position, width)
            sheet.write_string(_HEADER_ROW, position, label, head)
        for row, difference in enumerate(differences, start=_HEADER_ROW + 1):
            cells = _cells(difference)
            sheet.set_row(row, row_height(zip(cells, _WIDTHS, strict=True)))
            for position, words in enumerate(cells):
                sheet.write_string(row, position, words, text)
        set_page(sheet, _HEADER_ROW, 0)
    return content.getvalue()


def differences_csv(differences: Sequence[Difference]) -> bytes:
    """The differences as CSV."""
    return csv_table(HEADER, map(_cells, differences))


def _cells(difference: Difference) -> tuple[str, str, str]:
    texts = (difference.place, difference.before or "", difference.after or "")
    first, second, third = (clean_text(text)[:_MAX_TEXT] for text in texts)
    return first, second, third
