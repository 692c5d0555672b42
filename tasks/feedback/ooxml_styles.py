"""Differential formats: what a conditional format does to the looks of a cell."""

from __future__ import annotations

from collections.abc import Iterable

from tasks.feedback.xml_document import Document


def add_fills(content: bytes, colours: Iterable[str]) -> tuple[bytes, list[int]]:
    """A styles part with a differential format for each colour (RRGGBB), and their numbers.

    A format that is there already (of an earlier run) is used again. Raises ValueError for a malformed part.
    """
    document = Document(content, 2)
    root = document.root
    formats = root.first("dxfs")
    known = [document.inside(child) for child in formats.children] if formats else []
    numbers, added = [], ""
    for colour in colours:
        p = root.prefix
        fill = f'<{p}patternFill><{p}bgColor rgb="FF{colour}"/></{p}patternFill>'
        inside = f"<{p}fill>{fill}</{p}fill>"
        if inside.encode() not in known:
            known.append(inside.encode())
            added += f"<{p}dxf>{inside}</{p}dxf>"
        numbers.append(known.index(inside.encode()))
    if not added:
        return content, numbers
    if formats:
        document.set_attribute(formats, "count", str(len(known)))
        document.append(formats, added)
    else:
        before = [child for child in root.children if child.name in ("cellXfs", "cellStyles")]
        if not before:
            raise ValueError("no cell formats")
        xml = f'<{root.prefix}dxfs count="{len(known)}">{added}</{root.prefix}dxfs>'
        document.insert(before[-1].end, xml)
    return document.content, numbers
