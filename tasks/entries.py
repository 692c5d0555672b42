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
    plain = quantities.astype(object).where(quantities.notna(), None)
    figures = {str(unit): dict(zip(plain.columns, row, strict=True)) for unit, *row in plain.itertuples()}
    return {
        submission.unit.code: _entry(
            submission, published[submission.unit.code], figures[submission.unit.code]
        )
        for submission in submissions
        if submission.unit.code in published and submission.snapshot
    }


def _entry(submission: Submission, published: Published, figures: Mapping[str, int | None]) -> Entry:
    return Entry(
        name=submission.unit.name,
        version=published.version,
        input_sha256=submission.snapshot.sha256 if submission.snapshot else "",
        figures={name: value for name, value in figures.items() if value is not None},
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
    )
