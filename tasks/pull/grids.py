"""From the sheets of a workbook to grids of cell values.

The values are read by calamine, out of a copy that holds nothing but the sheets asked for, each surveyed
before: calamine never meets what could exhaust the memory, and what it refuses is mended or put aside.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from python_calamine import CalamineError, CalamineWorkbook

from tasks.pull.package import Package, Workbook
from tasks.pull.survey import Oddities, percent_styles, survey_sheet
from tasks.pull.trouble import ReadingError
from tasks.pull.values import Flaw, clean_text

MAX_TEXT_BYTES = 256 * 1024 * 1024
"""What the texts of a sheet may come to: one stored once is repeated in every cell that refers to it."""

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/>")
_TEXT = re.compile(rb">([^<]+)<")
_KNOWN_ERRORS = {b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!"}

Area = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Grid:
    """One sheet as it is.

    `rows[r][c]` is what a cell holds ("" when empty); `merged` lists areas by their corners (row, column).
    Both count from 0; `hidden_rows` and `hidden_columns` are numbers from 1.
    """

    sheet: str
    rows: list[list[Any]]
    merged: list[Area]
    hidden_rows: frozenset[int]
    is_hidden: bool
    hidden_columns: frozenset[int] = frozenset()


class Grids:
    """The sheets of a file that bear one of the labels asked for."""

    def __init__(self, content: bytes, labels: Iterable[str]) -> None:
        """Open the bytes of a workbook.

        Raises ReadingError when the file as a whole cannot be used.
        """
        package = Package(content)
        workbook = Workbook(package)
        entries = {clean_text(entry.name): entry for entry in workbook.sheets}
        entries |= {entry.name: entry for entry in workbook.sheets}  # the exact name goes before a padded one
        self._entries = {label: entries[label] for label in labels if label in entries}
        taken = {entry.name for entry in self._entries.values()}
        self.other_names = [clean_text(entry.name) for entry in workbook.sheets if entry.name not in taken]
        self._oddities: dict[str, Oddities] = {}
        copy = self._copy(package, workbook)
        with _calamine_errors("工作簿内容已损坏"):
            self._reader = CalamineWorkbook.from_filelike(copy)

    def read(self, label: str) -> Grid | None:
        """The sheet with a label, None when there is none.

        Raises ReadingError with the problem not_xlsx when its content is malformed.
        """
        entry = self._entries.get(label)
        if entry is None:
            return None
        with _calamine_errors(f"工作表“{label}”的内容已损坏"):
            sheet = self._reader.get_sheet_by_name(label)
            rows = sheet.to_python(skip_empty_area=False)
        oddities = self._oddities[label]
        _lay_over(rows, oddities.cells)
        merged = sheet.merged_cell_ranges or []
        hidden = oddities.hidden_rows, entry.is_hidden, oddities.hidden_columns
        return Grid(entry.name, rows, merged, *hidden)

    def _copy(self, package: Package, workbook: Workbook) -> io.BytesIO:
        """A workbook of the sheets asked for, with what they share."""
        copy = io.BytesIO()
        percents = percent_styles(workbook.styles)
        longest = max(map(len, workbook.strings.split(b"si>")))
        with zipfile.ZipFile(copy, "w") as archive:
            for name, content in _frame(self._entries, workbook).items():
                archive.writestr(zipfile.ZipInfo(name), content)
            for number, (label, entry) in enumerate(self._entries.items(), start=1):
                content = package.read(entry.part)
                repeated = content.count(b'"s"') + content.count(b"'s'")
                if repeated * longest > MAX_TEXT_BYTES:
                    raise ReadingError("too_big", f"工作表“{label}”大量重复很长的文字")
                self._oddities[label] = survey_sheet(content, percents)
                content = _mended(content, self._oddities[label])
                archive.writestr(zipfile.ZipInfo(f"xl/worksheets/sheet{number}.xml"), content)
        copy.seek(0)
        return copy


def _frame(labels: Iterable[str], workbook: Workbook) -> dict[str, bytes | str]:
    """Every part of a workbook but its sheets, which are sheet1.xml, sheet2.xml …"""
    names = list(enumerate(labels, start=1))
    sheets = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in names)
    links = "".join(_link(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n, _ in names)
    parts: dict[str, bytes | str] = {
        "_rels/.rels": _links(_link("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _links(links),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="{int(workbook.is_1904)}"/>'
            f"<sheets>{sheets}</sheets></workbook>"
        ),
    }
    if workbook.styles:
        parts["xl/styles.xml"] = workbook.styles
    if workbook.strings:
        parts["xl/sharedStrings.xml"] = workbook.strings
    return parts


def _link(key: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'


def _mended(content: bytes, oddities: Oddities) -> bytes:
    """A sheet without what calamine refuses and nobody needs: a wrong extent, the newer error values."""
    content = _DIMENSION.sub(b"", content, count=1)
    flaws = (cell for cell in oddities.cells.values() if isinstance(cell, Flaw))
    errors = {escape(flaw.value).encode() for flaw in flaws if flaw.problem == "error_value"} - _KNOWN_ERRORS
    if errors:
        content = _TEXT.sub(lambda match: b">#VALUE!<" if match[1] in errors else match[0], content)
    return content


def _lay_over(rows: list[list[Any]], cells: dict[tuple[int, int], Flaw | str]) -> None:
    """Put the cells (row, column, from 1) into the grid, which is made larger where they lie beyond it."""
    if not cells:
        return
    height = max(row for row, _ in cells)
    width = max(len(rows[0]) if rows else 0, *(column for _, column in cells))
    for values in rows:
        values.extend([""] * (width - len(values)))
    rows.extend([""] * width for _ in range(height - len(rows)))
    for (row, column), cell in cells.items():
        rows[row - 1][column - 1] = cell


@contextmanager
def _calamine_errors(detail: str) -> Iterator[None]:
    """Whatever calamine cannot read is the file's fault, even where it gives up without an Exception."""
    try:
        yield
    except CalamineError as error:
        raise ReadingError("not_xlsx", detail) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise ReadingError("not_xlsx", detail) from error
