"""What the store says of runs: the last ones, and one unit's way through them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Select, and_, func, select

from tasks.manifest import read_manifest
from tasks.results import State
from tasks.store.schema import TABLES, findings, results, runs, versions

_PUBLISHED = (State.PUBLISHED, State.UNCHANGED)


@dataclass(frozen=True)
class RunLine:
    """One run: `asked` are the units it was for, none for all; `published` of `units` have their report."""

    year: int
    started: dt.datetime
    ended: dt.datetime | None
    source: str
    reason: str
    asked: Sequence[str] | None
    state: str
    message: str
    published: int
    units: int


@dataclass(frozen=True)
class UnitLine:
    """One unit in one run: how many findings; sheet, cell and message of the one to mend first."""

    year: int
    started: dt.datetime
    source: str
    state: str
    error: str
    version: int | None
    findings: int
    sheet: str | None
    cell: str | None
    message: str | None

    @property
    def trouble(self) -> str:
        """What to see to first; empty where nothing is wrong."""
        place = " ".join(part for part in (f"“{self.sheet}”表" if self.sheet else "", self.cell) if part)
        return self.error or "：".join(part for part in (place, self.message) if part)


def last_runs(connection: Connection, year: int | None = None, limit: int = 20) -> list[RunLine]:
    """The last runs, the newest first."""
    of_run = results.c.run == runs.c.id
    units = select(func.count()).select_from(results).where(of_run)
    chosen = select(
        runs.c.year,
        runs.c.started,
        runs.c.ended,
        runs.c.source,
        runs.c.reason,
        runs.c.asked,
        runs.c.state,
        runs.c.message,
        units.where(results.c.state.in_(_PUBLISHED)).scalar_subquery(),
        units.scalar_subquery(),
    )
    return [RunLine(*row) for row in connection.execute(_newest(chosen, year, limit))]


def way_of(connection: Connection, unit: str, year: int | None = None, limit: int = 20) -> list[UnitLine]:
    """One unit's way through the runs, the newest first."""
    found = and_(findings.c.run == runs.c.id, findings.c.unit == unit)
    chosen = (
        select(
            runs.c.year,
            runs.c.started,
            runs.c.source,
            results.c.state,
            results.c.error,
            results.c.version,
            select(func.count()).select_from(findings).where(found).correlate(runs).scalar_subquery(),
            findings.c.sheet,
            findings.c.cell,
            findings.c.message,
        )
        .join(results, and_(results.c.run == runs.c.id, results.c.unit == unit))
        .outerjoin(findings, and_(found, findings.c.number == 0))
    )
    return [UnitLine(*row) for row in connection.execute(_newest(chosen, year, limit))]


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has, by its label."""
    return {
        str(table.comment): connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in TABLES.values()
    }


def unknown_versions(connection: Connection, out: Path) -> list[str]:
    """The published versions below an output folder that the store does not have, as 2020/dsjzx/0002.

    The run that made a version is part of what it is. Where its manifest no longer says which run that was,
    the number decides: running the unit again could not enter such a version.
    """
    columns = versions.c
    rows = connection.execute(select(columns.year, columns.unit, columns.number, columns.made_by))
    known: dict[tuple[int, str, int], set[str]] = {}
    for year, unit, number, made_by in rows:
        known.setdefault((year, unit, number), set()).add(made_by)
    unknown = []
    for folder in sorted(out.glob("[0-9]*/*/versions/[0-9]*")):
        year, unit = folder.parts[-4], folder.parts[-3]
        if not (year.isdecimal() and folder.name.isdecimal()):
            continue  # a copy that somebody put aside
        made_by = known.get((int(year), unit, int(folder.name)))
        manifest = read_manifest(folder)
        if not made_by or (manifest and manifest["run_id"] not in made_by):
            unknown.append(f"{year}/{unit}/{folder.name}")
    return unknown


def _newest(chosen: Select[tuple[object, ...]], year: int | None, limit: int) -> Select[tuple[object, ...]]:
    if year is not None:
        chosen = chosen.where(runs.c.year == year)
    return chosen.order_by(runs.c.started.desc(), runs.c.id.desc()).limit(limit)
