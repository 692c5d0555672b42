"""How workbooks look: what all of them share, and the one to fill in. Nothing here reads a record."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from expectations.contract import Column, Layout, Type

BASE_FONT: Mapping[str, Any] = MappingProxyType(
    {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "font_scheme": "none"}
)
"""To be copied: xlsxwriter writes into what it is given, and the next workbook would differ."""

CREATED = dt.datetime(2020, 1, 1)
"""Of every workbook: the time of writing would change the bytes."""
RULED = {"border": 1, "border_color": "#8EA9C1", "text_wrap": True}
_HEADER = {**RULED, "bold": True, "align": "center"}
_REQUIRED_FILL = "#F8CBAD"
_OPTIONAL_FILL = "#DDEBF7"
_FIXED_FILL = "#F2F2F2"

_NUMBER_FORMAT = {
    Type.AMOUNT: "#,##0.00",
    Type.COUNT: "0",
    Type.NUMBER: "General",
    Type.DATE: "yyyy-mm-dd",
}
"""Other types get the text format, so that Excel does not turn 2019年7月 into a date."""
_ALIGN = {Type.AMOUNT: "right", Type.COUNT: "right", Type.NUMBER: "right", Type.TEXT: "left"}

_NARROWEST = {Type.AMOUNT: 14, Type.COUNT: 10, Type.NUMBER: 12, Type.DATE: 13, Type.FLAG: 10}
_WIDEST_TEXT = 36
_PAGE_WIDTH = 134
"""What fits across landscape A4 without shrinking, in character widths."""
_LINE_HEIGHT = 15.0
_HIGHEST_ROW = 405.0  # Excel allows 409


def options(**more: Any) -> dict[str, Any]:
    """Options of every workbook, and `more`: what a unit wrote is never a formula or a link."""
    return {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": dict(BASE_FONT),
        **more,
    }


@dataclass(frozen=True)
class Styles:
    """The formats of one workbook, by role."""

    title: Any
    note: Any
    required: Any
    """Header of what must be filled."""
    optional: Any
    """Header of what may stay empty."""
    fixed: Any
    """Label of a row that must not be renamed."""
    hint: Any
    cells: dict[Layout, dict[Type, Any]]
    """Format of a value, by the layout of its table and its type."""

    def header(self, column: Column) -> Any:
        """Return the header format that tells whether `column` must be filled."""
        return self.required if column.required else self.optional


def make_styles(book: Any) -> Styles:
    """Register the formats with `book`, an xlsxwriter Workbook."""
    return Styles(
        title=book.add_format({"bold": True, "font_name": "黑体", "font_size": 16, "valign": "vcenter"}),
        note=book.add_format({"font_color": "#595959", "valign": "vcenter"}),
        required=book.add_format({**_HEADER, "bg_color": _REQUIRED_FILL}),
        optional=book.add_format({**_HEADER, "bg_color": _OPTIONAL_FILL}),
        fixed=book.add_format({**RULED, "bg_color": _FIXED_FILL}),
        hint=book.add_format({**RULED, "font_color": "#595959"}),
        cells={layout: {type_: book.add_format(_cell(layout, type_)) for type_ in Type} for layout in Layout},
    )


def _cell(layout: Layout, type_: Type) -> dict[str, Any]:
    # The values of a form stand below each other in one column, whatever their types: all to the left.
    align = "left" if layout is Layout.FORM else _ALIGN.get(type_, "center")
    return {**RULED, "num_format": _NUMBER_FORMAT.get(type_, "@"), "align": align}


def display_width(text: str) -> int:
    """Width of `text` in character cells: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def list_widths(columns: tuple[Column, ...], texts: Mapping[str, Iterable[str]]) -> list[int]:
    """Width of each column of a list; `texts` holds what each column shows, by its name.

    A last column of text takes what the others leave of the page, since the long texts stand there.
    """
    widths = [_width(column, texts.get(column.name, ())) for column in columns]
    left = _PAGE_WIDTH - sum(widths)
    if columns[-1].type is Type.TEXT and left > 0:
        widths[-1] += left
    return widths


def _width(column: Column, texts: Iterable[str]) -> int:
    label = min(display_width(column.label), 14) + 2
    words = [*texts, *(choice.label for choice in column.choices)]
    longest = max((display_width(word) for word in words), default=0) + 2
    return max(label, _NARROWEST.get(column.type, 12), min(longest, _WIDEST_TEXT))


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Height in points that shows the texts of a row in full; `cells` are pairs of text and column width.

    Set rather than left to the reader of the file: not every office suite fits rows when it opens one.
    """
    lines = max((math.ceil(display_width(text) / (width - 1.5)) for text, width in cells), default=1)
    return min(_LINE_HEIGHT * max(lines, 1) + 4, _HIGHEST_ROW)


def set_page(sheet: Any, header_row: int, frozen_columns: int) -> None:
    """Print on landscape A4, one page wide, the header on every page; keep the header in view."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header_row)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")
    sheet.freeze_panes(header_row + 1, frozen_columns)
