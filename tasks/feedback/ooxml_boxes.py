"""The boxes that show notes: shapes in an old drawing part (VML) without which Excel shows no note at all.

The part is edited as text, since Excel itself writes parts of this kind that are not well-formed XML.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping

from tasks.feedback.marks import Cell
from tasks.feedback.ooxml_extents import Extents
from tasks.render.workbook_styles import display_width

_V, _O, _X = (f"urn:schemas-microsoft-com:{name}" for name in ("vml", "office:office", "office:excel"))
_NAMESPACES = f'xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"'

EMPTY = (
    f'<xml {_NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
).encode()
_TYPE = (
    f'<v:shapetype {_NAMESPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    f'<v:shape {_NAMESPACES} id="_x0000_s{{number}}" type="#_x0000_t202" style="position:absolute;'
    'width:{width}pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_BEFORE_SHAPE = re.compile(rb"(?=<(?:\w+:)?shape[\s>])")
_SHAPE_END = re.compile(rb"</(?:\w+:)?shape\s*>")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)[^<]*")
_DATA = re.compile(rb"<((?:\w+:)?)ClientData\b[^>]*>")

_WIDTH, _LINE, _MARGIN, _HIGHEST = 340, 16, 14, 600
_LAST = (1_048_576, 16_384)
_LETTERS = 52
"""How many character cells of the note's font fit into a line of the box."""


def redraw_boxes(
    content: bytes, gone: Collection[Cell], shown: Mapping[Cell, str], extents: Extents
) -> bytes:
    """Remove the boxes of the cells `gone`; make or resize those of `shown` (cell → whole text of the note).

    Raises ValueError for a part that is not a drawing.
    """
    drawn: set[Cell] = set()

    def redraw(shape: bytes) -> bytes:
        cell = _cell(shape)
        if cell is None or cell not in shown:
            return b"" if cell in gone else shape
        drawn.add(cell)
        anchor = _anchor(cell, shown[cell], extents).encode()
        if _ANCHOR.search(shape):
            return _ANCHOR.sub(rb"\g<1>" + anchor, shape, count=1)
        return _DATA.sub(rb"\g<0><\g<1>Anchor>" + anchor + rb"</\g<1>Anchor>", shape, count=1)

    before, *shapes = _BEFORE_SHAPE.split(content)
    pieces = [before]
    for piece in shapes:
        stop = match.end() if (match := _SHAPE_END.search(piece)) else 0
        pieces += redraw(piece[:stop]), piece[stop:]
    content = b"".join(pieces)
    end = content.rfind(b"</xml>")
    if end < 0:
        raise ValueError("not a drawing")
    numbers = [int(number) for number in re.findall(rb"_x0000_s([0-9]{1,9})\b", content)]
    number = max(numbers, default=1024)
    added = "" if b'"_x0000_t202"' in content else _TYPE
    for cell in sorted(set(shown) - drawn):
        number += 1
        added += _SHAPE.format(
            number=number,
            width=_WIDTH * 3 // 4,
            height=_box_height(shown[cell]) * 3 // 4,
            anchor=_anchor(cell, shown[cell], extents),
            row=cell[0] - 1,
            column=cell[1] - 1,
        )
    return content[:end] + added.encode() + content[end:]


def _cell(shape: bytes) -> Cell | None:
    """The cell that a shape is the note of."""
    row = re.search(rb"<(?:\w+:)?Row>\s*([0-9]{1,7})\s*<", shape)
    column = re.search(rb"<(?:\w+:)?Column>\s*([0-9]{1,5})\s*<", shape)
    is_note = re.search(rb"ObjectType\s*=\s*[\"']Note[\"']", shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column and is_note else None


def _box_height(text: str) -> int:
    lines = sum(max(1, math.ceil(display_width(line) / _LETTERS)) for line in text.split("\n"))
    return min(lines * _LINE + _MARGIN, _HIGHEST)


def _anchor(cell: Cell, text: str, extents: Extents) -> str:
    """Where the corners of the box lie, right of the cell: column, pixels into it, row, pixels into it."""
    top = (max(cell[0] - 1, 1), 2)
    left = (min(cell[1] + 1, _LAST[1]), 15)
    right = _walk(left, _WIDTH, extents.width, _LAST[1])
    bottom = _walk(top, _box_height(text), extents.height, _LAST[0])
    corners = (left[0] - 1, left[1], top[0] - 1, top[1], right[0] - 1, right[1], bottom[0] - 1, bottom[1])
    return ", ".join(map(str, corners))


def _walk(start: tuple[int, int], pixels: int, size: Callable[[int], int], last: int) -> tuple[int, int]:
    """The place so many pixels further on."""
    number, pixels = start[0], start[1] + pixels
    while pixels > size(number) and number < last:
        pixels -= size(number)
        number += 1
    return number, min(pixels, size(number))
