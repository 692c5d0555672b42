"""Examine: what a look at the words, the other units and last year tells, beyond figures in one table.

Every finding is a Trouble like those of reading, so that it takes the same way to the clerk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from tasks.examine.citations import find_citation_troubles
from tasks.examine.copies import find_copies
from tasks.examine.projects import find_project_troubles, find_strays
from tasks.examine.prose import find_prose_troubles
from tasks.examine.resubmission import find_resubmissions
from tasks.ledger import Ledger
from tasks.precision import HALF_STEP
from tasks.pull import Submission, Trouble

__all__ = ["examine"]


def examine(
    submissions: Iterable[Submission],
    figures: Mapping[str, Mapping[str, int | None]],
    year: int,
    last: Ledger,
    peers: Ledger,
    coarse: Collection[str] = (),
) -> tuple[Submission, ...]:
    """Return the submissions with what was found added to their troubles.

    `figures[unit]`: named quantities (money in 分, None where not handed in); `last`: last year's ledger;
    `peers`: this year's, of units that are not among the submissions; `coarse`: the units that filled in
    displayed figures (see `tasks/precision.py`).
    """
    submissions = tuple(submissions)
    found: dict[str, list[Trouble]] = defaultdict(list)
    for submission in submissions:
        unit = submission.unit.code
        found[unit] += find_prose_troubles(
            submission, figures[unit], year, HALF_STEP if unit in coarse else 0
        )
        found[unit] += find_project_troubles(submission)
        found[unit] += find_strays(submission)
    for unit, trouble in (
        *find_copies(submissions, peers),
        *find_citation_troubles(submissions, peers),
        *find_resubmissions(submissions, figures, year, last, peers),
    ):
        found[unit].append(trouble)
    return tuple(replace(s, troubles=(*s.troubles, *found[s.unit.code])) for s in submissions)
