"""Validate: the whole batch at once against the whole catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from expectations.contract import CONTRACT, Type
from expectations.rules import RULES, Balance, RowBalance, Rule, Severity
from tasks.findings import Finding
from tasks.frames import stack
from tasks.narrative import find_narrative_troubles
from tasks.pull import Submission
from tasks.quantities import compute_quantities
from tasks.validate.explain import Explainer
from tasks.validate.plan import QUANTITIES, build_frames, plan_rules
from tasks.validate.run import run_expectations

__all__ = ["Verdict", "validate"]


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
    data (see `tasks/frames.py`, `tasks/quantities.py`).
    """

    findings: Mapping[str, tuple[Finding, ...]]
    unchecked: Mapping[str, tuple[str, ...]]
    frames: Mapping[str, pd.DataFrame]
    quantities: pd.DataFrame

    def is_blocked(self, unit: str) -> bool:
        """Whether the unit may not get a new report."""
        return any(finding.severity is Severity.CRITICAL for finding in self.findings[unit])


def validate(submissions: Iterable[Submission], year: int, rules: Iterable[Rule] = RULES) -> Verdict:
    """Check all submissions of a year against the rules."""
    submissions, rules = tuple(submissions), tuple(rules)
    units = [submission.unit.code for submission in submissions]
    frames = stack(submissions)
    quantities = compute_quantities(frames, units, _doubtful(submissions))
    submissions = _with_narrative_troubles(submissions, quantities, year)
    plan, completed = plan_rules(rules, build_frames(frames, quantities, submissions, year))
    outcomes = run_expectations(plan, completed)
    explainer = Explainer(completed, submissions)
    findings: dict[str, list[Finding]] = {unit: [] for unit in units}
    for outcome in outcomes:
        for finding in explainer.explain(outcome):
            findings[finding.unit].append(finding)
    return Verdict(
        findings={unit: tuple(sorted(found, key=lambda f: f.order)) for unit, found in findings.items()},
        unchecked=_unchecked(rules, completed, units),
        frames=frames,
        quantities=quantities,
    )


def _with_narrative_troubles(
    submissions: Iterable[Submission], quantities: pd.DataFrame, year: int
) -> tuple[Submission, ...]:
    """Add what is wrong with each unit's free text, which is read against its own figures."""
    plain = quantities.astype(object).where(quantities.notna(), None)
    known = {str(unit): dict(zip(plain.columns, row, strict=True)) for unit, *row in plain.itertuples()}
    return tuple(
        replace(
            submission,
            troubles=(
                *submission.troubles,
                *find_narrative_troubles(submission, known[submission.unit.code], year),
            ),
        )
        for submission in submissions
    )


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
    rules: Iterable[Rule], frames: Mapping[str, pd.DataFrame], units: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Find the relations with a missing figure: reported as such, never as passed."""
    found: dict[str, list[str]] = {unit: [] for unit in units}
    for rule in rules:
        if isinstance(rule.check, Balance | RowBalance):
            frame = frames[QUANTITIES if isinstance(rule.check, Balance) else rule.check.table]
            missing = frame.loc[frame[f"residual {rule.code}"].isna(), "unit"].unique()
            for unit in missing:
                found[unit].append(rule.code)
    return {unit: tuple(codes) for unit, codes in found.items()}
