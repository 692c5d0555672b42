"""Validate: the whole batch at once against the whole catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from expectations.contract import CONTRACT, Type
from expectations.rules import RULES, Balance, RowBalance, Rule, Scope, SteadyFrom
from tasks.examine import examine
from tasks.findings import Finding
from tasks.frames import stack
from tasks.neighbours import with_neighbours
from tasks.precision import filled_as_displayed
from tasks.pull import Submission
from tasks.quantities import compute_quantities
from tasks.validate.background import Background, load_background
from tasks.validate.explain import Explainer
from tasks.validate.outcomes import add_troubles, explain_by_causes, tell_roundings
from tasks.validate.plan import TROUBLES, build_frames, build_troubles, plan_rules
from tasks.validate.residuals import Residuals, compute_residuals, forgive_rounding, frame_of
from tasks.validate.run import run_expectations
from tasks.waivers import Waiver, WaiverState, apply_waivers

__all__ = ["Background", "Verdict", "load_background", "validate"]


_ROW_COLUMNS = {
    table.name: {column.name for column in table.columns if column.type is Type.CHOICE}
    for table in CONTRACT.tables
}
"""Columns that may say what a row is."""


@dataclass(frozen=True)
class Verdict:
    """The result of validating a batch.

    `findings[unit]`: what is wrong, what to mend first on top; `unchecked[unit]`: codes of the relations
    that could not be compared because a figure was not handed in; `frames` and `quantities`: the typed
    data (see `tasks/frames.py`, `tasks/quantities.py`); `waivers`: those of the year for units of the
    batch, with what became of each.
    """

    findings: Mapping[str, tuple[Finding, ...]]
    unchecked: Mapping[str, tuple[str, ...]]
    frames: Mapping[str, pd.DataFrame]
    quantities: pd.DataFrame
    waivers: Sequence[tuple[Waiver, WaiverState]] = field(default=())

    def is_blocked(self, unit: str) -> bool:
        """Whether the unit may not get a new report."""
        return any(finding.is_blocking for finding in self.findings[unit])


def validate(
    submissions: Iterable[Submission],
    year: int,
    rules: Iterable[Rule] = RULES,
    background: Background | None = None,
    data_docs: Path | None = None,
) -> Verdict:
    """Check all submissions of a year against the rules that apply to it.

    `data_docs`: the folder for Great Expectations' own pages, if wanted.
    """
    submissions, background = tuple(submissions), background or Background()
    rules = tuple(rule for rule in rules if year in rule.years)
    units = [submission.unit.code for submission in submissions]
    stacked = stack(submissions)
    quantities = compute_quantities(stacked, units, _doubtful(submissions))
    peers = {code: entry for code, entry in background.peers.items() if code not in units}
    known = with_neighbours(quantities, rules, background.registered, background.last, peers)
    frames = build_frames(stacked, known, submissions, year, background.last)
    residuals = compute_residuals(rules, frames)
    unchecked = _unchecked(rules, residuals, frames, units)

    _leave_out_other_years(submissions, year, rules, residuals, frames)
    figures = _figures(known)
    coarse = filled_as_displayed(stacked)
    caused = explain_by_causes(submissions, figures, rules, residuals, frames)
    rounded = forgive_rounding(rules, residuals, frames, coarse)
    trusted = {unit: {} if unit in caused else figures[unit] for unit in units}
    examined = examine(submissions, trusted, year, background.last, peers, coarse)
    examined = add_troubles(examined, caused, tell_roundings(rounded, submissions, frames))

    plan, completed = plan_rules(rules, frames | {TROUBLES: build_troubles(examined)}, residuals)
    explainer = Explainer(completed, examined, background.last)
    findings: dict[str, list[Finding]] = {unit: [] for unit in units}
    for outcome in run_expectations(plan, completed, data_docs):
        for finding in explainer.explain(outcome):
            findings[finding.unit].append(finding)
    waived, standings = apply_waivers(
        {unit: tuple(found) for unit, found in findings.items()}, background.waivers, year, background.today
    )
    return Verdict(
        findings={unit: tuple(sorted(found, key=lambda f: f.order)) for unit, found in waived.items()},
        unchecked=unchecked,
        frames=stacked,
        quantities=quantities,
        waivers=standings,
    )


def _leave_out_other_years(
    submissions: Iterable[Submission],
    year: int,
    rules: Iterable[Rule],
    residuals: Residuals,
    frames: Mapping[str, pd.DataFrame],
) -> None:
    """What last year's workbook says of the year before it is no matter of this year's."""
    others = {
        submission.unit.code
        for submission in submissions
        if any(row.get("year") not in (None, year) for row in submission.rows.get("profile", ()))
    }
    for rule in rules:
        if rule.scope is Scope.ACROSS_YEARS and rule.code in residuals:
            is_other = frames[frame_of(rule.check)]["unit"].isin(others)  # type: ignore[arg-type]
            residuals[rule.code] = residuals[rule.code].mask(is_other)


def _figures(known: pd.DataFrame) -> dict[str, dict[str, int | None]]:
    plain = known.astype(object).where(known.notna(), None)
    return {str(unit): dict(zip(plain.columns, row, strict=True)) for unit, *row in plain.itertuples()}


# --- what could not be checked ---


def _doubtful(submissions: Iterable[Submission]) -> set[tuple[str, str]]:
    """Find the (unit, table) of which rows may be missing.

    That is so where the sheet or its header was not found, or where a cell that says what a row is could not
    be read.
    """
    found = set()
    for submission in submissions:
        unit = submission.unit.code
        placed = {name for name, place in submission.placements.items() if place.letters or place.cells}
        found |= {(unit, table.name) for table in CONTRACT.tables if table.name not in placed}
        found |= {(unit, t.table) for t in submission.troubles if t.column in _ROW_COLUMNS.get(t.table, ())}
    return found


def _unchecked(
    rules: Iterable[Rule],
    residuals: Residuals,
    frames: Mapping[str, pd.DataFrame],
    units: Iterable[str],
) -> dict[str, tuple[str, ...]]:
    """Find the relations with a missing figure: reported as such, never as passed.

    What is compared with another year or unit has nothing to be checked where the unit itself says nothing.
    """
    found: dict[str, list[str]] = {unit: [] for unit in units}
    for rule in rules:
        if not isinstance(rule.check, Balance | RowBalance | SteadyFrom):
            continue
        if isinstance(rule.check, RowBalance) and rule.check.if_known:
            continue
        frame = frames[frame_of(rule.check)]
        missing = residuals[rule.code].isna()
        if rule.is_beyond_the_unit:
            missing &= frame[rule.check.target].notna()
        for unit in frame.loc[missing, "unit"].unique():
            found[unit].append(rule.code)
    return {unit: tuple(codes) for unit, codes in found.items()}
