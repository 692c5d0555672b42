"""All units' tables stacked: one frame a table, so that a rule is checked once for the whole batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import pandas as pd

from expectations.contract import CONTRACT, Type
from tasks.pull import Submission, Trouble

Frames = Mapping[str, pd.DataFrame]
"""Table name → frame. A row is one record of one unit; columns are `unit`, `sheet_row` and the contract's.

Amounts are Int64 in 分, counts Int64, flags boolean, all else object; a missing value is <NA> or None.
"""

_DTYPES = {Type.AMOUNT: "Int64", Type.COUNT: "Int64", Type.FLAG: "boolean"}


def stack(submissions: Iterable[Submission]) -> dict[str, pd.DataFrame]:
    """Stack the submissions' rows into one frame a table (see `Frames`)."""
    submissions = tuple(submissions)
    return {table.name: _stack_table(table.name, submissions) for table in CONTRACT.tables}


def _stack_table(name: str, submissions: Sequence[Submission]) -> pd.DataFrame:
    records = [
        (submission.unit.code, record)
        for submission in submissions
        for record in submission.rows.get(name, ())
    ]
    columns: dict[str, pd.Series] = {
        "unit": pd.Series([unit for unit, _ in records], dtype="object"),
        "sheet_row": pd.Series([record["sheet_row"] for _, record in records], dtype="int64"),
    }
    for column in CONTRACT[name].columns:
        values = [record.get(column.name) for _, record in records]
        columns[column.name] = pd.Series(values, dtype=_DTYPES.get(column.type, "object"))
    return pd.DataFrame(columns)


def stack_troubles(submissions: Iterable[Submission]) -> pd.DataFrame:
    """All reading troubles. A row is one trouble; columns are `unit` and the fields of `Trouble`."""
    records = [
        {"unit": submission.unit.code} | asdict(trouble)
        for submission in submissions
        for trouble in submission.troubles
    ]
    return pd.DataFrame(records, columns=["unit", *Trouble.__dataclass_fields__])
