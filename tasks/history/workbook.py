"""An earlier year as the workbook that the unit handed in then."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tasks.entries import make_entry
from tasks.history.errors import HistoryError
from tasks.history.table import YEARS
from tasks.ledger import Entry
from tasks.pull import RegisteredUnit, pull_unit
from tasks.validate import Background, validate


def read_workbook(path: Path, registered: Sequence[RegisteredUnit]) -> tuple[int, str, Entry]:
    """Read a workbook: its year, its unit's code, and the entry made of it.

    It is checked as it would have been in its year, but not against other units and years. Raises
    HistoryError with every finding that would have kept it from being published.
    """
    with tempfile.TemporaryDirectory() as folder:
        stranger = RegisteredUnit("history", path.name, "institution", "", str(path.resolve()), "")
        submission = pull_unit(stranger, Path(folder))
        profile = next(iter(submission.rows.get("profile", ())), {})
        year, code = profile.get("year"), profile.get("code")
        by_code = {unit.code: unit for unit in registered}
        if submission.rows and (not isinstance(year, int) or year not in YEARS):
            raise _misfit(path, "预算年度", year, "四位数字，如 2019")
        if submission.rows and code not in by_code:
            raise _misfit(path, "单位代码", code, f"单位名录中的代码：{'、'.join(list(by_code)[:10])}")
        unit = by_code.get(str(code), stranger)
        submission = replace(submission, unit=replace(unit, source=stranger.source, fault=""))
        verdict = validate([submission], year or YEARS[0], background=Background([submission.unit]))
    if verdict.is_blocked(unit.code):
        raise HistoryError([f.as_line() for f in verdict.findings[unit.code] if f.is_blocking])
    entry = make_entry(submission, verdict.quantities, version=0)
    return submission.rows["profile"][0]["year"], unit.code, replace(entry, source=path.name)


def _misfit(path: Path, label: str, value: object, expected: str) -> HistoryError:
    return HistoryError([f"{path.name} “单位概况”表：“{label}”现为“{value or '空'}”，应为{expected}"])
