"""Recognise what was handed in before: last year's workbook, last year's figures, another unit's workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tasks.ledger import Ledger
from tasks.pull import Submission, Trouble

_ENOUGH = 20
"""Figures other than zero that do not all stay the same over a year by chance."""


def find_resubmissions(
    submissions: Iterable[Submission],
    figures: Mapping[str, Mapping[str, int | None]],
    year: int,
    last: Ledger,
    peers: Ledger,
) -> Iterator[tuple[str, Trouble]]:
    """Yield (unit, trouble) for each workbook that is not this unit's or not this year's."""
    owners: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, entry in peers.items():
        owners[entry.input_sha256].append((code, entry.name))
    submissions = tuple(submissions)
    for submission in submissions:
        if submission.snapshot:
            owners[submission.snapshot.sha256].append((submission.unit.code, submission.unit.name))
    for submission in submissions:
        unit = submission.unit.code
        if not submission.snapshot:
            continue
        others = [name for code, name in owners[submission.snapshot.sha256] if code != unit]
        if others:
            yield unit, Trouble("same_file_as_other_unit", detail=others[0])
        before = last.get(unit)
        if before is None:
            continue
        if before.input_sha256 == submission.snapshot.sha256:
            yield unit, Trouble("same_file_as_last_year", detail=str(year - 1))
        elif same := _same_figures(figures[unit], before.figures):
            yield unit, Trouble("same_figures_as_last_year", value=str(same), detail=str(year - 1))


def _same_figures(now: Mapping[str, int | None], then: Mapping[str, int]) -> int:
    """How many figures there are, if all are as last year; 0 if any differs or there are too few to tell."""
    known = {name: value for name, value in now.items() if value is not None and name in then}
    if any(then[name] != value for name, value in known.items()):
        return 0
    telling = sum(bool(value) for value in known.values())
    return telling if telling >= _ENOUGH else 0
