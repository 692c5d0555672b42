"""The exact value of a line's indicator for one unit, or why there is none to score by."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from expectations.indicators import INDICATOR_BY_CODE, Direction, Indicator, Kind
from tasks.indicator_table import missing_inputs
from tasks.money import wan
from tasks.score.earned import Earned, shown_percent
from tasks.score.profile import Better, Line, NewUnit
from tasks.value_names import Values, quantity_label

_EXCLUDED, _REASON = "excluded_change", "excluded_reason"
_STANDARDS = {
    Direction.AT_LEAST_100: "≥100%",
    Direction.AT_MOST_100: "≤100%",
    Direction.NEAR_100: "100%",
    Direction.AT_MOST_0: "≤0",
    Direction.NEAR_0: "0",
}


@dataclass(frozen=True)
class Measured:
    """A value in percent to score by, and what is to be said of it."""

    figure: int
    base: int
    shown: str
    note: str = ""

    @property
    def value(self) -> Fraction:
        """The figure in percent of its base."""
        return Fraction(self.figure * 100, self.base)


def standard(line: Line) -> str:
    """What the value of the line's indicator should be."""
    direction = INDICATOR_BY_CODE[line.indicator].direction
    return _STANDARDS.get(direction, str(direction))


def measure(line: Line, values: Values) -> Measured | Earned:
    """The value to score by; Earned where it is settled without the line's method."""
    indicator = INDICATOR_BY_CODE[line.indicator]
    sums = values["sums"]
    names = [name for name in indicator.inputs if sums[name] is None]
    if lacks := missing_inputs(indicator, names):
        return _new_unit_left_out(line, values) or Earned(target=standard(line), missing=tuple(lacks))
    numerator, base = sums[indicator.numerator], sums[indicator.denominator]
    if base < 0:
        lack = f"正确的{quantity_label(indicator.denominator)}（现为负数）"
        return Earned(target=standard(line), missing=(lack,))
    is_nothing = numerator == 0
    if indicator.kind is Kind.CHANGE:
        numerator -= base
    if left_out := _new_unit_left_out(line, values):
        return left_out
    if base == 0:
        return _without_base(line, indicator, is_nothing)
    value = Fraction(numerator * 100, base)
    shown = shown_percent(value)
    if line.new_unit is NewUnit.FULL and (founded := _founded_recently(line, values)):
        note = f"{line.name}{shown}，剔除情形：{founded}，不作为扣分依据"
        return Earned(Fraction(1), standard(line), shown, note=note)
    if line.is_full_when_zero and is_nothing:
        return Earned(Fraction(1), standard(line), "无")
    if line.has_exclusions and sums[f"supplement.*.{_EXCLUDED}"]:
        return _without_excluded(line, values, numerator, base)
    return Measured(abs(numerator) if line.ignores_sign else numerator, base, shown)


def _without_excluded(line: Line, values: Values, numerator: int, base: int) -> Measured | Earned:
    """Take off what the unit claims not to count, when it says why and it is not more than there is."""
    excluded = values["sums"][f"supplement.*.{_EXCLUDED}"]
    shown = shown_percent(Fraction(numerator * 100, base))
    said = next((row[_REASON] for row in values["tables"]["supplement"]), None)
    if not said:
        return Earned(target=standard(line), actual=shown, missing=("剔除理由",), is_unexplained=True)
    if excluded > abs(numerator) or excluded < 0:
        lack = f"正确的可剔除的预算调整额（现为{wan(excluded)}万元，而调整数为{wan(numerator)}万元）"
        return Earned(target=standard(line), actual=shown, missing=(lack,))
    counted = abs(numerator) - excluded
    value = Fraction((counted if numerator > 0 else -counted) * 100, base)
    note = (
        f"{line.name}{shown}，剔除{wan(excluded)}万元（{said}）后为{shown_percent(value)}，按剔除后的数评分"
    )
    return Measured(counted if numerator > 0 or line.ignores_sign else -counted, base, shown, note)


def _without_base(line: Line, indicator: Indicator, is_nothing: bool) -> Earned:
    """There is no rate: nothing out of nothing, or something out of nothing."""
    base = quantity_label(indicator.denominator)
    lower_is_better = line.better is Better.LOWER
    if is_nothing and lower_is_better:
        return Earned(Fraction(1), standard(line), "无", note=f"{base}和本年数均为零")
    if not is_nothing:
        why = f"{base}为零而本年有发生额，不能计算{line.name}"
        return Earned(Fraction(0), standard(line), "无法计算", why)
    if line.moves_to:
        return Earned(target=standard(line), actual="无", left_out=f"{base}和本年数均为零")
    lack = f"不为零的{base}"
    return Earned(target=standard(line), actual="无", missing=(lack,))


def _new_unit_left_out(line: Line, values: Values) -> Earned | None:
    if line.new_unit is NewUnit.LEFT_OUT and (founded := _founded_recently(line, values)):
        return Earned(target=standard(line), actual="—", left_out=founded)
    return None


def _founded_recently(line: Line, values: Values) -> str:
    """Tell that the unit is new; empty where it is not, or where it does not say when it was founded."""
    founded = values["profile"]["founded_on"]
    if founded is None or not 0 <= values["year"] - founded.year <= line.new_unit_years:
        return ""
    return f"单位成立于{founded.year}年，属新设立单位"
