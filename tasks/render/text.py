"""What the writers share before a format comes in: clean text, and what stays together on a page."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import templates
from tasks.render.document import Document

REPORT_TEMPLATES = Path(templates.__path__[0]) / "report"

_SPACES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters: illegal in XML, and no font has them
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"  # not characters at all
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # would turn around the order of what is printed
)

_LINE_LENGTH = 42
"""Characters of table text (10.5 pt) in the width of the page."""
_TALL = 8
"""Lines from which a table row may be split: a few such rows do not fit on one page."""


def plain(text: str) -> str:
    """Return `text` without characters that no format can carry; tabs and line breaks become a space."""
    if text.isprintable():  # nearly always, and several times faster
        return text
    return _UNPRINTABLE.sub("", _SPACES.sub(" ", text))


def printable(document: Document) -> dict[str, Any]:
    """Return `document.as_dict()` with every string made `plain` and layout facts added to its blocks.

    - heading `depth`: its level without gaps, for outlines (a 1. may follow a 一、 directly);
    - paragraph `keep_next`: a signature or the list of attachments follows, which must not stand on a page
      without text;
    - table row `tall`: may be split between pages; `keep_next`: stays on the page of the next row, so
      that a subtotal takes the last two items with it.

    Raises ValueError if a table row has another number of cells than its table has columns: values
    would be printed under the wrong headings.
    """
    data: dict[str, Any] = _plain_values(document.as_dict())
    depth = 0
    followers = [*data["blocks"][1:], {}]
    for block, follower in zip(data["blocks"], followers, strict=True):
        if block["kind"] == "heading":
            depth = block["depth"] = min(block["level"], depth + 1)
        elif block["kind"] == "paragraph":
            block["keep_next"] = follower.get("role") in ("attachment", "signature", "date")
        elif block["kind"] == "table":
            _lay_out_rows(block)
    return data


def _lay_out_rows(table: dict[str, Any]) -> None:
    columns, rows = table["columns"], table["rows"]
    for row in rows:
        if len(row["cells"]) != len(columns):
            raise ValueError(f"{table['title']}：有一行的单元格数与表的列数（{len(columns)}）不符")
        row["tall"] = any(
            math.ceil(len(cell) * 100 / (_LINE_LENGTH * max(column["width"], 1))) >= _TALL
            for cell, column in zip(row["cells"], columns, strict=True)
        )
        row["sums_up"] = row["role"] in ("subtotal", "total")
    sums_up = [*(row["sums_up"] for row in rows), False, False]
    for index, row in enumerate(rows):
        here, following, second = sums_up[index : index + 3]
        row["keep_next"] = not row["tall"] and (following or (second and not here))


def _plain_values(value: Any) -> Any:
    match value:
        case str():
            return plain(value)
        case dict():
            return {key: _plain_values(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain_values(inner) for inner in value]
        case _:
            return value


@cache
def markup_templates() -> Environment:
    """Return the Jinja environment of `templates/report/` that writes markup: every value is escaped."""
    environment = Environment(
        loader=FileSystemLoader(REPORT_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["zip"] = zip
    return environment
