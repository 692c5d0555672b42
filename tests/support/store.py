"""Runs for the store, made without Prefect: two real units, read and published as a run does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tasks.changes import flatten
from tasks.findings import Finding
from tasks.layout import UnitFolder
from tasks.manifest import Edition
from tasks.publish import publish, stage
from tasks.results import State, UnitResult
from tasks.store import Address, Record, begin_record, open_store
from tasks.store.indicator_rows import indicator_rows
from tasks.store.records import complete
from tasks.store.schema import TABLES
from tasks.values import build_values
from tasks.waivers import Waiver, WaiverState
from tests.support.memory import sound
from tests.support.workbooks import NAMES, Records, submit

YEAR = 2020
START = dt.datetime(2021, 1, 15, 0, 0, tzinfo=dt.UTC)


def begun(run: str, year: int = YEAR, attempt: int = 1, minutes: int = 0) -> Record:
    """The record of a run that has begun so many minutes after the first."""
    started = START + dt.timedelta(minutes=minutes)
    return begin_record(run, attempt, year, None, "年终批量", "", started)


def run_record(
    out: Path,
    run: str,
    change: Callable[[Records], None] | None = None,
    findings: Sequence[Finding] = (),
    waivers: Sequence[tuple[Waiver, WaiverState]] = (),
    minutes: int = 0,
    lose: str = "",
) -> Record:
    """The record of a run over the two real units; `change` is made to what both hand in.

    Units with a finding that blocks are not published; the manifest of the unit `lose` is lost at once.
    """
    (out / "sent").mkdir(parents=True, exist_ok=True)
    submissions = [submit(out / "sent", unit, change) for unit in NAMES]
    verdict = sound(submissions)
    values = build_values(verdict, list(NAMES), YEAR)
    results = []
    for submission in submissions:
        unit = submission.unit.code
        own = tuple(finding for finding in findings if finding.unit == unit)
        if any(finding.is_blocking for finding in own):
            results.append(UnitResult(unit, submission.unit.name, State.BLOCKED, own))
            continue
        folder = UnitFolder.of(out, YEAR, unit)
        flat = flatten(values[unit])
        staging = stage(folder, {"report.html": repr(flat).encode()}, run)
        published = publish(folder, staging, Edition(submission, YEAR, own, (), flat, run))
        if unit == lose:
            (published.folder / "manifest.json").unlink()
        state = State.PUBLISHED if published.is_new else State.UNCHANGED
        results.append(UnitResult(unit, submission.unit.name, state, own, published))
    units = [result.unit for result in results if result.published]
    rows = indicator_rows(verdict.quantities, units, YEAR, {})
    record = begun(run, minutes=minutes)
    ended = dt.datetime.fromisoformat(record.run["started"]) + dt.timedelta(seconds=90)
    return complete(record, results, submissions, waivers, rows, ended)


def content(address: Address) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a store by table, in the order of their keys."""
    with open_store(address) as connection:
        return {
            name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for name, table in TABLES.items()
        }
