"""Enter the record of a run into the database: all of it or nothing, and once only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Insert, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from tasks.store.opening import writing
from tasks.store.records import Record, Row
from tasks.store.schema import TABLES, runs, versions

_READ: dict[str, Callable[[str], Any]] = {
    "Moment": dt.datetime.fromisoformat,
    "Date": dt.date.fromisoformat,
}
"""Type of a column → how its text in a record is read."""
_OF_VERSION = {"versions": "number", "indicators": "version"}
"""Tables about versions, and the column that has a version's number."""


def enter(connection: Connection, record: Record) -> bool:
    """Enter a record in one transaction; returns whether it was not there yet.

    Versions that an earlier run entered are left out: their rows are many and never change.
    """
    with writing(connection):
        (run,) = _values(runs, record.rows["runs"])
        begin = _insert_new(connection, runs).execution_options(preserve_rowcount=True)
        if not connection.execute(begin, run).rowcount:
            return False
        known = _known_versions(connection, record.run["year"])
        for name, table in TABLES.items():
            rows: Iterable[Row] = record.rows.get(name, ())
            if number := _OF_VERSION.get(name):
                rows = [row for row in rows if (row["unit"], row[number], row["made_by"]) not in known]
            if rows and table is not runs:
                connection.execute(_insert_new(connection, table), _values(table, rows))
    return True


def _known_versions(connection: Connection, year: int) -> set[tuple[str, int, str]]:
    chosen = select(versions.c.unit, versions.c.number, versions.c.made_by).where(versions.c.year == year)
    return {(unit, number, made_by) for unit, number, made_by in connection.execute(chosen)}


def _insert_new(connection: Connection, table: Table) -> Insert:
    """Insert the rows whose key is not there yet."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def _values(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Rows of a record as the table takes them."""
    readers = {
        column.name: read
        for column in table.columns
        if (read := _READ.get(type(column.type).__name__)) is not None
    }
    return [
        row | {name: read(row[name]) for name, read in readers.items() if row[name] is not None}
        for row in rows
    ]
