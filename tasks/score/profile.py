"""What a scoring profile says. Points are integers in hundredths of a point, percentages exact fractions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from tasks.errors import ExplainedError

FULL = 10_000
"""A hundred points."""


class ProfileError(ExplainedError):
    """A scoring profile cannot be used; the message is for the operator, in Chinese."""


class Method(StrEnum):
    """How a line turns performance into points."""

    PROPORTIONAL = "proportional"
    """Weight × value, full at 100 %."""
    BANDS = "bands"
    """Points by the band that the value lies in."""
    DEDUCT = "deduct_per_pp"
    """Points off for every percentage point above a limit."""
    CHECKLIST = "checklist"
    """Points off for every item not met."""
    TARGETS = "targets"
    """The unit's own targets of one level share the weight."""


class Better(StrEnum):
    """Which end of the bands is good; a boundary belongs to the better of its two bands."""

    HIGHER = "higher"
    LOWER = "lower"


class NewUnit(StrEnum):
    """What becomes of a line when the unit was founded recently."""

    FULL = "full"
    """The value is no ground for taking points off."""
    LEFT_OUT = "left_out"
    """The line does not count; another one gets its weight."""


@dataclass(frozen=True)
class Band:
    """Points for values (percent) between two boundaries; None is without end."""

    low: Fraction | None
    high: Fraction | None
    points: int


@dataclass(frozen=True)
class Line:
    """One line of the score sheet (of TARGETS: one line for each target)."""

    id: str
    level1: str
    level2: str
    name: str
    weight: int
    method: Method
    indicator: str = ""
    target_level: str = ""
    better: Better = Better.HIGHER
    bands: tuple[Band, ...] = ()
    free_up_to: Fraction = Fraction(100)
    """DEDUCT: up to this percentage nothing is taken off."""
    points: Fraction = Fraction(0)
    """DEDUCT: hundredths of a point off for a percentage point; CHECKLIST: for an item not met (0: equal)."""
    floor: int = 0
    is_pro_rata: bool = True
    """DEDUCT: whether a part of a percentage point counts."""
    ignores_sign: bool = False
    """Whether a value below zero is as far from good as one above."""
    is_full_when_zero: bool = False
    """Whether there being nothing of it this year is best."""
    has_exclusions: bool = False
    """Whether the unit may claim that a part of the numerator does not count."""
    new_unit: NewUnit | None = None
    new_unit_years: int = 1
    """How many years after the one of its founding a unit counts as new."""
    may_not_apply: bool = False
    """Whether the unit may declare that it has nobody to ask for satisfaction."""
    moves_to: str = ""
    """The line that gets the weight where this one is left out."""


@dataclass(frozen=True)
class QualitativeBand:
    """A result word and the percentages of the weight that it may stand for (the lower end included)."""

    words: tuple[str, ...]
    low: Fraction
    high: Fraction
    default: Fraction
    """Where the unit states no percentage."""


@dataclass(frozen=True)
class Grade:
    """A grade and the points from which on it is given."""

    name: str
    minimum: int


@dataclass(frozen=True)
class Profile:
    """One way of scoring."""

    file: str
    title: str
    basis: str
    first_year: int
    last_year: int | None
    lines: tuple[Line, ...]
    grades: tuple[Grade, ...]
    """Best first."""
    qualitative: tuple[QualitativeBand, ...]
    over_limit: Fraction
    """Above this percentage of the target, the unit must explain."""
    equal_without_weights: bool
    """Whether targets share equally where the unit gave none of them a weight."""

    @cached_property
    def line_by_id(self) -> dict[str, Line]:
        """The lines by their names."""
        return {line.id: line for line in self.lines}

    def grade(self, points: int) -> str:
        """The grade for a total."""
        return next(grade.name for grade in self.grades if points >= grade.minimum)

    def require_year(self, year: int) -> None:
        """Raise ProfileError when the profile is not for the year."""
        if year < self.first_year or (self.last_year is not None and year > self.last_year):
            until = f"至{self.last_year}年" if self.last_year is not None else "起"
            raise ProfileError(
                f"评分办法“{self.title}”（{self.file}）适用于{self.first_year}年{until}，不适用于{year}年。"
                f"请选用该年度的评分办法，或修改其 first_year、last_year"
            )
