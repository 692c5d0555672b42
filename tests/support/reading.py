"""Read published reports back: tables as rows of strings, text without blanks."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import lxml.html
import pypdf

Rows = list[list[str]]


def docx_rows(path: Path) -> Rows:
    """Every table row of a Word file."""
    return [
        [cell.text for cell in row.cells] for table in docx.Document(str(path)).tables for row in table.rows
    ]


def docx_paragraphs(path: Path) -> list[str]:
    """Every paragraph outside of tables, without blanks."""
    return [squeeze(paragraph.text) for paragraph in docx.Document(str(path)).paragraphs]


def docx_text(path: Path) -> str:
    """All paragraphs outside of tables, without blanks."""
    return "".join(docx_paragraphs(path))


def html_rows(path: Path) -> Rows:
    """Every table row of a page."""
    page = lxml.html.fromstring(path.read_bytes().decode())
    return [[cell.text_content().strip() for cell in row.xpath("./th|./td")] for row in page.xpath("//tr")]


def html_text(path: Path) -> str:
    """All text of a page, without blanks."""
    return squeeze(lxml.html.fromstring(path.read_bytes().decode()).text_content())


def pdf_text(path: Path) -> str:
    """All text of a PDF in reading order, without blanks and page numbers."""
    pages = [page.extract_text() for page in pypdf.PdfReader(str(path)).pages]
    return squeeze("".join(re.sub(r"—\s*\d+\s*—", "", page) for page in pages))


def squeeze(text: str) -> str:
    """Text without any blank."""
    return re.sub(r"\s+", "", text)
