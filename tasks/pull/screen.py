"""Look at the file before a parser does: is it a workbook at all, is it safe, does it hide anything?

Reading values takes calamine 4 ms a workbook, explaining its oddities takes openpyxl 50 ms: so the raw
XML is searched for signs of oddities first, and only a workbook that shows one is opened by openpyxl.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from tasks.pull.trouble import ReadingError

MAX_EXPANDED = 200 * 1024 * 1024
MAX_PARTS = 2_000
MAX_ROWS = 20_000
MAX_COLUMNS = 256

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL_WITH_CONTENT = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="([A-Z]+)(\d+)"[^>/]*>')
_ODD = re.compile(
    rb't="e"'
    rb'|<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></|</(?:\w+:)?c>)'
    rb'|<(?:\w+:)?row\s[^>]*hidden="(?:1|true)"'
)


@dataclass(frozen=True)
class Oddities:
    """What the values alone do not show, for each sheet."""

    formulas: dict[tuple[str, str], str] = field(default_factory=dict)
    """(sheet, cell) of a formula without a stored result → the formula."""
    errors: dict[tuple[str, str], str] = field(default_factory=dict)
    """(sheet, cell) of an error value → the value, such as #REF!."""
    hidden_rows: frozenset[tuple[str, int]] = frozenset()
    """(sheet, row) of each hidden row."""


def screen_workbook(path: Path) -> Oddities:
    """Refuse what is not a plain, reasonable xlsx; return its oddities.

    Raises ReadingError with the problem not_xlsx, encrypted or too_big.
    """
    with path.open("rb") as stream:
        head = stream.read(8)
    if head == _OLE:
        encrypted = _ENCRYPTED in path.read_bytes()
        raise ReadingError("encrypted" if encrypted else "not_xlsx", "旧版 xls 格式")
    try:
        with zipfile.ZipFile(path) as archive:
            odd = _screen_parts(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ReadingError("not_xlsx", "不是有效的压缩包，文件可能已损坏") from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise ReadingError("not_xlsx", "压缩内容已损坏") from error
    return _explain(path) if odd else Oddities()


def _screen_parts(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    if len(names) > MAX_PARTS:
        raise ReadingError("too_big", f"文件内含 {len(names)} 个部件")
    if "[Content_Types].xml" not in names or not any(_SHEET.fullmatch(name) for name in names):
        raise ReadingError("not_xlsx", "压缩包中没有工作表")
    expanded, odd = 0, False
    for name in names:
        # The sizes that the archive declares may lie: count what really comes out.
        with archive.open(name) as part:
            content = part.read(MAX_EXPANDED - expanded + 1)
        expanded += len(content)
        if expanded > MAX_EXPANDED:
            raise ReadingError("too_big", f"解压后超过 {MAX_EXPANDED // 1024 // 1024} MB")
        if _SHEET.fullmatch(name):
            _check_extent(content)
            odd = odd or _ODD.search(content) is not None
    return odd


def _check_extent(sheet: bytes) -> None:
    """A single value in the last corner would make a parser build 17 billion cells."""
    for column, row in _CELL_WITH_CONTENT.findall(sheet):
        if len(row) > 7 or int(row) > MAX_ROWS or _column_number(column) > MAX_COLUMNS:
            raise ReadingError("too_big", f"单元格 {column.decode()}{row.decode()} 远在填报区之外")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _explain(path: Path) -> Oddities:
    import openpyxl
    from openpyxl.cell import Cell

    try:
        formulas = openpyxl.load_workbook(path)
        values = openpyxl.load_workbook(path, data_only=True)
    except Exception as error:  # openpyxl raises a wide range of errors on malformed parts
        raise ReadingError("not_xlsx", "工作簿内容已损坏") from error
    found = Oddities({}, {})
    hidden: set[tuple[str, int]] = set()
    for sheet in formulas.worksheets:
        hidden |= {(sheet.title, row) for row, shape in sheet.row_dimensions.items() if shape.hidden}
        for cells in sheet.iter_rows():
            for cell in cells:
                if not isinstance(cell, Cell) or cell.data_type not in ("f", "e"):
                    continue
                key = (sheet.title, cell.coordinate)
                value = values[sheet.title][cell.coordinate].value
                if value is None and cell.data_type == "f":
                    found.formulas[key] = str(getattr(cell.value, "text", cell.value))
                elif isinstance(value, str) and value.startswith("#"):
                    found.errors[key] = value
    return Oddities(found.formulas, found.errors, frozenset(hidden))
