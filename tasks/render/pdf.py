"""The report as PDF, by Typst; its look is in `templates/report/report.typ`."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import typst

from tasks.errors import ExplainedError
from tasks.render.compiler import compile_typst
from tasks.render.document import Document
from tasks.render.fonts import FontSet
from tasks.render.text import printable

STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
"""Accessible (PDF/UA-1) and fit for archives (PDF/A-2a). Both forbid text that no font can show."""


class PdfError(ExplainedError):
    """The report could not be made a PDF; the message (Chinese) says why."""


def render_pdf(document: Document, fonts: FontSet) -> bytes:
    """Return the document as a PDF file (A4, GB/T 9704, tagged, bookmarks, fonts embedded).

    Equal documents and fonts give equal bytes. Safe to call from several threads at once, which then
    do work in parallel. Raises PdfError, above all for a character that none of the fonts has.
    """
    try:
        return compile_typst(
            "report.typ",
            fonts,
            format="pdf",
            sys_inputs={
                "document": json.dumps(printable(document), ensure_ascii=False),
                "fonts": json.dumps(fonts.families, ensure_ascii=False),
            },
            pdf_standards=STANDARDS,
            timestamp=datetime.fromisoformat(document.date_iso).replace(tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise PdfError(_explain(error)) from error


def _explain(error: typst.TypstError) -> str:
    missing = re.search(r'the text `"(.+)"` could not be displayed', error.message)
    if missing:
        text = re.sub(r"\\u\{(\w+)\}", lambda code: f"U+{code[1].upper()}", missing[1])
        return f"没有字体能显示文字“{text}”，请在来源数据中改写，或安装含有该字的字体。"
    return f"PDF 未能生成：{error.message}"
