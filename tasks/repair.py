"""Notice that a failing unit has handed in something else, so that it can be run again by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.layout import FINDINGS, UnitFolder
from tasks.pull import MAX_BYTES, ReadingError, RegisteredUnit, read_source
from tasks.results import State


@dataclass(frozen=True)
class Repaired:
    """A failing unit with a new input. `key` is the same until it has been run: one run for one change."""

    unit: str
    year: int
    key: str


class Watch:
    """Look again and again. An input counts once two looks have seen the same: it is not being copied."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._seen: dict[str, str] = {}

    def look(self, units: Sequence[RegisteredUnit], last: int) -> list[Repaired]:
        """The units that the newest year's last run sent back and whose source has changed since.

        The newest year is the last one that has run and is not after `last`, the present one: reminders for
        the next may have gone out already, and a year may have been mistyped. A source that cannot be read
        (any more) is no change.
        """
        ran = self._out.glob(f"{'[0-9]' * 4}/*/{FINDINGS}")
        year = max((y for path in ran if (y := int(path.parts[-3])) <= last), default=0)
        seen, repaired = {}, []
        for unit in units:
            folder = UnitFolder.of(self._out, year, unit.code)
            if unit.fault or not (failed := _failed_input(folder)):
                continue
            try:
                sha256 = hashlib.sha256(read_source(unit.source, MAX_BYTES + 1)).hexdigest()
            except (ReadingError, OSError):
                continue
            if sha256 == failed:
                continue
            seen[unit.code] = sha256
            if self._seen.get(unit.code) == sha256:
                stamp = folder.findings.stat().st_mtime_ns
                repaired.append(Repaired(unit.code, year, f"{year}-{unit.code}-{sha256}-{stamp}"))
        self._seen = seen
        return repaired


def _failed_input(folder: UnitFolder) -> str:
    """The hash of what the last run sent back; "none" where nothing was there; empty if it did not fail."""
    try:
        record = json.loads(folder.findings.read_bytes())
        return (record["input"]["sha256"] or "none") if record["state"] == State.BLOCKED else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""
