"""The unit's own targets: reached, missed, exceeded, without a target, in words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.score import Method, load_profile
from tasks.score.earned import Earned, Parts
from tasks.score.targets import assess_target, assess_targets
from tasks.values import Values
from tests.support.memory import values_of
from tests.support.workbooks import example_records

PROFILE = load_profile("national")
OUTPUT = PROFILE.line_by_id["output"]
SIGNS = {"at_least": "≥", "at_most": "≤", "equal": "=", "qualitative": "定性", None: None}


def assess(
    direction: str | None, target: str | None, actual: str | None, deviation: str | None = None
) -> Earned:
    row = {
        "direction": direction,
        "direction_label": SIGNS[direction],
        "target": target,
        "actual": actual,
        "measure": "项",
        "deviation": deviation,
    }
    return assess_target(row, PROFILE)


@pytest.mark.parametrize(
    ("direction", "target", "actual", "share"),
    [
        ("at_least", "100", "100", 1),
        ("at_least", "100", "130", 1),
        ("at_least", "80", "60", Fraction(3, 4)),
        ("at_least", "0.3", "0.1", Fraction(1, 3)),
        ("at_least", "100", "-5", 0),
        ("at_most", "100", "100", 1),
        ("at_most", "100", "50", 1),
        ("at_most", "100", "125", Fraction(4, 5)),
        ("equal", "10", "10", 1),
        ("equal", "10", "8", Fraction(4, 5)),
        ("equal", "10", "20", Fraction(1, 2)),
        # no division by zero, nor by less
        ("at_least", "0", "0", 1),
        ("at_least", "0", "5", 1),
        ("at_most", "0", "0", 1),
        ("at_most", "0", "1", 0),
        ("equal", "0", "0", 1),
        ("equal", "0", "3", 0),
        ("at_least", "-5", "-6", 0),
        ("at_most", "-5", "-6", 1),
    ],
)
def test_shares(direction: str, target: str, actual: str, share: Fraction) -> None:
    outcome = assess(direction, target, actual)
    assert outcome.share == share
    if share < 1:
        assert outcome.why.endswith("（未填写偏差原因）")
        assert "未填写" not in assess(direction, target, actual, "受疫情影响").why


@pytest.mark.parametrize(
    ("direction", "target", "actual", "missing"),
    [
        (None, None, "61", ("指标性质", "年度指标值")),
        (None, "60", "61", ("指标性质",)),
        ("at_least", None, "61", ("年度指标值",)),
        ("at_least", "60", None, ("实际完成值",)),
        ("at_least", "60", "完成", ("实际完成值的数字（现为“完成”）",)),
        ("equal", "全部", "10", ("年度指标值的数字（现为“全部”）",)),
    ],
)
def test_no_score_without_both_numbers(
    direction: str | None, target: str | None, actual: str | None, missing: tuple[str, ...]
) -> None:
    outcome = assess(direction, target, actual)
    assert outcome.share is None
    assert outcome.missing == missing


def test_far_above_the_target_needs_an_explanation() -> None:
    silent = assess("at_least", "500", "1625")
    assert silent.share is None
    assert silent.is_unexplained
    assert silent.missing == ("偏差原因（完成值为指标值的325.00%，超过130%）",)
    assert assess("at_least", "500", "1625", "任务数偏低").share == 1
    assert assess("at_least", "100", "130").share == 1
    assert assess("at_least", "100", "130.01").share is None


def test_a_target_that_anything_reaches_is_remarked() -> None:
    assert assess("at_least", "0", "1625").note == "指标值为0，任何完成值都达到，请核实"
    assert assess("at_most", "0", "0").note == assess("equal", "0", "0").note == ""


def test_far_below_a_ceiling_is_remarked() -> None:
    assert assess("at_most", "100", "69").note == "完成值明显低于指标值，请核实"
    assert assess("at_most", "100", "70").note == ""


@pytest.mark.parametrize(
    ("actual", "share"),
    [
        ("达成", "1"),
        ("达成（95%）", "0.95"),
        ("达成 80%", "0.8"),
        ("部分达成并具有一定效果", "0.6"),
        ("部分达成(79.5%)", "0.795"),
        ("未达成且效果较差", "0"),
        ("未达成（0%）", "0"),
        ("达成（79%）", None),
        ("部分达成（80%）", None),
        ("达成（101%）", None),
        ("完成", None),
        ("95%", None),
        (None, None),
    ],
)
def test_result_words(actual: str | None, share: str | None) -> None:
    outcome = assess("qualitative", "提升服务水平", actual)
    assert outcome.share == (None if share is None else Fraction(share))
    assert bool(outcome.missing) == (share is None)


NUMBERS = st.decimals(-1000, 1000, places=2).map(str)


@given(st.decimals(0, 1000, places=2).map(str), NUMBERS, NUMBERS)
def test_more_of_a_floor_never_earns_less(target: str, one: str, two: str) -> None:
    low, high = sorted((one, two), key=Fraction)
    worse, better = (assess("at_least", target, actual, "原因").share for actual in (low, high))
    assert worse is not None
    assert better is not None
    assert 0 <= worse <= better <= 1


@given(st.decimals(0, 1000, places=2).map(str), NUMBERS, NUMBERS)
def test_more_of_a_ceiling_never_earns_more(target: str, one: str, two: str) -> None:
    low, high = sorted((one, two), key=Fraction)
    better, worse = (assess("at_most", target, actual, "原因").share for actual in (low, high))
    assert worse is not None
    assert better is not None
    assert 0 <= worse <= better <= 1


# --- sharing the weight ---


def values_with(*weights: str | None) -> Values:
    records = example_records("sjzyj")
    records["targets"] = [
        {
            "level1": "output",
            "level2": "数量指标",
            "name": f"指标{number}",
            "direction": "at_least",
            "target": "1",
            "actual": "1",
            "weight": weight,
        }
        for number, weight in enumerate(weights)
    ]
    return values_of(records)


def test_weights_are_scaled() -> None:
    found = assess_targets(OUTPUT, values_with("10", "30"), PROFILE)
    assert isinstance(found, Parts)
    assert [part.part for part in found.parts] == [Fraction(1, 4), Fraction(3, 4)]
    assert found.notes == ("“产出指标”各项绩效指标分值之和为40，已按比例折算",)
    exact = assess_targets(OUTPUT, values_with("20", "30"), PROFILE)
    assert isinstance(exact, Parts)
    assert exact.notes == ()


def test_no_weight_at_all_is_an_equal_share_where_the_profile_says_so() -> None:
    found = assess_targets(OUTPUT, values_with(None, None), PROFILE)
    assert isinstance(found, Parts)
    assert [part.part for part in found.parts] == [Fraction(1, 2)] * 2
    strict = assess_targets(OUTPUT, values_with(None, None), replace(PROFILE, equal_without_weights=False))
    assert strict == Earned(missing=("绩效指标的分值（指标0、指标1）",))


@pytest.mark.parametrize(
    ("weights", "missing"),
    [
        (("10", None), "绩效指标的分值（指标1）"),
        (("10", "十"), "绩效指标的分值（指标1）"),
        (("10", "-1"), "正确的绩效指标分值（不为负数，合计大于零）"),
        (("0", "0"), "正确的绩效指标分值（不为负数，合计大于零）"),
    ],
)
def test_weights_that_cannot_be_used(weights: tuple[str | None, ...], missing: str) -> None:
    assert assess_targets(OUTPUT, values_with(*weights), PROFILE) == Earned(missing=(missing,))


def test_no_targets() -> None:
    found = assess_targets(OUTPUT, values_with(), PROFILE)
    assert OUTPUT.method is Method.TARGETS
    assert found == Earned(missing=("产出指标（“绩效指标”表中没有填报）",))


def test_a_level_in_use_cannot_be_declared_away() -> None:
    values: Any = dict(values_with("1"))
    line = replace(OUTPUT, may_not_apply=True)
    values["sums"] = values["sums"] | {"checklist.satisfaction.is_met": 0}
    assert isinstance(assess_targets(line, values, PROFILE), Parts)
