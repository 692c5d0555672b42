"""A report as plain text, and what holds of every report whatever a unit hands in."""

from __future__ import annotations

import re
from itertools import pairwise

from tasks.render.document import Document, Heading, Paragraph, Picture, Table
from tasks.render.numbering import chinese_number, heading_number

_DOUBLED = re.compile(r"[，。；：、！？][，。；：、！？]|（）|““|””|《《|》》|  ")
_RESIDUE = re.compile(r"None|<NA>|nan|Undefined|\{\{|\{%|%\}|\}\}|\x00|市我|结余-")
_BARE_THOUSANDS = re.compile(r"(?<![\d,.])\d{4,}(?:\.\d+)?(?=万元|元|人|辆|台|个项目|个机构)")
_TABLE = re.compile(r"表([一二三四五六七八九十]+)(?![一-鿿])")
_REFERENCE = re.compile(r"(?:见|和)([表图][一二三四五六七八九十]+)")
_WRONG_NUMBER = re.compile(r"[\[［(（【]\d{4}[\])）］】]\s*第?\d+号")
_HALF_WIDTH = re.compile(r"[一-鿿][(),:;?!]|[(),:;?!][一-鿿]")
_HEADING_END = re.compile(r"[，。；：、！？,.;:!?]$")
NOT_HANDED_IN = "因部分数据未报送，下列指标未作计算："


def as_text(document: Document) -> str:
    """The whole report as text: headings with their depth, tables with a row a line."""
    lines = [*document.title_lines, f"{document.unit_name} {document.date}", document.cover_mark]
    for block in document.blocks:
        match block:
            case Heading():
                lines += ["", f"{'#' * block.level} {block.number}{block.text}"]
            case Paragraph():
                lines.append(
                    {
                        "body": "",
                        "note": "〔注〕",
                        "attachment": "〔附件〕",
                        "attachment_next": "〔附件〕",
                        "signature": "〔署名〕",
                        "date": "〔日期〕",
                    }[block.role]
                    + block.text
                )
            case Table():
                lines += [f"〔{block.title}〕", " | ".join(column.label for column in block.columns)]
                lines += [
                    " | ".join(row.cells) + ("" if row.role == "item" else f" ‹{row.role}›")
                    for row in block.rows
                ]
            case Picture():
                lines += [f"〔{block.title}〕", f"〔图意〕{block.alt}"]
    return "\n".join(lines) + "\n"


def flaws(document: Document) -> list[str]:
    """Everything about a report that is wrong whatever its figures are."""
    return [*_outline(document), *_tables(document), *_pictures(document), *_words(document)]


def _outline(document: Document) -> list[str]:
    found, counters, depth = [], [0, 0, 0, 0], 0
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    for heading in headings:
        if heading.level > depth + 1:
            found.append(f"level left out before {heading.text}")
        depth = heading.level
        counters[heading.level - 1] += 1
        counters[heading.level :] = [0] * (4 - heading.level)
        if heading.number != heading_number(heading.level, counters[heading.level - 1]):
            found.append(f"number {heading.number} of {heading.text}")
        if not heading.text or _HEADING_END.search(heading.text):
            found.append(f"heading {heading.text!r}")
    blocks = [*document.blocks, Heading(1, "", "", "")]
    found += [
        f"nothing below {block.text}"
        for block, following in pairwise(blocks)
        if isinstance(block, Heading) and isinstance(following, Heading) and following.level <= block.level
    ]
    if counters[0] != 11:
        found.append(f"{counters[0]} sections")
    if len({heading.anchor for heading in headings}) != len(headings):
        found.append("anchors repeat")
    return found


def _tables(document: Document) -> list[str]:
    tables = [block for block in document.blocks if isinstance(block, Table)]
    found = [
        f"table {table.number} stands {n}."
        for n, table in enumerate(tables, start=1)
        if table.number != f"表{chinese_number(n)}"
    ]
    text = "".join(block.text for block in document.blocks if isinstance(block, Paragraph))
    referred = set(_REFERENCE.findall(text))
    there = {block.number for block in document.blocks if isinstance(block, Table | Picture)}
    if referred != there:
        found.append(f"tables and pictures {sorted(there)}, but referred to {sorted(referred)}")
    for table in tables:
        if sum(column.width for column in table.columns) != 100:
            found.append(f"widths of {table.number}")
        if any(len(row.cells) != len(table.columns) for row in table.rows):
            found.append(f"cells of {table.number}")
    return found


def _pictures(document: Document) -> list[str]:
    pictures = [block for block in document.blocks if isinstance(block, Picture)]
    found = [
        f"picture {picture.number} stands {n}."
        for n, picture in enumerate(pictures, start=1)
        if picture.number != f"图{chinese_number(n)}"
    ]
    found += [f"no end: {picture.alt[-30:]!r}" for picture in pictures if not picture.alt.endswith("。")]
    return found + [
        f"{slip[0]!r} in {picture.alt[:60]!r}"
        for picture in pictures
        for pattern in (_BARE_THOUSANDS, _HALF_WIDTH)
        if (slip := pattern.search(picture.alt))
    ]


def _words(document: Document) -> list[str]:
    found = []
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    cells = [
        cell
        for block in document.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row.cells
    ]
    alts = [block.alt for block in document.blocks if isinstance(block, Picture)]
    for text in (*headings, *cells, *alts, *(paragraph.text for paragraph in paragraphs), document.title):
        for pattern in (_DOUBLED, _RESIDUE, _WRONG_NUMBER):
            if slip := pattern.search(text):
                found.append(f"{slip[0]!r} in {text[:60]!r}")
        if "\n" in text or text != text.strip():
            found.append(f"blanks in {text!r}")
    for paragraph in paragraphs:
        text = paragraph.text
        for pattern in (_BARE_THOUSANDS, _HALF_WIDTH):
            if slip := pattern.search(text):
                found.append(f"{slip[0]!r} in {text[:60]!r}")
        if "未报送" in text and not text.startswith(NOT_HANDED_IN):
            found.append(f"not handed in: {text[:60]!r}")
        if paragraph.role in ("body", "note") and not text.endswith(("。", "：", "！", "？", "”", "）")):
            found.append(f"no end: {text[-30:]!r}")
    if [paragraph.role for paragraph in paragraphs[-2:]] != ["signature", "date"]:
        found.append("no signature")
    return found
