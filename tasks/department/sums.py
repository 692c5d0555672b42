"""Consolidated figures: sums over units to the 分, rates from the sums, and who is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from expectations.indicators import INDICATORS, Kind
from tasks.compute import compute_indicators
from tasks.history.compare import EarlierYear, Figures, restatement_notes
from tasks.ledger import Ledger
from tasks.summable import PLACES, SUMMABLE

_MOST_NAMES = 5
_OPTIONAL_ROWS = {
    name: [p.quantity for p in PLACES.values() if (p.table.name, p.row) == (place.table.name, place.row)]
    for name, place in PLACES.items()
    if place.may_be_left_out
}
"""Quantity → all quantities of its row, for rows that a unit leaves out when it has nothing of the kind."""
_FILLED = "staffing.regular.actual"
"""Required in the table with such rows: without it the table was not handed in at all."""
RATED = tuple(
    indicator
    for indicator in INDICATORS
    if indicator.kind in (Kind.RATIO, Kind.CHANGE) and indicator.numerator and indicator.denominator
)
"""Indicators that follow from sums; what units answer about themselves or aim at does not add up."""


@dataclass(frozen=True)
class Rate:
    """An indicator of a department in hundredths of a percent; `lacks`: inputs of which there is no sum."""

    rate_bp: int | None
    last_bp: int | None
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Sums:
    """`figures`: quantity → sum, None where one is missing; `missing`: quantity → the units that lack it."""

    figures: Mapping[str, int | None]
    missing: Mapping[str, tuple[str, ...]]


def add_up(units: Sequence[str], figures: Mapping[str, Figures]) -> Sums:
    """Add up every quantity that may be summed over the units, in whatever order they come.

    `figures`: unit → its quantities; a unit without any is missing in every sum.
    """
    sums: dict[str, int | None] = {}
    missing: dict[str, tuple[str, ...]] = {}
    rows = [figures.get(unit, {}) for unit in units]
    for name in SUMMABLE:
        values = [row.get(name) for row in rows]
        if None in values:
            lacking = [
                unit
                for unit, row, value in zip(units, rows, values, strict=True)
                if value is None and not _is_left_out(name, row)
            ]
            if lacking:
                sums[name], missing[name] = None, tuple(lacking)
                continue
        sums[name] = sum(value for value in values if value is not None)
    return Sums(sums, missing)


def rates_of(now: Sums, last: Figures | None) -> dict[str, Rate]:
    """The indicators of a department from its sums of this year and the last, by code."""
    index = ["department"]
    quantities = _frame(now.figures, index)
    before = None if last is None else _frame(last, index)
    computed = compute_indicators(quantities, before).set_index("code")
    return {
        indicator.code: Rate(
            _int(computed.at[indicator.code, "rate_bp"]),
            _int(computed.at[indicator.code, "last_bp"]),
            tuple(str(computed.at[indicator.code, "missing"]).split()),
        )
        for indicator in RATED
    }


def earlier_sums(
    units: Mapping[str, str], ledgers: Mapping[int, Ledger], names: Sequence[str]
) -> dict[int, EarlierYear]:
    """The sums of the present units in earlier years; a year without any of them is left out.

    `units`: code → name; `names`: of the quantities that are compared. Restated figures stand for the
    original ones.
    """
    found = {}
    for year in sorted(ledgers):
        entries = {unit: ledgers[year][unit] for unit in units if unit in ledgers[year]}
        if not entries:
            continue
        sums = add_up(tuple(units), {unit: entry.to_compare() for unit, entry in entries.items()})
        absent = [name for unit, name in units.items() if unit not in entries]
        restated = frozenset(name for name in names if any(name in e.changed for e in entries.values()))
        gaps = ""
        if absent:
            shown = "、".join(absent[:_MOST_NAMES]) + ("等" if len(absent) > _MOST_NAMES else "")
            gaps = f"{year}年缺{len(absent)}个单位的数据（{shown}），没有合计数"
        found[year] = EarlierYear(
            sums.figures,
            restated,
            tuple(restatement_notes(entries.values(), year)),
            gaps,
            any(entry.is_imported for entry in entries.values()),
        )
    return found


def _is_left_out(name: str, row: Figures) -> bool:
    """Whether a unit that filled the table left out a whole row because it has nothing of the kind."""
    return (
        name in _OPTIONAL_ROWS
        and row.get(_FILLED) is not None
        and all(row.get(other) is None for other in _OPTIONAL_ROWS[name])
    )


def _frame(figures: Figures, index: Sequence[str]) -> pd.DataFrame:
    """One row of every quantity that an indicator may ask for; <NA> for what cannot be summed."""
    asked = [name for i in INDICATORS for name in (*i.inputs, *(i.last_year or ()))]
    names = dict.fromkeys((*SUMMABLE, *asked))
    columns = {name: pd.array([figures.get(name)], dtype="Int64") for name in names}
    return pd.DataFrame(columns, index=pd.Index(index))


def _int(value: object) -> int | None:
    return None if value is None or pd.isna(value) else int(value)  # type: ignore[call-overload]
