"""A real unit's workbook as its XML parts, to break it in ways that no spreadsheet program would."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from expectations.contract import CONTRACT
from tasks.pull import Submission, pull_unit
from tasks.pull.addresses import parse_address
from tasks.render.workbook import write_workbook
from tests.support.workbooks import example_records, registered

STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
BOOK, BOOK_RELS, ROOT_RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"


@cache
def _parts(unit: str) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write_workbook(path, example_records(unit))
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def part_of(label: str) -> str:
    """The part of a table's sheet: the guide is the first sheet, then come the tables."""
    return f"xl/worksheets/sheet{[table.label for table in CONTRACT.tables].index(label) + 2}.xml"


def pack(parts: dict[str, bytes]) -> bytes:
    """The parts as a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return content.getvalue()


class Book:
    """A unit's workbook. Every change returns the book, so that changes can be chained."""

    def __init__(self, unit: str = "sjzyj") -> None:
        self.unit = unit
        self.parts = dict(_parts(unit))

    def put(self, label: str, cell: str, value: object = None, attributes: str = "", body: str = "") -> Book:
        """Set a cell: a text, a number, a bool, or (by `attributes` and `body`) any XML; None empties it."""
        match value:
            case bool():
                attributes, body = 't="b"', f"<v>{int(value)}</v>"
            case str():
                attributes, body = 't="inlineStr"', f'<is><t xml:space="preserve">{escape(value)}</t></is>'
            case int() | float():
                body = f"<v>{value!r}</v>"
        xml = f'<c r="{cell}" {attributes}>{body}</c>'
        part = part_of(label)
        content = self.parts[part].decode()
        old = re.search(rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)', content)
        if old:
            content = content[: old.start()] + xml + content[old.end() :]
        else:
            row = parse_address(cell)[0]
            whole = re.compile(rf'(<row r="{row}"[^>]*>.*?)(</row>)')
            content, found = whole.subn(lambda match: match[1] + xml + match[2], content, count=1)
            if not found:
                content = content.replace("</sheetData>", f'<row r="{row}">{xml}</row></sheetData>')
        self.parts[part] = content.encode()
        return self

    def replace(self, name: str, old: str, new: str, count: int = 1) -> Book:
        """Replace text in a part, or in the sheet of a table."""
        part = name if name in self.parts else part_of(name)
        content = self.parts[part].decode()
        assert old in content, (part, old)
        self.parts[part] = content.replace(old, new, count).encode()
        return self

    def content(self) -> bytes:
        """The workbook's bytes."""
        return pack(self.parts)

    def pull(self, folder: Path) -> Submission:
        """Hand the workbook in."""
        return pull_content(folder, self.content(), self.unit)


def pull_content(folder: Path, content: bytes, unit: str = "sjzyj") -> Submission:
    """Hand in these bytes as a real unit's workbook."""
    path = folder / "handed-in.xlsx"
    path.write_bytes(content)
    return pull_unit(registered(unit, path), folder / "inputs")
