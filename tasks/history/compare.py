"""A year beside the years before it: of one unit, or of a department's sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tasks.ledger import Entry, Ledger
from tasks.money import basis_points

Figures = Mapping[str, int | None]
"""Quantity → value, money in 分; None or absent where it is not known."""

ADJUSTED, FINAL = "budget.total.adjusted", "budget.total.final"
COMPARED = (
    # quantity, label, whether it is part of the row above
    (ADJUSTED, "全年预算数", False),
    (FINAL, "决算支出", False),
    ("budget.basic.final", "其中：基本支出", True),
    ("budget.project.final", "项目支出", True),
    ("basic.goods.final", "公用经费支出", False),
    ("basic.three_public.final", "“三公”经费支出", False),
    ("procurement.total.final", "政府采购支出", False),
    ("budget.total.carry_out", "年末结转结余", False),
)
"""What the table of two years shows, in its order."""


@dataclass(frozen=True)
class EarlierYear:
    """The figures of one year that later ones are compared with.

    `restated`: the quantities among them that were changed after publication; `notes`: in words, whose and
    why; `gaps`: which units of a department are missing; `is_imported`: whether the figures come (in part)
    from a file and not from a run over that year.
    """

    figures: Figures
    restated: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    gaps: str = ""
    is_imported: bool = False


def earlier_years(unit: str, ledgers: Mapping[int, Ledger]) -> dict[int, EarlierYear]:
    """What is known of a unit's earlier years, the oldest first."""
    return {year: _of_unit(ledgers[year][unit], year) for year in sorted(ledgers) if unit in ledgers[year]}


def _of_unit(entry: Entry, year: int) -> EarlierYear:
    return EarlierYear(
        entry.to_compare(),
        frozenset(entry.changed),
        tuple(restatement_notes([entry], year)),
        is_imported=entry.is_imported,
    )


def restatement_notes(entries: Iterable[Entry], year: int) -> list[str]:
    """One sentence for each restatement in force: the reason and the day, as the operator gave them."""
    return [
        f"{entry.name}{year}年数据于{_day(restatement.date)}调整，原因：{restatement.reason}"
        for entry in entries
        for restatement in entry.restatements_in_force
    ]


def _day(iso: str) -> str:
    year, month, day = map(int, iso.split("-"))
    return f"{year}年{month}月{day}日"


def compare(year: int, now: Figures, earlier: Mapping[int, EarlierYear]) -> dict[str, Any] | None:
    """What the wording may say of a year and those before it; None where nothing is known of an earlier one.

    points: year, adjusted, final (分), rate_bp, is_restated of each year, this one last; rows: the quantities
    known in both this year and the last (label, of_which, last, now, change in 分, rate_bp, is_restated);
    rates: execution of this year and the last, and their difference; notes: what was restated and why; gaps:
    which units are missing in which year; imported: the years whose figures were imported.
    """
    if not earlier:
        return None
    years = {**earlier, year: EarlierYear(now)}
    points = [_point(number, known) for number, known in years.items()]
    if all(point["adjusted"] is None and point["final"] is None for point in points[:-1]):
        return None
    last = earlier.get(year - 1)
    rows = [_row(name, label, of_which, last, now) for name, label, of_which in COMPARED] if last else []
    rates = {point["year"]: point["rate_bp"] for point in points}
    before, today = rates.get(year - 1), rates[year]
    return {
        "points": points,
        "rows": [row for row in rows if row],
        "rates": {"last": before, "now": today, "change": today - before}
        if before is not None and today is not None
        else None,
        "notes": [note for known in earlier.values() for note in known.notes],
        "gaps": [known.gaps for known in earlier.values() if known.gaps],
        "imported": [number for number, known in earlier.items() if known.is_imported],
    }


def _point(year: int, known: EarlierYear) -> dict[str, Any]:
    adjusted, final = known.figures.get(ADJUSTED), known.figures.get(FINAL)
    rate_bp = None if adjusted is None or final is None else basis_points(final, adjusted)
    is_restated = not known.restated.isdisjoint((ADJUSTED, FINAL))
    return {
        "year": year,
        "adjusted": adjusted,
        "final": final,
        "rate_bp": rate_bp,
        "is_restated": is_restated,
    }


def _row(
    name: str, label: str, of_which: bool, last: EarlierYear | None, now: Figures
) -> dict[str, Any] | None:
    before, today = last.figures.get(name) if last else None, now.get(name)
    if last is None or before is None or today is None:
        return None
    return {
        "name": name,
        "label": label,
        "of_which": of_which,
        "last": before,
        "now": today,
        "change": today - before,
        "rate_bp": basis_points(today - before, abs(before)),
        "is_restated": name in last.restated,
    }
