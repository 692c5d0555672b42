"""Rates are exact: an independent computation with fractions gives the same hundredths of a percent."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expectations.indicators import INDICATORS, Kind
from tasks.compute import compute_indicators, rates, with_rates
from tasks.frames import stack
from tasks.money import basis_points
from tasks.quantities import compute_quantities
from tests.support.memory import in_memory
from tests.support.workbooks import example_records, row

Maybe = int | None
AMOUNTS = st.none() | st.integers(-4 * 10**14, 4 * 10**14) | st.integers(-50, 50)


def half_up(numerator: Maybe, denominator: Maybe) -> Maybe:
    """Hundredths of a percent, halves away from zero."""
    if numerator is None or not denominator:
        return None
    exact = Fraction(numerator, denominator) * 10_000
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))


def _rates(pairs: list[tuple[Maybe, Maybe]]) -> list[Maybe]:
    frame = pd.DataFrame(pairs, columns=["n", "d"], dtype="Int64")
    found = rates(frame["n"], frame["d"])
    assert found.dtype == "Int64"
    return [None if pd.isna(value) else int(value) for value in found]


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1))
@example([(1, 20_000), (-1, 20_000), (1, -20_000), (-1, -20_000)])  # half a hundredth of a percent
@example([(0, 5), (0, -5), (5, 0), (0, 0), (None, 5), (5, None), (None, None)])
@example([(4 * 10**14, 1), (-4 * 10**14, 1), (4 * 10**14, 4 * 10**14)])
def test_rates_equal_exact_fractions(pairs: list[tuple[Maybe, Maybe]]) -> None:
    assert _rates(pairs) == [half_up(numerator, denominator) for numerator, denominator in pairs]


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_rates_agree_with_those_of_single_figures(numerator: int, denominator: int) -> None:
    assert _rates([(numerator, denominator)]) == [basis_points(numerator, denominator)]


@pytest.mark.parametrize(
    ("final", "adjusted", "printed"),
    [
        (1445344900, 1463089900, 9879),  # 98.79% of the bureau
        (2722998000, 2736830500, 9949),  # 99.49% of the centre
        (968800, 1000000, 9688),  # 0.97 of 1.00 prints as 96.88%
        (0, 3000000, 0),
        (0, 0, None),
    ],
)
def test_rates_that_were_published(final: int, adjusted: int, printed: Maybe) -> None:
    frame = with_rates(pd.DataFrame({"final": [final], "adjusted": [adjusted]}, dtype="Int64"))
    assert frame["rate_bp"].tolist() == [pd.NA if printed is None else printed]


def test_indicators_of_the_real_bureau() -> None:
    quantities = compute_quantities(stack([in_memory(example_records("sjzyj"))]), ["sjzyj"])
    table = compute_indicators(quantities).set_index("code")
    assert len(table) == len(INDICATORS)
    rate = table["rate_bp"]
    assert rate["execution.total"] == 9879
    assert rate["adjustment"] == 72168  # 721.68%: 1,285.03 of 178.06
    assert rate["control.regular"] == 9500
    assert pd.isna(rate["procurement"])
    missing = table["missing"]
    assert missing["procurement"] == "procurement.total.budget"
    assert missing["assets.in_use"] == "assets.fixed.in_use assets.fixed.closing"
    assert missing["execution.total"] == ""


def test_change_is_this_year_against_last_year() -> None:
    records = example_records("sjzyj")
    next(r for r in records["basic"] if r["item"] == "three_public")["last_final"] = 30_000_000
    quantities = compute_quantities(stack([in_memory(records)]), ["sjzyj"])
    (indicator,) = [i for i in INDICATORS if i.code == "change.three_public"]
    assert indicator.kind is Kind.CHANGE
    found = compute_indicators(quantities).set_index("code").loc["change.three_public"]
    assert found["rate_bp"] == half_up(24_490_000 - 30_000_000, 30_000_000) == -1837


def test_the_year_before() -> None:
    """Its own rates, and what this year's workbook leaves blank of it; what the workbook says goes first."""
    records, before = example_records("sjzyj"), example_records("sjzyj")
    row(before, "budget", item="total").update(final=100, adjusted=200, carry_out=50)
    row(before, "basic", item="three_public")["final"] = 30_000_000
    row(records, "budget", item="total").update(carry_in=40, carry_out=60)
    this, last = (compute_quantities(stack([in_memory(found)]), ["sjzyj"]) for found in (records, before))
    table = compute_indicators(this, last).set_index("code")
    assert table["last_bp"]["execution.total"] == 5000
    assert table["rate_bp"]["change.three_public"] == -1837
    assert table["rate_bp"]["surplus.change"] == 5000
    alone = compute_indicators(this).set_index("code")
    assert pd.isna(alone["last_bp"]["execution.total"])
    assert pd.isna(alone["rate_bp"]["change.three_public"])


def test_a_unit_without_a_year_before() -> None:
    quantities = compute_quantities(stack([in_memory(example_records("sjzyj"))]), ["sjzyj"])
    nobody = quantities.iloc[:0]
    pd.testing.assert_frame_equal(compute_indicators(quantities, nobody), compute_indicators(quantities))


@pytest.mark.parametrize(
    ("answers", "met", "rate"), [((1, 1), 2, 10_000), ((1, 0), 1, 5000), ((1, None), None, None)]
)
def test_a_checklist_counts_once_all_is_answered(answers: tuple[Maybe, ...], met: Maybe, rate: Maybe) -> None:
    records = example_records("sjzyj")
    records["checklist"] = [
        {"item": item, "is_met": None if answer is None else bool(answer)}
        for item, answer in zip(("disclosure_content", "disclosure_time"), answers, strict=True)
    ]
    quantities = compute_quantities(stack([in_memory(records)]), ["sjzyj"])
    found = compute_indicators(quantities).set_index("code").loc["disclosure"]
    assert [None if pd.isna(found[name]) else found[name] for name in ("numerator", "rate_bp")] == [met, rate]
