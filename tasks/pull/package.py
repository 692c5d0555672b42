"""Open a workbook file with care: is it a workbook at all, is it safe, which sheets does it have?

Only the parts that are asked for are taken out of the zip, so that pictures, macros or anything stranger in
it are never expanded.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from tasks.pull.trouble import ReadingError

MAX_EXPANDED = 32 * 1024 * 1024
MAX_PARTS = 2_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OWNER_FILE = 165
"""Bytes of the file that Excel keeps beside an open workbook."""
_DIRECTORY_ENTRY = b"PK\x01\x02"

Attributes = dict[str, str]


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as the workbook lists it: its name, the part that holds it, and whether it is hidden."""

    name: str
    part: str
    is_hidden: bool


class Package:
    """The parts of an xlsx file, by name in any case. Reading counts against one limit for the whole file."""

    def __init__(self, content: bytes) -> None:
        """Open the bytes of a file.

        Raises ReadingError with the problem not_xlsx, encrypted or too_big.
        """
        if content.startswith(_OLE):
            if _ENCRYPTED in content:
                raise ReadingError("encrypted")
            raise ReadingError("not_xlsx", "旧版 Office 格式（如 xls）")
        if (parts := content.count(_DIRECTORY_ENTRY)) > MAX_PARTS:
            raise ReadingError("too_big", f"文件内含 {parts} 个部件")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except Exception as error:  # all in memory: whatever goes wrong is wrong with the content
            raise ReadingError("not_xlsx", _what_else(content)) from error
        self._parts = {part.filename.lower(): part for part in self._archive.infolist()}
        self._left = MAX_EXPANDED

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def read(self, name: str) -> bytes:
        """The content of a part.

        Raises ReadingError with the problem not_xlsx or too_big.
        """
        part = self._parts.get(name.lower())
        if part is None or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ReadingError("not_xlsx", f"压缩包中缺少部件 {name}"[:100])
        if part.file_size > self._left:
            raise ReadingError("too_big", f"解压后超过 {MAX_EXPANDED // 1024 // 1024} MB")
        try:
            with self._archive.open(part) as stream:
                content = stream.read(part.file_size)  # read() would expand it whole, however the size lies
        except Exception as error:
            raise ReadingError("not_xlsx", "压缩内容已损坏") from error
        self._left -= len(content)
        return content

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part: id → (kind, name of the related part). Empty where it has none."""
        folder, name = posixpath.split(part)
        relationships = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.join("/", folder, attributes.get("Target", ""))
                found[attributes.get("Id", "")] = (kind, posixpath.normpath(target).lstrip("/"))

        if relationships in self:
            walk_xml(self.read(relationships), start)
        return found


def _what_else(content: bytes) -> str:
    """What people hand in instead of a workbook."""
    if not content.strip(b"\0"):
        return "空文件，没有任何内容"
    if len(content) == _OWNER_FILE:
        return "可能是 Excel 打开工作簿时产生的临时文件（文件名以 ~$ 开头）"
    if b"\0" not in content and not content.startswith(b"PK"):
        return "内容是文本（如 CSV、网页），只改了扩展名"
    return "不是有效的压缩包，文件可能已损坏"


class Workbook:
    """What the workbook part says: its sheets, the parts they share, how it counts days."""

    def __init__(self, package: Package) -> None:
        """Read the workbook part of a package.

        Raises ReadingError with the problem not_xlsx or too_big.
        """
        self.sheets: list[SheetEntry] = []
        self.is_1904 = False
        main = next((name for kind, name in package.related("").values() if kind == "officeDocument"), "")
        if not main.lower().endswith(".xml") or main not in package:
            raise ReadingError("not_xlsx", "压缩包中没有工作簿")
        self._related = package.related(main)
        walk_xml(package.read(main), self._start)
        if not self.sheets:
            raise ReadingError("not_xlsx", "压缩包中没有工作表")
        self.styles = self._shared(package, "styles")
        self.strings = self._shared(package, "sharedStrings")

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            kind, part = self._related.get(key, ("", ""))
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                self.sheets.append(SheetEntry(attributes.get("name", ""), part, hidden))

    def _shared(self, package: Package, kind: str) -> bytes:
        name = next((name for found, name in self._related.values() if found == kind), "")
        return package.read(name) if name in package else b""


def walk_xml(
    content: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for each start tag, end tag and text; tags come without their prefix.

    Raises ReadingError with the problem not_xlsx for anything malformed, and for a document type, which no
    workbook has and which could expand without end.
    """

    def refuse(*_: object) -> None:
        raise ReadingError("not_xlsx", "工作簿内容异常")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1024 * 1024
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ReadingError("not_xlsx", "工作簿内容已损坏") from error
