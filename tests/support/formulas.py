"""Recompute a workbook without a spreadsheet program: the few functions that its formulas use, exactly."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

_TOKEN = re.compile(
    r"\s*(?:(?P<ref>(?:'[^']+'!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)"
    r"|(?P<name>[A-Z]+)(?=\()|(?P<number>\d+(?:\.\d+)?)|(?P<sign><=|>=|<>|[-+*/(),<>=]))"
)


class Recomputed:
    """The cells of a workbook, formulas computed from what the others hold (never from stored results)."""

    def __init__(self, book: openpyxl.Workbook) -> None:
        self._book = book
        self._known: dict[tuple[str, str], Any] = {}

    def value(self, sheet: str, address: str) -> Any:
        """What a cell shows: an exact number, or words."""
        key = sheet, address
        if key not in self._known:
            raw = self._book[sheet][address].value
            if isinstance(raw, str) and raw.startswith("="):
                self._known[key] = _Parser(raw[1:], sheet, self).whole()
            else:
                self._known[key] = Fraction(Decimal(repr(raw))) if isinstance(raw, int | float) else raw
        return self._known[key]

    def area(self, sheet: str, area: str) -> list[Any]:
        """The values of an area, row by row."""
        left, top, right, bottom = range_boundaries(area)
        cells = self._book[sheet].iter_rows(top, bottom, left, right)
        return [self.value(sheet, cell.coordinate) for row in cells for cell in row]


class _Parser:
    def __init__(self, formula: str, sheet: str, cells: Recomputed) -> None:
        self._sheet, self._cells = sheet, cells
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(formula):
            match = _TOKEN.match(formula, at)
            assert match, f"{formula!r} at {at}"
            assert match.lastgroup
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self._tokens.append(("end", ""))

    def whole(self) -> Any:
        value = self._comparison()
        assert self._tokens[0][0] == "end", self._tokens
        return value

    def _take(self, *signs: str) -> str:
        if self._tokens[0][0] == "sign" and self._tokens[0][1] in signs:
            return self._tokens.pop(0)[1]
        return ""

    def _comparison(self) -> Any:
        left = self._sum()
        if sign := self._take("<=", ">=", "<", ">", "="):
            right = self._sum()
            return {
                "<=": left <= right,
                ">=": left >= right,
                "<": left < right,
                ">": left > right,
                "=": left == right,
            }[sign]
        return left

    def _sum(self) -> Any:
        value = self._product()
        while sign := self._take("+", "-"):
            term = self._product()
            value = value + term if sign == "+" else value - term
        return value

    def _product(self) -> Any:
        value = self._atom()
        while sign := self._take("*", "/"):
            factor = self._atom()
            value = value * factor if sign == "*" else value / factor
        return value

    def _atom(self) -> Any:
        if self._take("-"):
            return -self._atom()
        if self._take("("):
            value = self._comparison()
            assert self._take(")")
            return value
        kind, token = self._tokens.pop(0)
        if kind == "number":
            return Fraction(token)
        if kind == "ref":
            return self._reference(token)
        assert kind == "name", (kind, token)
        assert self._take("(")
        arguments = [self._comparison()]
        while self._take(","):
            arguments.append(self._comparison())
        assert self._take(")")
        return _FUNCTIONS[token](arguments)

    def _reference(self, token: str) -> Any:
        sheet, _, area = token.rpartition("!")
        sheet = sheet.strip("'") or self._sheet
        return self._cells.area(sheet, area) if ":" in area else self._cells.value(sheet, area)


def _numbers(arguments: list[Any]) -> list[Fraction]:
    flat = [one for argument in arguments for one in (argument if isinstance(argument, list) else [argument])]
    return [one for one in flat if isinstance(one, Fraction)]


def _round(value: Fraction, places: Fraction) -> Fraction:
    scaled = abs(value) * 10 ** int(places)
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10 ** int(places))


_FUNCTIONS = {
    "SUM": lambda a: sum(_numbers(a), Fraction(0)),
    "MIN": lambda a: min(_numbers(a)),
    "MAX": lambda a: max(_numbers(a)),
    "IF": lambda a: a[1] if a[0] else a[2],
    "INT": lambda a: Fraction(a[0].numerator // a[0].denominator),
    "ROUND": lambda a: _round(a[0], a[1]),
}
