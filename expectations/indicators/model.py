"""The words an indicator is written in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the value of an indicator comes about."""

    RATIO = "ratio"
    """numerator ÷ denominator."""
    CHANGE = "change"
    """(numerator − denominator) ÷ denominator: this year against last year."""
    CHECKLIST = "checklist"
    """How many of the items the unit answers with yes, out of all of them."""
    INDIVIDUAL = "individual"
    """The unit's own targets: the numerator counts them, there is no rate."""


class Direction(StrEnum):
    """When a value is good. The value is what people read."""

    HIGHER = "越高越好"
    AT_LEAST_100 = "不低于100%"
    AT_MOST_100 = "不高于100%"
    NEAR_100 = "接近100%"
    LOWER = "越低越好"
    AT_MOST_0 = "不高于0"
    NEAR_0 = "接近0"
    ALL_MET = "全部符合"
    AS_PLANNED = "达到指标值"


@dataclass(frozen=True)
class Indicator:
    """One indicator. A rate has money in 分 or heads or tasks on both sides, so that units cancel out.

    The names of inputs are those of quantities (see `tasks/quantities.py`).
    """

    code: str
    level1: str
    level2: str
    label: str
    """The third level: its name."""
    formula: str
    """The formula as people read it."""
    direction: Direction
    basis: str
    kind: Kind = Kind.RATIO
    numerator: str = ""
    denominator: str = ""
    items: tuple[str, ...] = ()
    """The items of a checklist."""
    lacking: str = ""
    """What the formula needs and no table holds, or what a unit without own targets lacks."""
    last_year: tuple[str, str] | None = None
    """Numerator and denominator of last year's rate, where this year's workbook holds them."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The quantities that the value is computed from."""
        if self.kind is Kind.CHECKLIST:
            return tuple(f"checklist.{item}.is_met" for item in self.items)
        return tuple(name for name in (self.numerator, self.denominator) if name)
