"""Exact arithmetic for money and rates, and the one place where they are rounded: display, half up."""

from __future__ import annotations

from fractions import Fraction

FEN_PER_WAN = 1_000_000
MISSING = "未报送"


def divide_half_up(numerator: int, denominator: int) -> int:
    """numerator ÷ denominator rounded to an integer, halves away from zero. Exact for any size.

    Raises ZeroDivisionError on a zero denominator.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(abs(numerator), denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def _two_decimals(hundredths: int) -> str:
    sign = "-" if hundredths < 0 else ""
    whole, cents = divmod(abs(hundredths), 100)
    return f"{sign}{whole:,}.{cents:02d}"


def wan(fen: int | None) -> str:
    """分 → 万元 with two decimals and thousands separators: 1463089900 → 1,463.09."""
    return MISSING if fen is None else _two_decimals(divide_half_up(fen * 100, FEN_PER_WAN))


def wan_cell(fen: int | None) -> str:
    """As `wan`, for a table cell: what shows as zero is printed `-`."""
    shown = wan(fen)
    return "-" if shown in ("0.00", "-0.00") else shown


def yuan(fen: int | None) -> str:
    """分 → 元 with two decimals and thousands separators."""
    return MISSING if fen is None else _two_decimals(fen)


def basis_points(numerator: int, denominator: int) -> int | None:
    """numerator ÷ denominator in hundredths of a percent, half up; None on a zero base: there is no rate."""
    return None if denominator == 0 else divide_half_up(numerator * 10_000, denominator)


def exact_basis_points(ratio: Fraction) -> int:
    """An exact ratio in hundredths of a percent, half up: 1/3 → 3333."""
    return divide_half_up(ratio.numerator * 10_000, ratio.denominator)


def percent(rate_bp: int | None) -> str:
    """Hundredths of a percent → 98.79%; no rate is an empty string."""
    return "" if rate_bp is None else f"{_two_decimals(rate_bp)}%"
