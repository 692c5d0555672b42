"""Attachments as tables of Word: what is merged is spelled out cell by cell, and pages get their sections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Any

from markupsafe import Markup

_MARGINS = {"top": 1417, "bottom": 1304, "left": 1247, "right": 1247}
_STYLES = {"left": "表格文字", "center": "表格居中", "right": "表格数字"}
_FOOTER = 737
"""Forms are wider than the text: margins of 22 to 25 mm, in twips."""


def lay_out_forms(
    forms: list[dict[str, Any]], report: Markup, page: tuple[int, int], styles: Mapping[str, str]
) -> None:
    """Add to each form its section, and to its grids the widths and rows of physical cells.

    A physical cell is its text and the markup in front of it. `forms`: attachments as `printable` gives them;
    `report`: the section of the report; `page`: width and height of the paper upright, in twips; `styles`:
    ids of styles by their names.
    """
    for form in forms:
        width, height = page if not form["is_wide"] else page[::-1]
        form["section"] = _section(report, width, height)
        across = width - _MARGINS["left"] - _MARGINS["right"]
        for grid in form["grids"]:
            grid["column_widths"] = share(grid["widths"], across)
            grid["header_rows"] = len(grid["head"])
            grid["rows"] = _physical_rows([*grid["head"], *grid["body"]], grid["column_widths"])
            last = len(grid["rows"]) - 1
            for at, row in enumerate(grid["rows"]):
                # The last row, often a total, is not alone on a page; nor is the signature below the form.
                keep_next = at == last - 1 >= grid["header_rows"] or (
                    at == last and grid is form["grids"][-1]
                )
                for cell in row:
                    cell["opening"] = _opening(cell, styles, keep_next)


def _section(report: Markup, width: int, height: int) -> Markup:
    """The section of the report on other paper, its pages counted on."""
    xml = re.sub(r"<w:pgNumType\b[^>]*/>", "", str(report))
    orient = ' w:orient="landscape"' if width > height else ""
    xml = re.sub(r"<w:pgSz\b[^>]*/>", f'<w:pgSz w:w="{width}" w:h="{height}"{orient}/>', xml)
    margins = "".join(f' w:{side}="{value}"' for side, value in _MARGINS.items())
    xml = re.sub(
        r"<w:pgMar\b[^>]*/>", f'<w:pgMar{margins} w:header="851" w:footer="{_FOOTER}" w:gutter="0"/>', xml
    )
    return Markup(xml)  # noqa: S704 - markup from our own template


def share(shares: list[int], whole: int) -> list[int]:
    """Divide `whole` by `shares` into integers that add up to it exactly."""
    edges = [whole * share // sum(shares) for share in accumulate(shares, initial=0)]
    return [right - left for left, right in pairwise(edges)]


def _physical_rows(rows: list[list[dict[str, Any]]], widths: list[int]) -> list[list[dict[str, Any]]]:
    """The cells of every row from left to right, with a `continue` where one reaches down from above."""
    reaching: dict[int, tuple[dict[str, Any], int]] = {}
    physical = []
    for row in rows:
        cells, left, waiting = [], 0, iter(row)
        while left < len(widths):
            if left in reaching:
                above, more = reaching.pop(left)
                if more > 1:
                    reaching[left] = above, more - 1
                cells.append({**above, "text": "", "merge": "continue"})
                left += above["columns"]
                continue
            cell = next(waiting)
            placed = {**cell, "width": sum(widths[left : left + cell["columns"]])}
            placed["merge"] = "restart" if cell["rows"] > 1 else ""
            if cell["rows"] > 1:
                reaching[left] = placed, cell["rows"] - 1
            cells.append(placed)
            left += cell["columns"]
        physical.append(cells)
    return physical


def _opening(cell: Mapping[str, Any], styles: Mapping[str, str], keep_next: bool) -> Markup:
    """The markup of a cell up to its text."""
    span = f'<w:gridSpan w:val="{cell["columns"]}"/>' if cell["columns"] > 1 else ""
    down = f'<w:vMerge w:val="{cell["merge"]}"/>' if cell["merge"] else ""
    style = styles["表头" if cell["look"] == "head" else _STYLES[cell["align"]]]
    look = f'<w:rPr><w:rStyle w:val="{styles["表格小计"]}"/></w:rPr>' if cell["look"] == "total" else ""
    return Markup(  # noqa: S704 - numbers and styles of our own
        f'<w:tc><w:tcPr><w:tcW w:w="{cell["width"]}" w:type="dxa"/>{span}{down}'
        '<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{"<w:keepNext/>" if keep_next else ""}</w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">'
    )
