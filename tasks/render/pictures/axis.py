"""Axes: round marks, and where a value stands between them."""

from __future__ import annotations

from collections.abc import Callable

from tasks.money import FEN_PER_WAN, divide_half_up, percent, wan
from tasks.render.drawing import WHOLE, Tick

_MOST_STEPS = 4


class Axis:
    """An axis from zero to the first round mark that is not below `highest`."""

    def __init__(self, highest: int, label: Callable[[int], str], least: int = 1) -> None:
        """`least`: the smallest step that `label` can tell from zero."""
        highest = max(highest, least)
        step = max(_step(highest), least)
        marks = -(-highest // step)
        self._end = step * marks
        self.ticks = tuple(
            Tick(self.place(step * mark) or 0, label(step * mark)) for mark in range(marks + 1)
        )

    def place(self, value: int | None) -> int | None:
        """How long the bar of `value` is, in ten-thousandths of the axis; what is not above zero has none."""
        return divide_half_up(value * WHOLE, self._end) if value and value > 0 else None


def money_axis(highest: int) -> Axis:
    """An axis of money in 万元; `highest` is in 分."""
    return Axis(highest, lambda fen: _short(wan(fen)), least=FEN_PER_WAN // 100)


def rate_axis(highest: int) -> Axis:
    """An axis of rates, at least to 100%; `highest` is in hundredths of a percent."""
    return Axis(max(highest, 10_000), lambda rate_bp: f"{_short(percent(rate_bp).removesuffix('%'))}%")


def count_axis(highest: int) -> Axis:
    """An axis of whole numbers."""
    return Axis(highest, lambda number: f"{number:,}")


def _step(highest: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … of which at most four reach `highest`."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power * _MOST_STEPS >= highest:
                return digit * power
        power *= 10


def _short(number: str) -> str:
    """2,000.00 → 2,000; 0.50 → 0.5."""
    return number.rstrip("0").rstrip(".")
