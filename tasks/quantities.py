"""The named figures of each unit: what rules compare and indicators are computed from.

A quantity is named by where it is filled:

* `budget.total.final`: the cell of a fixed row (table.row.column);
* `procurement.goods.final`: the sum of the rows of one kind;
* `projects.*.final`: the sum of a list;
* `projects.key.count`: how many rows;
* `checklist.goal_lawful.is_met`: 1 for yes, 0 for no;
* `procurement.goods.missing`: 1 where a row that must be there is not, 0 where it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy

from expectations.contract import CONTRACT, Table
from expectations.contract.money import PROCUREMENT_KINDS
from expectations.contract.performance import SECTIONS
from tasks.frames import Frames

Codes = pd.Index
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
"""One bool a unit, in the order of the codes."""

KIND_COLUMN = {"procurement": "kind", "allocations": "row_kind"}
"""Tables whose rows are told apart by kind, several rows a kind."""
SUMMED = ("projects", "disposals", "vehicles", "profile", "supplement")
_EXPECTED_ROWS = {
    "procurement": ("kind", tuple(kind.code for kind in PROCUREMENT_KINDS)),
    "allocations": ("row_kind", ("total",)),
    "narratives": ("section", tuple(section.code for section in SECTIONS if section.required)),
}
"""Tables without fixed rows in which some kinds of rows must nevertheless occur (once any row does)."""
_LEVEL2_CODES = {"经济": "economic", "社会": "social", "生态": "ecological", "满意度": "satisfaction"}
"""What the second level of a target contains: the kinds of effect that the common framework asks for."""
UNLIMITED = 2**62
"""What a declaration that funds are involved allows: anything."""


def compute_quantities(
    frames: Frames, units: Sequence[str], doubtful: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """Compute all quantities. A row is one unit (the index), a column one quantity: Int64, money in 分.

    A sum over rows of which one is missing is itself missing: a part is never passed off as the whole.
    Nor is what could not be read passed off as zero: `doubtful` names the (unit, table) that may lack rows.
    """
    codes = pd.Index(list(units), dtype="object")
    parts: list[pd.DataFrame] = []
    for table in CONTRACT.tables:
        frame = frames[table.name]
        doubts = codes.isin([unit for unit, name in doubtful if name == table.name])
        row_column = table.fixed_by or KIND_COLUMN.get(table.name, "")
        if row_column and table.numerics:
            parts.append(_by_row(table, frame, row_column, codes, doubts))
        elif table.name in SUMMED:
            parts.append(_sums(table, frame, codes, doubts))
        if table.name in _EXPECTED_ROWS:
            parts.append(_missing_rows(table, frame, codes, doubts))
    parts.append(_answers(frames["checklist"], codes))
    parts.append(_counts(frames, codes))
    return pd.concat(parts, axis=1)


def _by_row(table: Table, frame: pd.DataFrame, row_column: str, codes: Codes, doubts: Mask) -> pd.DataFrame:
    """Name the figures of each row or kind of row.

    A row of unknown kind may belong to any: a sum over a kind is then missing, and so is the zero that stands
    for a row left out.
    """
    kinds = [choice.code for choice in table[row_column].choices]
    unclear = doubts | _among(frame[frame[row_column].isna()], codes)
    by_row = frame.groupby(["unit", row_column], sort=False)[list(table.numerics)]
    wanted = pd.MultiIndex.from_product([table.numerics, kinds])
    spread = pd.DataFrame(_whole_sums(by_row).unstack(row_column))
    values = spread.reindex(index=codes, columns=wanted).astype("Int64")
    for choice in table[row_column].choices:
        if choice.absent_is_zero:
            absent = ~(_among(frame[frame[row_column] == choice.code], codes) | unclear)
            values.loc[absent, (slice(None), choice.code)] = 0
    if not table.fixed_by:
        values.loc[unclear] = pd.NA
    values.columns = pd.Index([f"{table.name}.{kind}.{column}" for column, kind in wanted])
    return values


def _sums(table: Table, frame: pd.DataFrame, codes: Codes, doubts: Mask) -> pd.DataFrame:
    """Sum up a list: no rows sum to nothing known, except that no project is no project expenditure."""
    values = _totals(frame, table.numerics, codes)
    if table.name == "projects":
        values.loc[~(_among(frame, codes) | doubts)] = 0
    return values.add_prefix(f"{table.name}.*.")


def _missing_rows(table: Table, frame: pd.DataFrame, codes: Codes, doubts: Mask) -> pd.DataFrame:
    """Find out whether a filled table lacks a kind of row; not known where a row is of unknown kind."""
    column, kinds = _EXPECTED_ROWS[table.name]
    unclear = doubts | _among(frame[frame[column].isna()], codes)
    named = {}
    for kind in kinds:
        missing = _among(frame, codes) & ~_among(frame[frame[column] == kind], codes)
        named[f"{table.name}.{kind}.missing"] = pd.Series(missing, index=codes, dtype="Int64").mask(unclear)
    return pd.DataFrame(named, index=codes)


def _among(rows: pd.DataFrame, codes: Codes) -> Mask:
    """Tell which units have any of the rows."""
    return codes.isin(rows["unit"])


def _totals(rows: pd.DataFrame, columns: Sequence[str], codes: Codes) -> pd.DataFrame:
    by_unit = rows.groupby("unit", sort=False)[list(columns)]
    return _whole_sums(by_unit).reindex(codes).astype("Int64")


def _whole_sums(groups: DataFrameGroupBy[Any, Any]) -> pd.DataFrame:
    """Add up the columns of each group; <NA> where a row of it has no figure."""
    return groups.sum().where(groups.count().eq(groups.size(), axis=0))


def _counts(frames: Frames, codes: Codes) -> pd.DataFrame:
    profile = frames["profile"].drop_duplicates("unit").set_index("unit")
    listed = profile["departments"].dropna().map(lambda text: len(split_list(text)))
    projects = frames["projects"]
    key_projects = projects[projects["is_key"].fillna(False)]
    declared = frames["declarations"]
    named = {
        "profile.*.listed_departments": listed.reindex(codes).astype("Int64"),
        "projects.*.count": _size(projects, codes),
        "projects.key.count": key_projects.groupby("unit")
        .size()
        .reindex(codes, fill_value=0)
        .astype("Int64"),
    }
    targets = frames["targets"]
    targets = targets[targets["project"].isna()]  # those of the unit as a whole
    for level2, code in _LEVEL2_CODES.items():
        belongs = targets["level2"].str.contains(level2, regex=False).fillna(False).astype(bool)
        named[f"targets.{code}.count"] = _size(targets[belongs], codes)
    key_totals = _totals(key_projects, ("adjusted", "final"), codes).add_prefix("projects.key.")
    for item in ("fund", "capital", "insurance"):
        state = declared[declared["item"] == item].drop_duplicates("unit").set_index("unit")["state"]
        allowed = state.map({"absent": 0, "present": UNLIMITED})
        named[f"declarations.{item}.allowed"] = allowed.reindex(codes).astype("Int64")
    return pd.DataFrame(named, index=codes).join(key_totals)


def _answers(checklist: pd.DataFrame, codes: Codes) -> pd.DataFrame:
    """What the unit answered to each item of its self-check: 1 for yes, 0 for no."""
    items = list(CONTRACT["checklist"]["item"].label_by_code)
    known = checklist.dropna(subset=["item"]).drop_duplicates(["unit", "item"])
    answers = known.set_index(["unit", "item"])["is_met"].astype("Int64").unstack("item")
    spread = pd.DataFrame(answers).reindex(index=codes, columns=items).astype("Int64")
    return spread.set_axis([f"checklist.{item}.is_met" for item in items], axis=1)


def _size(rows: pd.DataFrame, codes: Codes) -> pd.Series:
    return rows.groupby("unit").size().reindex(codes, fill_value=0).astype("Int64")


def split_list(text: str) -> list[str]:
    """Return the items of an enumeration separated by 、 or commas."""
    items = text.replace("，", "、").replace(",", "、").split("、")
    return [item.strip() for item in items if item.strip()]
