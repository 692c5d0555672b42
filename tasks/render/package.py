"""Render one unit's documents: the report written once, in three formats."""

from __future__ import annotations

from tasks.render.document import Document
from tasks.render.docx import render_docx
from tasks.render.fonts import load_fonts
from tasks.render.html import render_html
from tasks.render.pdf import render_pdf
from tasks.render.wording import write_report
from tasks.values import Values


def render_package(values: Values) -> dict[str, bytes]:
    """File name → content of everything that is published for one unit. Same values, same bytes."""
    return render_document(write_report(values))


def render_document(document: Document) -> dict[str, bytes]:
    """File name → content of a report in its three formats."""
    return {
        "report.docx": render_docx(document),
        "report.pdf": render_pdf(document, load_fonts()),
        "report.html": render_html(document),
    }
