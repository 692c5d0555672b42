"""See what the values of a sheet do not show: errors, formulas without results, percents, what is hidden.

Nearly every sheet shows none of them. So a sheet is first searched for signs of anything unusual, which takes
a tenth of the time of parsing it, and only a sheet with such a sign is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from tasks.pull.addresses import column_letters, parse_address
from tasks.pull.package import Attributes, walk_xml
from tasks.pull.trouble import ReadingError
from tasks.pull.values import Flaw

MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_CELLS = 2_000_000
"""Rows times columns: what lies between the values takes memory too."""

_SIGNS = (b'"e"', b'hidden="1"', b'hidden="true"', b"'", b"<!", b"\0")
_UNUSUAL_TAG = re.compile(
    rb'[<:](?:c(?! r="(?:[A-Z]|[AB][A-Z])[1-9]\d{0,3}")|row(?! r="[1-9]\d{0,3}")|f)[\s/>]'
)
"""A cell or row that does not say where it is, or is far away; a formula."""
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_BUILT_IN_PERCENTS = ("9", "10")
_LITERAL = re.compile(r'"[^"]*"|\\.')


@dataclass(frozen=True)
class Oddities:
    """What the values alone do not show. Rows and columns count from 1."""

    cells: dict[tuple[int, int], Flaw | str] = field(default_factory=dict)
    """(row, column) → what the cell really holds: a flaw, or a percentage as the clerk sees it."""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def survey_sheet(content: bytes, percents: Collection[str]) -> Oddities:
    """Find the oddities of a sheet; `percents` are the styles that show a number as a percentage.

    Raises ReadingError with the problem too_big when a value lies so far away that the sheet could not be
    held in memory, not_xlsx when the sheet is malformed.
    """
    styled = any(f's="{style}"'.encode() in content for style in percents)
    if not styled and not any(sign in content for sign in _SIGNS) and not _UNUSUAL_TAG.search(content):
        return Oddities()
    survey = _Survey(percents)
    walk_xml(content, survey.start, survey.end, survey.text)
    return Oddities(survey.cells, frozenset(survey.hidden_rows), frozenset(survey.hidden_columns))


def percent_styles(styles: bytes) -> frozenset[str]:
    """The cell styles, by number as cells refer to them, that show 0.95 as 95%."""
    if not re.search(rb"%|numFmtId=[\"'](?:9|10)[\"']", styles):
        return frozenset()
    formats, found = set(_BUILT_IN_PERCENTS), set()
    number, within = -1, False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal number, within
        if tag == "numFmt" and "%" in _LITERAL.sub("", attributes.get("formatCode", "")):
            formats.add(attributes.get("numFmtId", ""))
        elif tag == "xf" and within:
            number += 1
            if attributes.get("numFmtId") in formats:
                found.add(str(number))
        elif tag.startswith("cell"):  # cellStyleXfs, cellXfs, cellStyles
            within = tag == "cellXfs"

    walk_xml(styles, start)
    return frozenset(found)


class _Survey:
    """Walks a sheet as calamine does: a row or cell that does not say where it is follows the one before."""

    def __init__(self, percents: Collection[str]) -> None:
        self.cells: dict[tuple[int, int], Flaw | str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self._percents = percents
        self._row, self._column = 1, 0
        self._last_row, self._last_column = 0, 0
        self._place = (0, 0)
        self._attributes: Attributes = {}
        self._texts: dict[str, str] = {}
        self._open = ""
        self._shared: dict[str, str] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self._row = int(attributes.get("r", self._row))
            if attributes.get("hidden") in ("1", "true"):
                self.hidden_rows.add(self._row)
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self.hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))
        elif tag == "c":
            self._attributes, self._texts = attributes, {}
            self._place = self._row, self._column + 1
            if "r" in attributes:
                self._place = parse_address(attributes["r"])
            self._column = self._place[1]
        elif tag in ("v", "f", "t"):
            self._open = tag
            self._texts.setdefault(tag, "")
            if tag == "f" and attributes.get("t") == "shared":
                self._texts["shared"] = attributes.get("si", "")

    def text(self, data: str) -> None:
        if self._open:
            self._texts[self._open] += data

    def end(self, tag: str) -> None:
        if tag == "c":
            self._close_cell()
        elif tag == "row":
            self._row, self._column = self._row + 1, 0
        elif tag == self._open:
            self._open = ""

    def _close_cell(self) -> None:
        value, formula = self._texts.get("v", ""), self._formula()
        if not (value or formula or self._texts.get("t")):
            return
        self._check_extent()
        kind = self._attributes.get("t", "n")
        is_empty_text = kind == "str" and "v" in self._texts  # a formula may well result in nothing
        if value and kind == "e":
            self.cells[self._place] = Flaw("error_value", value)
        elif formula and not value and not is_empty_text:
            self.cells[self._place] = Flaw("uncached_formula", formula)
        elif kind == "n" and self._attributes.get("s") in self._percents and _NUMBER.fullmatch(value):
            self.cells[self._place] = f"{float(value) * 100:.15g}%"

    def _formula(self) -> str:
        """The formula of the cell; where several share one, only the first has it written out."""
        formula = self._texts.get("f")
        if formula is None:
            return ""
        if shared := self._texts.get("shared"):
            formula = formula or self._shared.get(shared, "")
            self._shared.setdefault(shared, formula)
        return f"={formula}"

    def _check_extent(self) -> None:
        """A single value in the last corner would make a reader build 17 billion cells."""
        row, column = self._place
        self._last_row, self._last_column = max(self._last_row, row), max(self._last_column, column)
        if (
            self._last_row > MAX_ROWS
            or self._last_column > MAX_COLUMNS
            or self._last_row * self._last_column > MAX_CELLS
        ):
            raise ReadingError("too_big", f"单元格 {column_letters(column)}{row} 远在填报区之外")
