"""Rows of sums and of years as the wording shows them: filters of the templates, beside those of one unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tasks.money import percent, wan_cell
from tasks.render.pictures import UnitRow, YearPoint

NO_SUM = "—"


def year_point(point: Mapping[str, Any]) -> YearPoint:
    """A year of a series (see `tasks/history/compare.py`) as its picture wants it."""
    return YearPoint(**point)


def unit_rows(units: Iterable[Mapping[str, Any]]) -> list[UnitRow]:
    """Units side by side as their picture wants them; without those of which an amount is not known."""
    return [
        UnitRow(unit["name"], unit["adjusted"], unit["final"], unit["rate_bp"])
        for unit in units
        if unit["adjusted"] is not None and unit["final"] is not None
    ]


def amount(fen: int | None) -> str:
    """An amount of a sum for a table cell; what could not be added up is a dash."""
    return NO_SUM if fen is None else wan_cell(fen)


def whole(number: int | None) -> str:
    """As `amount`, for a number of people or things."""
    return NO_SUM if number is None else f"{number:,}"


def amounts(row: Mapping[str, Any]) -> list[str]:
    """Budget, expenditure, what is left and the rate of a row, as table cells."""
    return [*(amount(row[name]) for name in ("adjusted", "final", "surplus")), percent(row["rate_bp"])]


FILTERS: dict[str, Callable[..., Any]] = {
    "year_point": year_point,
    "unit_rows": unit_rows,
    "amount": amount,
    "amounts": amounts,
    "whole": whole,
}
