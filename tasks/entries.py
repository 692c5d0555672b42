"""From what a unit published to its entry in the year's ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from tasks.examine.citations import numbered_titles
from tasks.examine.passages import paragraphs
from tasks.ledger import Entry
from tasks.publish import Published
from tasks.pull import Submission


def make_entries(
    published: Mapping[str, Published], submissions: Iterable[Submission], quantities: pd.DataFrame
) -> dict[str, Entry]:
    """Make the entries of the units that were published (or already had this very version)."""
    return {
        code: make_entry(submission, quantities, published[code].version)
        for submission in submissions
        if (code := submission.unit.code) in published and submission.snapshot
    }


def make_entry(submission: Submission, quantities: pd.DataFrame, version: int) -> Entry:
    """Make the entry of one unit, which has a row among the quantities."""
    figures: dict[str, int] = quantities.loc[submission.unit.code].to_dict()  # type: ignore[assignment]
    reported_on = submission.rows["profile"][0].get("reported_on")
    return Entry(
        name=submission.unit.name,
        version=version,
        input_sha256=submission.snapshot.sha256 if submission.snapshot else "",
        figures={name: int(value) for name, value in figures.items() if not pd.isna(value)},
        projects={
            row["code"]: row["final"]
            for row in submission.rows.get("projects", ())
            if row.get("code") and row.get("final") is not None and row.get("is_classified") is False
        },
        paragraphs={
            fingerprint: f"{passage.sheet} {passage.cell}"
            for fingerprint, passage, _ in paragraphs(submission)
        },
        titles={number: citation.title for number, citation in numbered_titles(submission)},
        reported_on=reported_on.isoformat() if reported_on else "",
    )
