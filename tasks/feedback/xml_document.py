"""Change a part of a workbook without touching what is not to change.

Parsing a part and writing it again would rename prefixes, drop declarations and whatever else the parser
thinks unimportant, and a spreadsheet program may then refuse the file. So a part is only parsed to learn
where its elements stand, and is changed by cutting and inserting at those places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

_START_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")
_READABLE = {"utf-8", "us-ascii", "ascii"}
_MAX_ELEMENTS = 100_000
"""Far more than any honest part has, apart from its cells."""


@dataclass(eq=False)
class Element:
    """An element and where it stands, in bytes: `<a>` begins at `start`, `inside` is what it holds.

    `name` is without the prefix; `prefix` is empty or ends with a colon.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    start: int
    inside: slice
    end: int = 0
    is_closed_at_once: bool = False
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element | None:
        """The first child of that name."""
        return next(iter(self.all(name)), None)


class Document:
    """One XML part of a package. Changes are collected; `content` applies them."""

    def __init__(self, content: bytes, depth: int, opaque: str = "") -> None:
        """Find the elements of a part down to `depth` (the root has depth 0), but none within `opaque` ones.

        Raises ValueError for what is not well-formed XML in UTF-8 without a document type.
        """
        self._original = content
        self._edits: list[tuple[int, int, bytes]] = []
        self._appended: dict[Element, bytes] = {}
        self.root = _parse(content, depth, opaque)

    def source(self, start: int, end: int) -> bytes:
        """Some bytes of the part as it was."""
        return self._original[start:end]

    def inside(self, element: Element) -> bytes:
        """What an element holds, as it is written."""
        return self._original[element.inside]

    def replace(self, start: int, end: int, xml: str) -> None:
        """Put other text in the place of some bytes; nothing may overlap."""
        self._edits.append((start, end, xml.encode()))

    def insert(self, at: int, xml: str) -> None:
        """Insert text; what is inserted first stands first."""
        self.replace(at, at, xml)

    def remove(self, element: Element) -> None:
        """Remove an element with all it holds."""
        self.replace(element.start, element.end, "")

    def append(self, element: Element, xml: str) -> None:
        """Insert text behind the last thing that an element holds."""
        self._appended[element] = self._appended.get(element, b"") + xml.encode()

    def set_attribute(self, element: Element, name: str, value: str) -> None:
        """Set one attribute of an element."""
        stop = element.end if element.is_closed_at_once else element.inside.start
        tag = self._original[element.start : stop]
        old = re.search(rb"\s" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", tag)
        if old:
            self.replace(
                element.start + old.start(), element.start + old.end(), f" {name}={quoteattr(value)}"
            )
        else:
            self.insert(stop - (2 if element.is_closed_at_once else 1), f" {name}={quoteattr(value)}")

    @property
    def content(self) -> bytes:
        """The part with all changes."""
        edits = list(self._edits)
        for element, xml in self._appended.items():
            if element.is_closed_at_once:
                closing = f"</{element.prefix}{element.name}>".encode()
                edits.append((element.end - len(b"/>"), element.end, b">" + xml + closing))
            else:
                edits.append((element.inside.stop, element.inside.stop, xml))
        pieces: list[bytes] = []
        at = 0
        for start, end, xml in sorted(edits, key=lambda edit: edit[:2]):
            if start < at:
                raise ValueError("overlapping changes")
            pieces += self._original[at:start], xml
            at = end
        return b"".join([*pieces, self._original[at:]])


def _parse(content: bytes, depth: int, opaque: str) -> Element:
    roots: list[Element] = []
    path: list[Element | None] = []
    found = 0

    def declared(_: str, encoding: str | None, __: int) -> None:
        if (encoding or "utf-8").lower() not in _READABLE:
            raise ValueError(f"not UTF-8: {encoding}")

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal found
        element = None
        parent = path[-1] if path else None
        if len(path) <= depth and (parent.name != opaque if parent else not path):
            found += 1
            if found > _MAX_ELEMENTS:
                raise ValueError("too many elements")
            at = parser.CurrentByteIndex
            match = _START_TAG.match(content, at)
            if not match:  # another encoding than the one we count in
                raise ValueError("an element is not where it should be")
            prefix, colon, name = tag.rpartition(":")
            inside = slice(match.end(), match.end())
            element = Element(name, prefix + colon, attributes, at, inside, match.end(), bool(match[1]))
            (parent.children if parent else roots).append(element)
        path.append(element)

    def end(_: str) -> None:
        element = path.pop()
        if element and not element.is_closed_at_once:
            at = parser.CurrentByteIndex
            element.inside = slice(element.inside.start, at)
            element.end = content.index(b">", at) + 1

    parser = expat.ParserCreate()
    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError("not well-formed") from error
    return roots[0]
