"""How a value becomes points: the published bands and deductions, and that better never earns less."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.score import Line, Method, load_profile
from tasks.score.methods import by_bands, by_deduction, proportional

LINES = load_profile("hunan").line_by_id
VALUES = st.fractions(-1000, 1000, max_denominator=10_000)


def points(line: Line, value: Fraction) -> Fraction:
    rule = {Method.BANDS: by_bands, Method.DEDUCT: by_deduction, Method.PROPORTIONAL: proportional}[
        line.method
    ]
    return rule(line, value)[0] * line.weight / 100


@pytest.mark.parametrize(
    ("code", "percent", "expected"),
    [
        ("adjustment", "0", "3"),
        ("adjustment", "0.01", "2"),
        ("adjustment", "10", "2"),
        ("adjustment", "10.01", "1"),
        ("adjustment", "20", "1"),
        ("adjustment", "30", "0.5"),
        ("adjustment", "721.68", "0"),
        ("share.key_projects", "100", "5"),
        ("share.key_projects", "90", "5"),
        ("share.key_projects", "89.99", "4"),
        ("share.key_projects", "60", "2"),
        ("share.key_projects", "59.99", "0"),
        ("control.regular", "100", "5"),
        ("control.regular", "101", "4.5"),
        ("control.regular", "100.5", "4.75"),  # half a percentage point, half of 0.5
        ("control.regular", "110", "0"),
        ("control.regular", "250", "0"),
        ("change.three_public", "-38", "5"),
        ("change.three_public", "3", "3.5"),
        ("control.three_public", "102.5", "3.5"),
        ("execution.total", "98.79", "2.9637"),
        ("execution.total", "120", "3"),
        ("execution.total", "-5", "0"),
    ],
)
def test_points_by_the_published_rules(code: str, percent: str, expected: str) -> None:
    assert points(LINES[code], Fraction(percent)) == Fraction(expected)


def test_whole_percentage_points_and_a_floor() -> None:
    line = replace(LINES["control.regular"], is_pro_rata=False, floor=100)
    assert points(line, Fraction("100.99")) == 5
    assert points(line, Fraction("101.99")) == Fraction("4.5")
    assert points(line, Fraction(200)) == 1
    assert by_deduction(line, Fraction("101.99"))[1] == (
        "在职人员控制率101.99%，比100%高出1.99个百分点，每超过1个百分点扣0.5分"
    )


@given(
    st.sampled_from(["adjustment", "control.regular", "change.three_public", "control.three_public"]),
    VALUES,
    VALUES,
)
def test_less_is_never_worse(code: str, one: Fraction, two: Fraction) -> None:
    low, high = sorted((one, two))
    line = LINES[code]
    assert 0 <= points(line, high) <= points(line, low) <= line.weight / 100


@given(st.sampled_from(["share.key_projects", "execution.total", "assets.in_use"]), VALUES, VALUES)
def test_more_is_never_worse(code: str, one: Fraction, two: Fraction) -> None:
    low, high = sorted((one, two))
    line = LINES[code]
    assert 0 <= points(line, low) <= points(line, high) <= line.weight / 100
