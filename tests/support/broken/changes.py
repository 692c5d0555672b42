"""Changes to a unit's records. Amounts are in 分."""

from __future__ import annotations

from typing import Any

from expectations.contract import CONTRACT
from tests.support.broken.model import Change
from tests.support.workbooks import Records

_KEY = {"projects": "code", "staffing": "category", "vehicles": "", "profile": ""}


def _rows(records: Records, table: str, at: str | int | None) -> list[dict[str, Any]]:
    rows = records.setdefault(table, [{}] if at is None else [])
    if at is None:
        return rows
    if isinstance(at, int):
        return [rows[at]]
    key = _KEY.get(table) or CONTRACT[table].fixed_by or CONTRACT[table].columns[0].name
    return [row for row in rows if row.get(key) == at]


def put(table: str, at: str | int | None, **values: Any) -> Change:
    """Set columns of the rows `at` (a key, a position, or None for all rows)."""

    def change(records: Records) -> None:
        rows = _rows(records, table, at)
        assert rows, (table, at)
        for row in rows:
            row.update(values)

    return change


def shift(table: str, at: str | int, **amounts: int) -> Change:
    """Add to columns of a row."""

    def change(records: Records) -> None:
        (row,) = _rows(records, table, at)
        for name, amount in amounts.items():
            row[name] += amount

    return change


def add(table: str, **values: Any) -> Change:
    """Add a row at the end."""
    return lambda records: records.setdefault(table, []).append(values)


def drop(table: str, at: str | int | None = None) -> Change:
    """Remove the rows `at`."""

    def change(records: Records) -> None:
        gone = _rows(records, table, at)
        assert gone, (table, at)
        records[table] = [row for row in records[table] if row not in gone]

    return change


def fixed(table: str, **values: Any) -> Change:
    """Add a fixed row that the real unit left out."""
    return add(table, **values)
