"""The report as one HTML page, complete in itself: no scripts, nothing to load."""

from __future__ import annotations

from itertools import chain
from typing import Any

from markupsafe import Markup

from tasks.render.document import Document
from tasks.render.text import markup_templates, printable


def render_html(document: Document) -> bytes:
    """Return the document as a UTF-8 HTML page with its style sheet inside.

    Equal documents give equal bytes. The page is readable on a phone and prints on A4.
    """
    data = printable(document)
    for form in data["attachments"]:
        for grid in form["grids"]:
            for part, tag in (("head", 'th scope="col"'), ("body", "td")):
                for cell in chain.from_iterable(grid[part]):
                    cell["opening"] = _opening(tag, cell)
    return markup_templates().get_template("report.html.j2").render(data).encode()


def _opening(tag: str, cell: dict[str, Any]) -> Markup:
    across = f' colspan="{cell["columns"]}"' if cell["columns"] > 1 else ""
    down = f' rowspan="{cell["rows"]}"' if cell["rows"] > 1 else ""
    total = " total" if cell["look"] == "total" else ""
    return Markup(f'<{tag}{across}{down} class="{cell["align"]}{total}">')  # noqa: S704 - no text of a unit
