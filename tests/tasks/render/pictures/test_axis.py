"""Axes: round marks, exact places."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasks.render.drawing import WHOLE
from tasks.render.pictures.axis import count_axis, money_axis, rate_axis

amounts = st.integers(min_value=0, max_value=10**16)


@given(amounts, amounts)
def test_bars_keep_the_order_of_their_amounts(one: int, other: int) -> None:
    axis = money_axis(max(one, other))
    low, high = sorted((one, other))
    assert (axis.place(low) or 0) <= (axis.place(high) or 0) <= WHOLE
    if high >= 10_000:  # 0.01万元
        assert (axis.place(high) or 0) > WHOLE // 5  # the longest bar is not lost in its axis


@given(amounts)
def test_marks_are_few_even_and_all_different(highest: int) -> None:
    for axis in (money_axis(highest), count_axis(highest)):
        assert 2 <= len(axis.ticks) <= 5
        assert (axis.ticks[0].at, axis.ticks[-1].at) == (0, WHOLE)
        steps = {later.at - former.at for former, later in zip(axis.ticks, axis.ticks[1:], strict=False)}
        assert max(steps) - min(steps) <= 1
        assert len({tick.label for tick in axis.ticks}) == len(axis.ticks)


def test_labels() -> None:
    assert [tick.label for tick in money_axis(1_816_082_000_0).ticks] == [
        "0",
        "5,000",
        "10,000",
        "15,000",
        "20,000",
    ]
    assert [tick.label for tick in money_axis(1).ticks] == ["0", "0.01"]
    assert [tick.label for tick in money_axis(150_000).ticks] == ["0", "0.05", "0.1", "0.15"]
    assert [tick.label for tick in rate_axis(4_000).ticks] == ["0%", "50%", "100%"]
    assert [tick.label for tick in rate_axis(14_000).ticks] == ["0%", "50%", "100%", "150%"]
    assert [tick.label for tick in count_axis(4_321).ticks] == ["0", "2,000", "4,000", "6,000"]


def test_what_is_not_above_zero_has_no_bar() -> None:
    axis = money_axis(100_000_000)
    assert [axis.place(value) for value in (None, 0, -5, 50_000_000)] == [None, None, None, 5_000]
