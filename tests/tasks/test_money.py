"""Money and rates: exact until they are shown, then rounded half up, once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.money import basis_points, divide_half_up, exact_basis_points, percent, wan, wan_cell, yuan

EXACT = Context(prec=200)
FEN = st.integers(-(10**18), 10**18)


def half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)


def shown(text: str) -> Decimal:
    return Decimal(text.replace(",", "").removesuffix("%"))


@settings(deadline=None)
@given(numerator=st.integers(-(10**40), 10**40), denominator=st.integers(-(10**20), 10**20).filter(bool))
@example(1, 2)
@example(-1, 2)
@example(1, -2)
@example(3, 2)
@example(5, 10)
@example(0, -7)
def test_divide_half_up(numerator: int, denominator: int) -> None:
    quotient = EXACT.divide(Decimal(numerator), Decimal(denominator))
    assert divide_half_up(numerator, denominator) == half_up(quotient, 0)


def test_halves_go_away_from_zero() -> None:
    assert [divide_half_up(n, 2) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]
    assert [divide_half_up(n, 3) for n in (-2, -1, 1, 2)] == [-1, 0, 0, 1]


def test_no_division_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        divide_half_up(1, 0)


@settings(deadline=None)
@given(fen=FEN)
@example(5_000)
@example(-5_000)
@example(4_999)
@example(-4_999)
def test_wan(fen: int) -> None:
    assert shown(wan(fen)) == half_up(EXACT.divide(Decimal(fen), Decimal(1_000_000)), 2)


@settings(deadline=None)
@given(fen=FEN)
def test_yuan(fen: int) -> None:
    assert shown(yuan(fen)) * 100 == fen


@settings(deadline=None)
@given(rate=st.integers(-(10**9), 10**9))
def test_percent(rate: int) -> None:
    assert percent(rate).endswith("%")
    assert shown(percent(rate)) * 100 == rate


@settings(deadline=None)
@given(numerator=FEN, denominator=st.integers(1, 10**16))
@example(987_850, 1_000_000)
@example(1, 20_000)
def test_basis_points(numerator: int, denominator: int) -> None:
    rate = basis_points(numerator, denominator)
    exact = EXACT.divide(Decimal(numerator) * 100, Decimal(denominator))
    assert rate is not None
    assert Decimal(rate) / 100 == half_up(exact, 2)
    assert exact_basis_points(Fraction(numerator, denominator)) == rate


@pytest.mark.parametrize(
    ("fen", "as_wan", "in_cell", "as_yuan"),
    [
        (1_463_089_900, "1,463.09", "1,463.09", "14,630,899.00"),
        (1_445_344_900, "1,445.34", "1,445.34", "14,453,449.00"),
        (0, "0.00", "-", "0.00"),
        (4_999, "0.00", "-", "49.99"),
        (5_000, "0.01", "0.01", "50.00"),
        (-4_999, "0.00", "-", "-49.99"),
        (-5_000, "-0.01", "-0.01", "-50.00"),
        (-5, "0.00", "-", "-0.05"),
        (10**14, "100,000,000.00", "100,000,000.00", "1,000,000,000,000.00"),
        (None, "未报送", "未报送", "未报送"),
    ],
)
def test_shown(fen: int | None, as_wan: str, in_cell: str, as_yuan: str) -> None:
    assert (wan(fen), wan_cell(fen), yuan(fen)) == (as_wan, in_cell, as_yuan)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate"),
    [
        (1_445_344_900, 1_463_089_900, "98.79%"),
        (1, 1, "100.00%"),
        (0, 5, "0.00%"),
        (5, 0, ""),
        (0, 0, ""),
        (-1, 3, "-33.33%"),
        (200_000, 3, "6,666,666.67%"),
    ],
)
def test_rates(numerator: int, denominator: int, rate: str) -> None:
    assert percent(basis_points(numerator, denominator)) == rate
