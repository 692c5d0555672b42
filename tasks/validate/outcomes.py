"""Say once what many relations have in common: one slip behind them, or mere rounding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from expectations.contract import CONTRACT
from expectations.rules import Balance, RowBalance, Rule
from tasks.examine.causes import find_causes
from tasks.examine.scale import pay_out_of_reach
from tasks.pull import Submission, Trouble
from tasks.validate.labels import relation_label, row_label
from tasks.validate.residuals import Residuals, Rounding, frame_of

_SHOWN = 8
_MERE_ROUNDING = 100
"""分 by which sums may be off in a workbook that was rounded to 0.01 万元 and then read as 元."""

Told = Mapping[str, Sequence[Trouble]]
"""Unit code → troubles."""


def explain_by_causes(
    submissions: Iterable[Submission],
    figures: Mapping[str, Mapping[str, int | None]],
    rules: Sequence[Rule],
    residuals: Residuals,
    frames: Mapping[str, pd.DataFrame],
) -> dict[str, list[Trouble]]:
    """Find the slips behind broken relations; units without any are left out.

    The residuals that they explain become <NA>: such a relation says nothing of its own. In a workbook that
    is at the wrong scale as a whole, no relation does.
    """
    relations = [
        rule for rule in rules if isinstance(rule.check, Balance | RowBalance) and not rule.is_beyond_the_unit
    ]
    suspects = _units_with_broken(relations, residuals, frames)
    torn = _units_with_broken(relations, residuals, frames, more_than=_MERE_ROUNDING)
    told: dict[str, list[Trouble]] = {}
    explained: dict[str, set[tuple[str, int]]] = defaultdict(set)
    mute = set()
    for submission in submissions:
        unit = submission.unit.code
        if unit not in torn and (whole := list(pay_out_of_reach(submission, figures[unit]))):
            told[unit] = whole
            mute.add(unit)
        elif unit in suspects:
            found = find_causes(submission, figures[unit], relations)
            for code, row in found.explained:
                explained[code].add((unit, row))
            if found.troubles:
                told[unit] = found.troubles
    for rule in relations:
        frame = frames[frame_of(rule.check)]  # type: ignore[arg-type]
        numbers = frame["sheet_row"] if "sheet_row" in frame else pd.Series(0, index=frame.index)
        places = zip(frame["unit"], numbers.astype(int), strict=True)
        beside = told if isinstance(rule.check, RowBalance) and rule.check.if_known else mute
        silent = [unit in beside or (unit, row) in explained[rule.code] for unit, row in places]
        if any(silent):
            residuals[rule.code] = residuals[rule.code].mask(pd.Series(silent, index=frame.index))
    return told


def _units_with_broken(
    rules: Iterable[Rule], residuals: Residuals, frames: Mapping[str, pd.DataFrame], more_than: int = 0
) -> set[str]:
    found: set[str] = set()
    for rule in rules:
        frame = frames[frame_of(rule.check)]  # type: ignore[arg-type]
        found.update(frame.loc[residuals[rule.code].abs().fillna(0).gt(more_than), "unit"])
    return found


def tell_roundings(
    roundings: Iterable[Rounding], submissions: Iterable[Submission], frames: Mapping[str, pd.DataFrame]
) -> dict[str, list[Trouble]]:
    """One trouble a table: how many of its relations are off by rounding, and which."""
    placements = {submission.unit.code: submission.placements for submission in submissions}
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rounding in roundings:
        check = rounding.rule.check
        if isinstance(check, RowBalance):
            row = frames[check.table].iloc[rounding.position]
            labels[rounding.unit, check.table].append(row_label(check.table, check.target, row))
        elif isinstance(check, Balance):
            labels[rounding.unit, check.target.split(".")[0]].append(relation_label(check.target))
    told: dict[str, list[Trouble]] = defaultdict(list)
    for (unit, table), said in labels.items():
        names = sorted(set(said))
        told[unit].append(
            Trouble(
                "rounding",
                table,
                sheet=placements[unit][table].sheet,
                label=CONTRACT[table].label,
                value=str(len(said)),
                detail="、".join(names[:_SHOWN]) + ("等" if len(names) > _SHOWN else ""),
            )
        )
    return told


def add_troubles(submissions: Iterable[Submission], *told: Told) -> tuple[Submission, ...]:
    """Return the submissions with what was found added to their troubles."""
    return tuple(
        replace(s, troubles=(*s.troubles, *(t for found in told for t in found.get(s.unit.code, ()))))
        for s in submissions
    )
