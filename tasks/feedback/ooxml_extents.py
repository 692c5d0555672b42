"""How wide the columns of a sheet are and how high its rows: a box beside a cell is placed by these."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tasks.feedback.xml_document import Element
from tasks.pull.survey import MAX_COLUMNS, MAX_ROWS

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\s(?:ht|hidden)=[^>]*>")
_ATTRIBUTE = re.compile(rb"\s(r|ht|hidden)=[\"']([^\"']*)[\"']")
_COLUMN, _ROW_POINTS = 9.14, 15.0
_PIXELS_A_CHARACTER, _PIXELS_A_POINT = 7, 4 / 3


class Extents:
    """The sizes in pixels, as far as the file says; nothing beyond where data may lie."""

    def __init__(self, sheet: Element, data: bytes) -> None:
        """Read the sizes off a parsed worksheet and the text of its rows."""
        found = sheet.first("sheetFormatPr")
        defaults = found.attributes if found else {}
        self._width = round(float(defaults.get("defaultColWidth", _COLUMN)) * _PIXELS_A_CHARACTER)
        self._height = round(float(defaults.get("defaultRowHeight", _ROW_POINTS)) * _PIXELS_A_POINT)
        self._widths: dict[int, int] = {}
        for column in [column for columns in sheet.all("cols") for column in columns.children][:MAX_COLUMNS]:
            width = _size(column.attributes, "width", _PIXELS_A_CHARACTER, self._width)
            last = min(int(column.attributes["max"]), MAX_COLUMNS)
            self._widths |= dict.fromkeys(range(int(column.attributes["min"]), last + 1), width)
        self._heights: dict[int, int] = {}
        for row in _ROW.finditer(data):
            attributes = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(row[0])}
            if (number := int(attributes.get("r", 0))) <= MAX_ROWS:
                self._heights[number] = _size(attributes, "ht", _PIXELS_A_POINT, self._height)

    def width(self, column: int) -> int:
        """Of a column, counted from 1."""
        return self._widths.get(column, self._width)

    def height(self, row: int) -> int:
        """Of a row, counted from 1."""
        return self._heights.get(row, self._height)


def _size(attributes: Mapping[str, str], name: str, pixels: float, default: int) -> int:
    if attributes.get("hidden") in ("1", "true"):
        return 0
    return round(float(attributes[name]) * pixels) if name in attributes else default
