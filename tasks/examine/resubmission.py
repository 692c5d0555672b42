"""Recognise what was handed in before: for last year, or by another unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tasks.ledger import Ledger
from tasks.pull import Submission, Trouble

_TABLES = ("budget.", "basic.", "projects.", "procurement.")
_ENOUGH = 20
"""Amounts other than zero that are not nearly all the same in two years, or two units, by chance."""
_NEARLY_ALL = 90
"""Percent."""
_TELLING = ("budget.total.final", "basic.wages.final", "basic.goods.final", "projects.*.final")

Figures = Mapping[str, int | None]


def find_resubmissions(
    submissions: Iterable[Submission],
    figures: Mapping[str, Figures],
    year: int,
    last: Ledger,
    peers: Ledger,
) -> Iterator[tuple[str, Trouble]]:
    """Yield (unit, trouble) for each workbook that is not this unit's or not this year's."""
    submissions = tuple(submissions)
    files: dict[str, list[tuple[str, str]]] = defaultdict(list)
    alike: dict[tuple[int | None, ...], list[tuple[str, str, Figures]]] = defaultdict(list)
    for code, entry in peers.items():
        files[entry.input_sha256].append((code, entry.name))
        alike[_telling(entry.figures)].append((code, entry.name, entry.figures))
    for submission in submissions:
        code, name = submission.unit.code, submission.unit.name
        if submission.snapshot:
            files[submission.snapshot.sha256].append((code, name))
            alike[_telling(figures[code])].append((code, name, figures[code]))
    for submission in submissions:
        unit = submission.unit.code
        if not submission.snapshot:
            continue
        file = submission.snapshot.sha256
        others = [name for code, name in files[file] if code != unit]
        if others and not _is_its_own(submission):
            yield unit, Trouble("same_file_as_other_unit", detail=others[0])
        elif not others:
            yield from _as_another_units(unit, figures[unit], alike[_telling(figures[unit])])
        before = last.get(unit)
        if before is None:
            continue
        if before.input_sha256 == file:
            yield unit, Trouble("same_file_as_last_year", detail=str(year - 1))
        elif same := _same_amounts(figures[unit], before.figures):
            yield unit, Trouble("same_figures_as_last_year", value=str(same), detail=str(year - 1))


def _is_its_own(submission: Submission) -> bool:
    """Whether the workbook says that it is this unit's: the other one is then at fault."""
    return any(row.get("code") == submission.unit.code for row in submission.rows.get("profile", ()))


def _as_another_units(
    unit: str, figures: Figures, alike: Iterable[tuple[str, str, Figures]]
) -> Iterator[tuple[str, Trouble]]:
    for code, name, theirs in alike:
        if code != unit and (same := _same_amounts(figures, theirs)):
            yield unit, Trouble("same_figures_as_other_unit", value=str(same), detail=name)
            return


def _telling(figures: Figures) -> tuple[int | None, ...]:
    return tuple(figures.get(name) for name in _TELLING)


def _same_amounts(now: Figures, then: Figures) -> int:
    """How many amounts other than zero are the same, if nearly all are; 0 if not, or if there are too few."""
    telling = {
        name
        for figures in (now, then)
        for name, value in figures.items()
        if value and name.startswith(_TABLES) and not name.endswith((".count", ".missing"))
    }
    same = sum(now.get(name) == then.get(name) for name in telling)
    return same if same >= _ENOUGH and same * 100 >= _NEARLY_ALL * len(telling) else 0
