"""The parts of a workbook file, some of them changed, and how they refer to each other."""

from __future__ import annotations

import io
import posixpath
import zipfile
from itertools import count
from xml.sax.saxutils import quoteattr

from tasks.feedback.xml_document import Document
from tasks.pull.package import Package, Workbook

MAX_COPIED = 128 * 1024 * 1024
"""What the parts may come to when expanded: copying takes them out of the zip."""

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
_NEW_DATE = (1980, 1, 1, 0, 0, 0)
"""Parts that are added bear the earliest date of a zip: the time of writing would change the bytes."""


class Parts:
    """The parts of an xlsx file. What is not written stays as it is, in the place where it is."""

    def __init__(self, content: bytes) -> None:
        """Open the bytes of a file.

        Raises ReadingError or ValueError for what cannot be read or is too big to be copied.
        """
        self._package = Package(content)
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        if sum(info.file_size for info in self._archive.infolist()) > MAX_COPIED:
            raise ValueError("too big to be copied")
        self._names = {info.filename.lower(): info.filename for info in self._archive.infolist()}
        self._read: dict[str, bytes] = {}
        self._written: dict[str, bytes] = {}
        self.sheets = {entry.name: entry.part for entry in Workbook(self._package).sheets}
        main = next(name for kind, name in self._package.related("").values() if kind == "officeDocument")
        self.styles = next((name for kind, name in self.related(main).values() if kind == "styles"), "")

    def read(self, name: str) -> bytes:
        """The content of a part as it is by now."""
        key = name.lower()
        if key in self._written:
            return self._written[key]
        if key not in self._read:
            self._read[key] = self._package.read(name)  # once: reading counts against a limit
        return self._read[key]

    def write(self, name: str, content: bytes) -> None:
        """Change a part, or add one."""
        self._names.setdefault(name.lower(), name)
        self._written[name.lower()] = content

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part: id → (kind, name of the related part)."""
        return self._package.related(part)

    def add_related(self, part: str, kind: str, pattern: str) -> tuple[str, str]:
        """Add an empty part that another one refers to; returns the id of the relationship and its name.

        `pattern` is the name with a place for a number: the first free one is taken.
        """
        name = next(free for n in count(1) if (free := pattern.format(n)).lower() not in self._names)
        self.write(name, b"")
        folder, own = posixpath.split(part)
        links = posixpath.join(folder, "_rels", f"{own}.rels")
        if links.lower() not in self._names:
            self.write(links, f'<Relationships xmlns="{_RELATIONSHIPS}"/>'.encode())
        document = Document(self.read(links), 1)
        known = {link.attributes.get("Id") for link in document.root.children}
        key = next(free for n in count(1) if (free := f"rId{n}") not in known)
        link = f'Relationship Id="{key}" Type="{OFFICE}/{kind}" Target={quoteattr("/" + name)}'
        document.append(document.root, f"<{document.root.prefix}{link}/>")
        self.write(links, document.content)
        return key, name

    def declare(self, name_or_extension: str, content_type: str) -> None:
        """Say what kind of content a part has, or all parts with an extension have; once."""
        document = Document(self.read(_TYPES), 1)
        if name_or_extension.startswith("."):
            tag, key, value = "Default", "Extension", name_or_extension[1:]
        else:
            tag, key, value = "Override", "PartName", f"/{name_or_extension}"
        known = {child.attributes.get(key, "").lower() for child in document.root.all(tag)}
        if value.lower() not in known:
            xml = f"{tag} {key}={quoteattr(value)} ContentType={quoteattr(content_type)}"
            document.append(document.root, f"<{document.root.prefix}{xml}/>")
            self.write(_TYPES, document.content)

    def pack(self) -> bytes:
        """The file with all changes."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for old in self._archive.infolist():
                changed = self._written.get(old.filename.lower())
                archive.writestr(_like(old), self._archive.read(old) if changed is None else changed)
            kept = {old.filename.lower() for old in self._archive.infolist()}
            for key, content in self._written.items():
                if key not in kept:
                    info = zipfile.ZipInfo(self._names[key], _NEW_DATE)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(info, content)
        return packed.getvalue()


def _like(old: zipfile.ZipInfo) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(old.filename, old.date_time)
    info.compress_type = old.compress_type
    info.external_attr = old.external_attr
    info.create_system = old.create_system
    return info
