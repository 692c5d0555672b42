"""The named figures of each unit: what rules compare and indicators are computed from.

A quantity is named by where it is filled:

* `budget.total.final`: the cell of a fixed row (table.row.column);
* `procurement.goods.final`: the sum of the rows of one kind;
* `projects.*.final`: the sum of a list;
* `projects.key.count`: how many rows;
* `procurement.goods.missing`: 1 where a row that must be there is not, 0 where it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from expectations.contract import CONTRACT, Table
from expectations.contract.money import PROCUREMENT_KINDS
from expectations.contract.performance import SECTIONS
from tasks.frames import Frames

_KIND_COLUMN = {"procurement": "kind", "allocations": "row_kind"}
"""Tables whose rows are told apart by kind, several rows a kind."""
_SUMMED = ("projects", "disposals", "vehicles", "profile")
_EXPECTED_ROWS = {
    "procurement": ("kind", tuple(kind.code for kind in PROCUREMENT_KINDS)),
    "allocations": ("row_kind", ("total",)),
    "narratives": ("section", tuple(section.code for section in SECTIONS if section.required)),
}
"""Tables without fixed rows in which some kinds of rows must nevertheless occur (once the table is filled)."""
UNLIMITED = 2**62
"""What a declaration that funds are involved allows: anything."""


def compute_quantities(
    frames: Frames, units: Sequence[str], unread: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """All quantities. A row is one unit (the index), a column one quantity: Int64, money in 分.

    A sum over rows of which one is missing is itself missing: a part is never passed off as the whole. Nor is
    what could not be read passed off as zero: `unread` names the (unit, table) of which no row could be.
    """
    parts: list[pd.DataFrame] = []
    for table in CONTRACT.tables:
        frame = frames[table.name]
        row_column = table.fixed_by or _KIND_COLUMN.get(table.name, "")
        if row_column and table.numerics:
            parts.append(_by_row(table, frame, row_column, units))
        elif table.name in _SUMMED:
            parts.append(_sums(table, frame, units, {unit for unit, name in unread if name == table.name}))
        if table.name in _EXPECTED_ROWS:
            parts.append(_missing_rows(table, frame, units))
    parts.append(_counts(frames, units))
    return pd.concat(parts, axis=1)


def _by_row(table: Table, frame: pd.DataFrame, row_column: str, units: Sequence[str]) -> pd.DataFrame:
    """The figures of each row or kind of row.

    A row of unknown kind may belong to any: a sum over a kind is then missing, and so is the zero that stands
    for a row left out.
    """
    choices = table[row_column].choices
    named: dict[str, pd.Series] = {}
    unclear = _among(frame[frame[row_column].isna()], units)
    for choice in choices:
        rows = frame[frame[row_column] == choice.code]
        has_row = _among(rows, units)
        for column in table.numerics:
            values = _total(rows, column, units)
            if choice.absent_is_zero:
                values = values.where(has_row | unclear, 0)
            if not table.fixed_by:
                values = values.mask(unclear)
            named[f"{table.name}.{choice.code}.{column}"] = values
    return pd.DataFrame(named, index=pd.Index(units))


def _sums(table: Table, frame: pd.DataFrame, units: Sequence[str], unread: set[str]) -> pd.DataFrame:
    """A list without rows sums to nothing known, except projects: no project is no project expenditure."""
    named = {f"{table.name}.*.{column}": _total(frame, column, units) for column in table.numerics}
    if table.name == "projects":
        known = _among(frame, units) | pd.Series([unit in unread for unit in units], index=pd.Index(units))
        named = {name: values.where(known, 0) for name, values in named.items()}
    return pd.DataFrame(named, index=pd.Index(units))


def _missing_rows(table: Table, frame: pd.DataFrame, units: Sequence[str]) -> pd.DataFrame:
    """Whether a filled table lacks a kind of row; not known where it holds a row of unknown kind."""
    column, codes = _EXPECTED_ROWS[table.name]
    unclear = _among(frame[frame[column].isna()], units)
    filled = _among(frame, units)
    named = {}
    for code in codes:
        missing = filled & ~_among(frame[frame[column] == code], units)
        named[f"{table.name}.{code}.missing"] = missing.astype("Int64").mask(unclear)
    return pd.DataFrame(named, index=pd.Index(units))


def _among(rows: pd.DataFrame, units: Sequence[str]) -> pd.Series:
    """Which units have any of the rows: bool, indexed by unit."""
    return pd.Series(units, index=pd.Index(units), dtype="object").isin(rows["unit"])


def _total(rows: pd.DataFrame, column: str, units: Sequence[str]) -> pd.Series:
    by_unit = rows.groupby("unit", sort=False)[column]
    whole = by_unit.size() == by_unit.count()
    return by_unit.sum().where(whole).reindex(units).astype("Int64")


def _counts(frames: Frames, units: Sequence[str]) -> pd.DataFrame:
    profile = frames["profile"].drop_duplicates("unit").set_index("unit")
    listed = profile["departments"].dropna().map(lambda text: len(split_list(text)))
    projects = frames["projects"]
    key_projects = projects[projects["is_key"].fillna(False)]
    declared = frames["declarations"]
    named = {
        "profile.*.listed_departments": listed.reindex(units).astype("Int64"),
        "projects.*.count": projects.groupby("unit").size().reindex(units, fill_value=0).astype("Int64"),
        "projects.key.count": key_projects.groupby("unit")
        .size()
        .reindex(units, fill_value=0)
        .astype("Int64"),
        "projects.key.adjusted": _total(key_projects, "adjusted", units),
        "projects.key.final": _total(key_projects, "final", units),
    }
    for item in ("fund", "capital", "insurance"):
        state = declared[declared["item"] == item].drop_duplicates("unit").set_index("unit")["state"]
        allowed = state.map({"absent": 0, "present": UNLIMITED})
        named[f"declarations.{item}.allowed"] = allowed.reindex(units).astype("Int64")
    return pd.DataFrame(named, index=pd.Index(units))


def split_list(text: str) -> list[str]:
    """The items of an enumeration separated by 、 or commas."""
    items = text.replace("，", "、").replace(",", "、").split("、")
    return [item.strip() for item in items if item.strip()]
