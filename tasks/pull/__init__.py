"""Pull: registry → snapshot → typed rows. One unit at a time; a unit's trouble stays with that unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.pull.registry import (
    RegisteredUnit,
    RegistryError,
    UnknownUnitError,
    load_registry,
    select_units,
)
from tasks.pull.snapshot import MAX_BYTES, Snapshot, take_snapshot
from tasks.pull.source import read_source
from tasks.pull.trouble import ReadingError, Trouble
from tasks.pull.workbook import Placement, Sheets, read_workbook

__all__ = [
    "MAX_BYTES",
    "Placement",
    "ReadingError",
    "RegisteredUnit",
    "RegistryError",
    "Snapshot",
    "Submission",
    "Trouble",
    "UnknownUnitError",
    "load_registry",
    "pull_unit",
    "read_source",
    "read_workbook",
    "select_units",
    "take_snapshot",
]


@dataclass(frozen=True)
class Submission:
    """What one unit handed in: typed rows by table, where they lie, and what could not be read."""

    unit: RegisteredUnit
    snapshot: Snapshot | None = None
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    placements: dict[str, Placement] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()


def pull_unit(unit: RegisteredUnit, inputs: Path) -> Submission:
    """Snapshot a unit's workbook into the folder `inputs` and read it.

    Never raises for what the unit did: that comes back as troubles. Raises OSError when the source or the
    disk failed, which may pass (the flow retries it).
    """
    if unit.fault:
        return Submission(unit, troubles=(Trouble("bad_registration", detail=unit.fault),))
    try:
        snapshot = take_snapshot(unit.source, inputs)
    except ReadingError as error:
        return Submission(unit, troubles=(error.trouble,))
    try:
        sheets: Sheets = read_workbook(snapshot)
    except ReadingError as error:
        return Submission(unit, snapshot, troubles=(error.trouble,))
    return Submission(unit, snapshot, sheets.rows, sheets.placements, tuple(sheets.troubles))
