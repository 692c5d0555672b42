"""The attachments as a workbook: figures as stored, with formulas that compute them again.

Amounts are in 万元, exact to the 分 (six decimals), shown with two. Every formula is stored with its result,
so that a program which does not recalculate shows the same. Nothing a unit wrote is ever a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import xlsxwriter

from tasks.render.attachments.layout import Place, Placed, addresses, place_cells
from tasks.render.attachments.model import Attachment, Cell, Cells, Figure, Formula, Grid
from tasks.render.text import plain
from tasks.render.workbook_styles import BASE_FONT, CREATED, display_width, options

_SCALE = {"wan": 1_000_000, "yuan": 100, "rate": 10_000, "points": 100, "count": 1, "number": 1}
_FORMATS = {
    "wan": '[>=0.005]#,##0.00;[<=-0.005]-#,##0.00;"-"',
    "yuan": "#,##0.00",
    "rate": "0.00%",
    "points": "General",
    "count": "#,##0",
    "number": "General",
}
_PAGE = {False: 92, True: 138}
"""Characters across portrait and landscape A4."""
_LINE, _HIGHEST = 15.0, 400.0
_LONGEST = 32_767
"""Characters in a cell: the writer would leave out a longer text as a whole."""
_PROTECTION = {"format_rows": True, "format_columns": True}


def write_attachments(attachments: Iterable[Attachment], title: str, author: str) -> bytes:
    """Return the workbook, a sheet for each attachment. Equal attachments give equal bytes."""
    placed = [(attachment, place_cells(attachment)) for attachment in attachments]
    content = io.BytesIO()
    settings = options(in_memory=True, default_format_properties={**BASE_FONT, "font_size": 10})
    with xlsxwriter.Workbook(content, settings) as book:
        book.set_properties({"title": plain(title), "author": plain(author), "created": CREATED})
        found = addresses(placed, sheet_name)
        formats = _Formats(book)
        for attachment, places in placed:
            sheet = book.add_worksheet(sheet_name(attachment))
            _Sheet(sheet, attachment, places, formats, found).write()
    return content.getvalue()


def sheet_name(attachment: Attachment) -> str:
    """附件3-1; nothing of a unit's text, which might be too long for a name, or no name."""
    return attachment.label if attachment.number else attachment.title


def stored(figure: Figure) -> float:
    """What the cell of a figure holds: the decimal number nearest to it."""
    return float(figure.value / _SCALE[figure.kind])


class _Formats:
    """The formats of one workbook, made when first needed."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def __call__(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def cell(self, cell: Cell) -> Any:
        """The format of a cell of a form."""
        shown = _FORMATS[cell.figure.kind] if cell.figure else "@"
        key = cell.align, cell.look == "text", shown
        if key not in self._made:
            look = {"border": 1, "text_wrap": True, "align": cell.align, "num_format": shown}
            self._made[key] = self._book.add_format(look if key[1] else look | {"font_name": "黑体"})
        return self._made[key]


class _Sheet:
    """Writes one attachment from top to bottom."""

    def __init__(
        self,
        sheet: Any,
        attachment: Attachment,
        placed: Placed,
        formats: _Formats,
        found: Mapping[str, tuple[str, str]],
    ) -> None:
        self._sheet, self._attachment, self._formats, self._found = sheet, attachment, formats, found
        self._placed = placed
        edges = placed.edges
        page = _PAGE[attachment.is_wide]
        self._widths = [page * (right - left) / 100 for left, right in pairwise(edges)]

    def write(self) -> None:
        """Write everything and set up the page."""
        sheet, attachment = self._sheet, self._attachment
        for at, width in enumerate(self._widths):
            sheet.set_column(at, at, width)
        if attachment.number:
            self._line(0, attachment.label, 20, font_name="黑体", font_size=14)
        self._line(1, attachment.title, 30, font_name="黑体", font_size=16, align="center")
        for at, words in enumerate(attachment.lead, start=2):
            self._line(at, words, 0)
        if attachment.statement:
            self._line(2 + len(attachment.lead), attachment.statement, 0)
        for grid, top in zip(attachment.grids, self._placed.tops, strict=True):
            self._grid(grid, top)
        row = self._placed.end
        for words in attachment.notes:
            self._line(row, words, 0)
            row += 1
        if attachment.signature:
            self._sign(row + 1)
        self._set_page()

    def _line(self, row: int, words: str, height: float, **look: Any) -> None:
        """Write words across the page."""
        words, across = plain(words), sum(self._widths)
        self._sheet.set_row(row, height or self._height([(words, across)]))
        self._span(
            row, 0, row, len(self._widths) - 1, words, self._formats(text_wrap=True, num_format="@", **look)
        )

    def _grid(self, grid: Grid, top: int) -> None:
        if grid.title:
            self._line(top - 1, grid.title, 22, font_name="黑体")
        shown: dict[int, list[tuple[str, float]]] = {}
        for cell, place in self._placed.cells_of(grid):
            look, words = self._formats.cell(cell), plain(cell.text)
            self._put(place, cell, words, look)
            if cell.rows == 1:
                across = sum(self._widths[place.left : place.right + 1])
                shown.setdefault(place.top, []).append((words, across))
        for row, texts in shown.items():
            self._sheet.set_row(row, self._height(texts))

    def _put(self, place: Place, cell: Cell, words: str, look: Any) -> None:
        if cell.figure is None:
            self._span(place.top, place.left, place.bottom, place.right, words, look)
            return
        if place.is_merged:
            self._sheet.merge_range(place.top, place.left, place.bottom, place.right, "", look)
        value = stored(cell.figure)
        if cell.formula:
            self._sheet.write_formula(place.top, place.left, self._formula(cell.formula), look, value)
        else:
            self._sheet.write_number(place.top, place.left, value, look)

    def _span(self, top: int, left: int, bottom: int, right: int, words: str, look: Any) -> None:
        if (top, left) != (bottom, right):
            self._sheet.merge_range(top, left, bottom, right, "", look)
        self._sheet.write_string(top, left, words[:_LONGEST], look)

    def _formula(self, formula: Formula) -> str:
        return "=" + "".join(
            piece if isinstance(piece, str) else ",".join(self._addresses(piece)) for piece in formula
        )

    def _addresses(self, cells: Cells) -> Iterator[str]:
        """Addresses, those that lie below each other on this sheet as one area."""
        here = sheet_name(self._attachment)
        places = [self._found[name] for name in cells.names]
        for sheet, area in _areas(places):
            yield area if sheet == here else f"'{sheet}'!{area}"

    def _sign(self, row: int) -> None:
        """Leave room to sign, two to a line: the only cells that may be typed into."""
        look = self._formats(locked=False, num_format="@")
        edges = self._placed.edges
        middle = min(range(1, len(edges) - 1), key=lambda at: abs(edges[at] - 50))
        for at, words in enumerate(self._attachment.signature):
            down, is_right = divmod(at, 2)
            left, right = (middle, len(edges) - 2) if is_right else (0, middle - 1)
            self._sheet.set_row(row + down, 30)
            self._span(row + down, left, row + down, right, words, look)

    def _height(self, texts: Iterable[tuple[str, float]]) -> float:
        lines = max((-(-display_width(words) // max(width - 2, 2)) for words, width in texts), default=1)
        return min(_LINE * max(lines, 1) + 5, _HIGHEST)

    def _set_page(self) -> None:
        sheet = self._sheet
        if self._attachment.is_wide:
            sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.7, right=0.7, top=0.8, bottom=0.8)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        self._repeat_head()
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.hide_gridlines(2)
        sheet.protect("", _PROTECTION)

    def _repeat_head(self) -> None:
        """Repeat the head of the longest grid; on wide paper the last grid begins a page of its own."""
        grids = self._attachment.grids
        if not grids:
            return
        longest = max(range(len(grids)), key=lambda at: len(grids[at].body))
        top = self._placed.tops[longest]
        if grids[longest].head:
            self._sheet.repeat_rows(top, top + len(grids[longest].head) - 1)
        if self._attachment.is_wide and 0 < longest == len(grids) - 1:
            self._sheet.set_h_pagebreaks([top - 1])


def _areas(places: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Join cells that follow each other in a column: a formula has room for 255 areas."""
    run: list[tuple[str, str]] = []
    for sheet, address in places:
        if run and run[-1][0] == sheet and _below(run[-1][1]) == address:
            run.append((sheet, address))
            continue
        if run:
            yield _area(run)
        run = [(sheet, address)]
    if run:
        yield _area(run)


def _area(run: list[tuple[str, str]]) -> tuple[str, str]:
    (sheet, first), last = run[0], run[-1][1]
    return sheet, first if first == last else f"{first}:{last}"


def _below(address: str) -> str:
    letters = address.rstrip("0123456789")
    return f"{letters}{int(address[len(letters) :]) + 1}"
