"""The outcome of every relation for every unit: it holds, it is off by rounding, or it is broken.

A residual is how far the two sides are apart (or by how much a limit is exceeded): Int64 in the unit of the
quantity, <NA> where a figure is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from expectations.contract import CONTRACT, Layout
from expectations.rules import Balance, RowBalance, Rule, SteadyFrom, Tolerance
from tasks.precision import HALF_STEP

QUANTITIES = "quantities"

Residuals = dict[str, pd.Series]
"""Rule code → residual of each row of the frame that the rule is about."""


@dataclass(frozen=True)
class Rounding:
    """A relation that is off by no more than rounding explains: in which row of which frame."""

    rule: Rule
    unit: str
    position: int


def frame_of(check: Balance | RowBalance | SteadyFrom) -> str:
    """The frame whose rows a relation is about."""
    return check.table if isinstance(check, RowBalance) else QUANTITIES


def compute_residuals(rules: Iterable[Rule], frames: Mapping[str, pd.DataFrame]) -> Residuals:
    """Compute the residuals of all relations among the rules."""
    return {
        rule.code: _residual(rule.check, frames[frame_of(rule.check)])
        for rule in rules
        if isinstance(rule.check, Balance | RowBalance | SteadyFrom)
    }


def _residual(check: Balance | RowBalance | SteadyFrom, frame: pd.DataFrame) -> pd.Series:
    if isinstance(check, SteadyFrom):
        base = frame[check.base]
        moved = (frame[check.target] - base).abs()
        allowed = (base.abs() * check.percent // 100).clip(lower=check.floor)
        return (moved - allowed).clip(lower=0)
    left: pd.Series = frame[check.target]
    for sign, name in check.terms:
        left = left - sign * frame[name]
    return left.clip(lower=0) if check.at_most else left


def forgive_rounding(
    rules: Iterable[Rule],
    residuals: Residuals,
    frames: Mapping[str, pd.DataFrame],
    coarse: Collection[str],
) -> list[Rounding]:
    """Set the residuals that rounding explains to zero, and say which they were.

    `coarse`: the units that filled in displayed figures. Each figure of such a unit may be half a step off,
    so a relation may be off by half a step for each figure in it, counted where a sum has many.
    """
    if not coarse:
        return []
    found = []
    for rule in rules:
        if rule.tolerance is not Tolerance.HALF_STEP or rule.code not in residuals:
            continue
        frame = frames[frame_of(rule.check)]  # type: ignore[arg-type]
        residual = residuals[rule.code]
        concerned = frame["unit"].isin(coarse) & residual.notna() & residual.ne(0)
        forgiven: list[int] = []
        for position in concerned.to_numpy().nonzero()[0]:
            unit = frame["unit"].iloc[position]
            envelope = HALF_STEP * sum(_figures_in(rule.check, unit, frames))
            if abs(int(residual.iloc[position])) <= envelope:
                found.append(Rounding(rule, unit, int(position)))
                forgiven.append(int(position))
        if forgiven:
            residuals[rule.code] = residual.copy()
            residuals[rule.code].iloc[forgiven] = 0
    return found


def _figures_in(check: object, unit: str, frames: Mapping[str, pd.DataFrame]) -> Iterator[int]:
    """Yield how many filled-in figures each member of a relation is made of."""
    match check:
        case RowBalance(_, _, terms):
            yield 1 + len(terms)
        case Balance(target, terms):
            for name in (target, *(name for _, name in terms)):
                yield _figures_behind(name, unit, frames)


def _figures_behind(quantity: str, unit: str, frames: Mapping[str, pd.DataFrame]) -> int:
    table_name, code, _ = quantity.rpartition(":")[2].split(".")
    table = CONTRACT[table_name]
    if ":" in quantity or table.layout is Layout.FORM:
        return 1
    frame = frames[table_name]
    rows = frame["unit"] == unit
    if code != "*":
        column = next((c.name for c in table.columns if code in c.label_by_code), "")
        rows &= frame[column] == code if column else False
    return max(1, int(rows.sum()))
