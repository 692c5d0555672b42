"""The report as a Word file: styles, page and footers from `reference.docx`, words from the document."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from markupsafe import Markup

from tasks.errors import ExplainedError
from tasks.render.document import Document
from tasks.render.docx_forms import lay_out_forms, share
from tasks.render.draw import draw_png, png_size
from tasks.render.text import REPORT_TEMPLATES, markup_templates, printable

_DOCUMENT = "word/document.xml"
_RELATIONS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_EMU_PER_TWIP = 635

_CORE = Markup(
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>'
    "<dc:creator>{author}</dc:creator><cp:lastModifiedBy>{author}</cp:lastModifiedBy>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{date}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{date}T00:00:00Z</dcterms:modified>'
    "<dc:language>zh-CN</dc:language></cp:coreProperties>"
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


def render_docx(document: Document) -> bytes:
    """Return the document as a Word file (A4, GB/T 9704) with the styles of `reference.docx`.

    Equal documents give equal bytes. Raises ReferenceDocumentError if the reference document lacks a
    style that the report needs.
    """
    data = printable(document)
    reference = _read_reference(REPORT_TEMPLATES / "reference.docx")
    for block in data["blocks"]:
        if block["kind"] == "table":
            block["widths"] = share([column["width"] for column in block["columns"]], reference.text_width)
    pictures = _add_pictures(data["blocks"], reference.text_width)
    lay_out_forms(data["attachments"], reference.body_section, reference.page, reference.styles)
    template = markup_templates().get_template("document.xml.j2")
    body = template.render(
        data,
        style=reference.styles,
        cover_section=reference.cover_section,
        body_section=reference.body_section,
    )
    replaced = {
        _DOCUMENT: f"{reference.before}{body}{reference.after}",
        "docProps/core.xml": _CORE.format(
            title=data["title"], author=data["unit_name"], date=data["date_iso"]
        ),
        _RELATIONS: _with_relations(reference.parts[_RELATIONS].decode(), pictures),
        _TYPES: _with_png(reference.parts[_TYPES].decode()),
        "docProps/app.xml": _APP,  # a restyled reference would bring the name of its editor's office along
    }
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in reference.parts.items():
            entry = zipfile.ZipInfo(name)  # with a fixed date: the time of writing would change the bytes
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, replaced.get(name, content))
        for name, content in pictures.items():
            archive.writestr(zipfile.ZipInfo(f"word/{name}"), content)  # packed already
    return package.getvalue()


def _add_pictures(blocks: list[dict[str, Any]], text_width: int) -> dict[str, bytes]:
    """Draw the pictures and say in their blocks where they are and how large; return them by file name."""
    pictures: dict[str, bytes] = {}
    for block in blocks:
        if block["kind"] == "picture":
            block["index"] = len(pictures) + 1
            block["relation"] = f"picture{block['index']}"
            png = draw_png(block)
            pictures[f"media/{block['relation']}.png"] = png
            width, height = png_size(png)
            across = text_width * _EMU_PER_TWIP * block["width"] // 100
            block["extent"] = (across, across * height // width)
    return pictures


def _with_relations(relations: str, pictures: Iterable[str]) -> str:
    added = "".join(
        f'<Relationship Id="{PurePosixPath(name).stem}" Target="{name}"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
        for name in pictures
    )
    return relations.replace("</Relationships>", f"{added}</Relationships>")


def _with_png(types: str) -> str:
    """Content types with that of PNG, which a reference document with a picture of its own has already."""
    if 'Extension="png"' in types:
        return types
    return types.replace("</Types>", '<Default Extension="png" ContentType="image/png"/></Types>')


class ReferenceDocumentError(ExplainedError):
    """`reference.docx` cannot serve as the source of styles; the message (Chinese) says why."""


class _StyleIds(dict[str, str]):
    """Style ids by style name: Word renames the ids when it saves, but keeps the names."""

    def __missing__(self, name: str) -> str:
        raise ReferenceDocumentError(f"reference.docx 缺少样式“{name}”，请在 Word 中恢复该样式后保存")


@dataclass(frozen=True)
class _Reference:
    """What a report takes over from the reference document."""

    parts: dict[str, bytes]
    before: str
    """Of word/document.xml, up to and including <w:body>."""
    after: str
    styles: _StyleIds
    cover_section: Markup
    body_section: Markup
    text_width: int
    """In twips (1/20 pt)."""
    page: tuple[int, int]
    """Width and height of the paper, in twips."""


@cache
def _read_reference(path: Path) -> _Reference:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before, opening, body = parts[_DOCUMENT].decode().partition("<w:body>")
    sections = re.findall(r"<w:sectPr\b.*?</w:sectPr>", body, re.DOTALL)
    if len(sections) != 2:
        raise ReferenceDocumentError("reference.docx 应恰有两节：封面和正文")
    cover, report = sections
    # A style is named by its first child.
    styles = re.findall(
        r'<w:style\b[^>]*\bw:styleId="([^"]*)"[^>]*>\s*<w:name w:val="([^"]*)"',
        parts["word/styles.xml"].decode(),
    )
    return _Reference(
        parts=parts,
        before=before + opening,
        after=body[body.rindex("</w:body>") :],
        styles=_StyleIds((name.lower(), identity) for identity, name in styles),
        cover_section=Markup(cover),  # noqa: S704 - markup from our own template
        body_section=Markup(report),  # noqa: S704
        text_width=_number(report, "pgSz", "w")
        - _number(report, "pgMar", "left")
        - _number(report, "pgMar", "right"),
        page=(_number(report, "pgSz", "w"), _number(report, "pgSz", "h")),
    )


def _number(xml: str, element: str, attribute: str) -> int:
    found = re.search(rf'<w:{element}\b[^>]*\bw:{attribute}="(\d+)"', xml)
    if not found:
        raise ReferenceDocumentError(f"reference.docx 的正文页面设置缺少 {element} 的 {attribute}")
    return int(found[1])
