"""What marks look like, and by what they are known again when the clerk hands the marked copy in."""

from __future__ import annotations

from expectations.rules import Severity

SIGN = "绩效自评核对"
"""Stands in every mark, so that a later run finds and removes it."""

FILLS = {Severity.CRITICAL: "FE8A80", Severity.WARNING: "FEE081", Severity.INFO: "A7CFF2"}
"""Red, yellow, blue, each a shade beside those on offer in a spreadsheet program: nobody else has these."""

Cell = tuple[int, int]
"""Row and column, from 1."""
