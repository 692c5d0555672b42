"""What marks look like, and by what they are known again when the clerk hands the marked copy in."""

from __future__ import annotations

from expectations.rules import Severity

AUTHOR = "绩效自评核对"
HEADING = f"【{AUTHOR}】"
"""The first line of a note of ours: it and what follows is ours, also behind somebody else's words."""
SIGN = "jixiao-mark"
"""Stands in conditional formats of ours. ASCII: some programs write other characters differently."""

FILLS = {Severity.CRITICAL: "FE8A80", Severity.WARNING: "FEE081", Severity.INFO: "A7CFF2"}
"""Red, yellow, blue, each a shade beside those on offer in a spreadsheet program: nobody else has these."""

Cell = tuple[int, int]
"""Row and column, from 1."""
