"""What became of one line or one target, before weights turn it into points."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tasks.money import divide_half_up, exact_basis_points, percent


class ShareRule(StrEnum):
    """How a share of the weight comes from two figures."""

    LINE = "line"
    """By the method of the profile's line."""
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    """Of a target, in proportion."""
    MET = "met"
    """Of a target that has no proportion (zero or below): all or nothing, by the target's direction."""


@dataclass(frozen=True)
class Basis:
    """The two figures that a score is computed from, so that it can be computed again.

    Of a rate: numerator and denominator (分, heads); of a checklist: items met and all; of a target: actual
    and target value; of a qualitative result: the percentage and 100.
    """

    rule: ShareRule
    figure: Fraction
    base: Fraction
    direction: str = ""
    """MET: how the figure must stand to the base."""


@dataclass(frozen=True)
class Earned:
    """`share` is the part of the weight that was earned, None where there is no score."""

    share: Fraction | None = None
    target: str = ""
    actual: str = ""
    why: str = ""
    """Why not all of it."""
    missing: tuple[str, ...] = ()
    is_unexplained: bool = False
    left_out: str = ""
    """Why the line does not count for this unit."""
    note: str = ""
    deviation: str = ""
    basis: Basis | None = None
    """None where there is no score, or one that no figures decide (a new unit, nothing out of nothing)."""


@dataclass(frozen=True)
class Part:
    """One target among those that share a line: its part of the line's weight."""

    level2: str
    name: str
    part: Fraction
    earned: Earned


@dataclass(frozen=True)
class Parts:
    """The targets that share a line, and what is to be said of them as a whole."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()


def shown_percent(value: Fraction) -> str:
    """An exact percentage as people read it: 721.68%."""
    return percent(exact_basis_points(value / 100))


def shown_number(value: Fraction) -> str:
    """A number with two decimals at most and no trailing zeros: 2.5."""
    hundredths = divide_half_up(value.numerator * 100, value.denominator)
    whole, cents = divmod(abs(hundredths), 100)
    return ("-" if hundredths < 0 else "") + f"{whole}.{cents:02d}".rstrip("0").rstrip(".")


def shown_points(hundredths: Fraction | int) -> str:
    """Points as people read them: 250 hundredths are 2.5."""
    return shown_number(Fraction(hundredths) / 100)
