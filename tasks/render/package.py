"""Render one unit's documents: the report in three formats, and its attachments as a workbook."""

from __future__ import annotations

from tasks.render.attachments import build_working
from tasks.render.attachments.workbook import write_attachments
from tasks.render.document import Document
from tasks.render.docx import render_docx
from tasks.render.fonts import load_fonts
from tasks.render.html import render_html
from tasks.render.pdf import render_pdf
from tasks.render.wording import write_report
from tasks.values import Values


def render_package(values: Values) -> dict[str, bytes]:
    """File name → content of everything that is published for one unit. Same values, same bytes."""
    document = write_report(values)
    working = build_working(values, document.attachments)
    return {
        **render_document(document),
        "attachments.xlsx": write_attachments(
            (*document.attachments, working), f"{document.title}附件", document.unit_name
        ),
    }


def render_document(document: Document) -> dict[str, bytes]:
    """File name → content of a report in its three formats."""
    return {
        "report.docx": render_docx(document),
        "report.pdf": render_pdf(document, load_fonts()),
        "report.html": render_html(document),
    }
