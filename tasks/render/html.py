"""The report as one HTML page, complete in itself: no scripts, nothing to load."""

from __future__ import annotations

from tasks.render.document import Document
from tasks.render.text import markup_templates, printable


def render_html(document: Document) -> bytes:
    """Return the document as a UTF-8 HTML page with its style sheet inside.

    Equal documents give equal bytes. The page is readable on a phone and prints on A4.
    """
    return markup_templates().get_template("report.html.j2").render(printable(document)).encode()
