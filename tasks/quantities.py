"""The named figures of each unit: what rules compare and indicators are computed from.

A quantity is named by where it is filled:

* `budget.total.final`: the cell of a fixed row (table.row.column);
* `procurement.goods.final`: the sum of the rows of one kind;
* `projects.*.final`: the sum of a list;
* `projects.key.count`: how many rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from expectations.contract import CONTRACT, Table
from tasks.frames import Frames

_KIND_COLUMN = {"procurement": "kind", "allocations": "row_kind"}
"""Tables whose rows are told apart by kind, several rows a kind."""
_SUMMED = ("projects", "disposals", "vehicles", "profile")
UNLIMITED = 2**62
"""What a declaration that funds are involved allows: anything."""


def compute_quantities(frames: Frames, units: Sequence[str]) -> pd.DataFrame:
    """All quantities. A row is one unit (the index), a column one quantity: Int64, money in 分.

    A sum over rows of which one is missing is itself missing: a part is never passed off as the whole.
    """
    parts: list[pd.DataFrame] = []
    for table in CONTRACT.tables:
        frame = frames[table.name]
        row_column = table.fixed_by or _KIND_COLUMN.get(table.name, "")
        if row_column and table.numerics:
            parts.append(_by_row(table, frame, row_column, units))
        elif table.name in _SUMMED:
            parts.append(_sums(table, frame, units))
    parts.append(_counts(frames, units))
    return pd.concat(parts, axis=1)


def _by_row(table: Table, frame: pd.DataFrame, row_column: str, units: Sequence[str]) -> pd.DataFrame:
    choices = table[row_column].choices
    named: dict[str, pd.Series] = {}
    present = frame[frame[row_column].notna()]
    for choice in choices:
        rows = present[present[row_column] == choice.code]
        for column in table.numerics:
            values = _total(rows, column, units)
            if choice.absent_is_zero:
                has_row = pd.Series(units, index=units).isin(rows["unit"])
                values = values.where(has_row, 0)
            named[f"{table.name}.{choice.code}.{column}"] = values
    return pd.DataFrame(named, index=pd.Index(units))


def _sums(table: Table, frame: pd.DataFrame, units: Sequence[str]) -> pd.DataFrame:
    """A list without rows sums to nothing known, except projects: no project is no project expenditure."""
    named = {f"{table.name}.*.{column}": _total(frame, column, units) for column in table.numerics}
    if table.name == "projects":
        has_rows = pd.Series(units, index=units).isin(frame["unit"])
        named = {name: values.where(has_rows, 0) for name, values in named.items()}
    return pd.DataFrame(named, index=pd.Index(units))


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
        "projects.key.count": key_projects.groupby("unit").size().reindex(units, fill_value=0).astype("Int64"),
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
    return [item for item in text.replace("，", "、").replace(",", "、").split("、") if item.strip()]
