"""The record of one run: the rows of the store's tables as plain data, made without a database.

`Record.rows[table]` holds dicts by column; moments and dates are ISO texts. All texts are what people read
elsewhere too (findings, changes, quality page), so they have nothing of a classified project; characters that
a database refuses are left out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import version
from typing import Any

from tasks.findings import Finding
from tasks.manifest import MANIFEST
from tasks.publish import Published
from tasks.pull import Submission
from tasks.render.text import plain
from tasks.results import UnitResult, summarize
from tasks.waivers import Waiver, WaiverState

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]

SCHEMA = 1
_LONGEST = 2000
"""Characters of one text: a cell that went wrong may hold a whole document."""
_INTERRUPTED = "运行没有结束：进程被终止或机器断电。已发布的版本不受影响"


class RunState(StrEnum):
    """How a run stands, as people read it."""

    RUNNING = "运行中"
    ALL_PUBLISHED = "全部发布"
    NOT_ALL_PUBLISHED = "部分未发布"
    BROKEN_OFF = "运行出错"
    INTERRUPTED = "已中断"


@dataclass(frozen=True)
class Record:
    """What is to be entered of one run."""

    rows: Rows

    @property
    def run(self) -> Row:
        """The row of the run itself."""
        return self.rows["runs"][0]

    @property
    def is_running(self) -> bool:
        """Whether the run had not ended when this was written."""
        return bool(self.run["state"] == RunState.RUNNING)

    @property
    def name(self) -> str:
        """A file name by which records sort in the order of their start."""
        started = dt.datetime.fromisoformat(self.run["started"]).astimezone(dt.UTC)
        return f"{started:%Y%m%dT%H%M%SZ}-{self.run['id']}"

    def ended(self, state: RunState, message: str, now: dt.datetime | None = None) -> Record:
        """The record of a run that has ended; without `now`, when is not known."""
        run = self.run | {
            "state": str(state),
            "message": _clean(message),
            "ended": now.isoformat(timespec="seconds") if now else None,
        }
        return replace(self, rows={**self.rows, "runs": [run]})

    def interrupted(self) -> Record:
        """The record of a run that was killed."""
        return self.ended(RunState.INTERRUPTED, _INTERRUPTED)


def begin_record(
    flow_run: str,
    attempt: int,
    year: int,
    units: Sequence[str] | None,
    source: str,
    reason: str,
    now: dt.datetime,
) -> Record:
    """Make the record of a run that begins; `units`: those it was asked for, none for all."""
    run = {
        "id": f"{flow_run}.{attempt}",
        "flow_run": flow_run,
        "attempt": attempt,
        "year": year,
        "asked": _clean_all(list(units)) if units else None,
        "source": _clean(source),
        "reason": _clean(reason),
        "program": version("jixiao"),
        "started": now.isoformat(timespec="seconds"),
        "ended": None,
        "state": str(RunState.RUNNING),
        "message": "",
    }
    return Record({"runs": [run]})


def complete(
    record: Record,
    results: Sequence[UnitResult],
    submissions: Iterable[Submission],
    waivers: Iterable[tuple[Waiver, WaiverState]],
    indicators: Sequence[Row],
    now: dt.datetime,
) -> Record:
    """Put in what became of every unit; `indicators`: rows of `indicator_rows`.

    A version whose manifest cannot be read is left out: the next run over the unit enters it.
    """
    year, run = record.run["year"], record.run["id"]
    snapshots = {s.unit.code: (s.unit.file_name, s.snapshot) for s in submissions if s.snapshot}
    made = {
        result.unit: version
        for result in results
        if result.published and (version := _version(year, result.unit, result.published))
    }
    rows = {
        **record.rows,
        "results": [
            {
                "run": run,
                "unit": result.unit,
                "name": result.name,
                "state": str(result.state),
                "error": result.error,
                "version": result.published.version if result.published else None,
                "input_sha256": snapshots[result.unit][1].sha256 if result.unit in snapshots else None,
            }
            for result in results
        ],
        "submissions": [
            {
                "year": year,
                "unit": unit,
                "sha256": snapshot.sha256,
                "size": snapshot.size,
                "file_name": file_name,
                "first_run": run,
            }
            for unit, (file_name, snapshot) in snapshots.items()
        ],
        "versions": list(made.values()),
        "indicators": [
            {"year": year, "version": made[row["unit"]]["number"], "made_by": made[row["unit"]]["made_by"]}
            | row
            for row in indicators
            if row["unit"] in made
        ],
        "findings": [row for result in results for row in _findings(run, result.unit, result.findings)],
        "waivers": list(_waivers(run, waivers)),
    }
    return summed_up(Record({name: _clean_all(found) for name, found in rows.items()}), results, now)


def summed_up(record: Record, results: Sequence[UnitResult], now: dt.datetime) -> Record:
    """Put in how the run ended: how many units were published, nothing of each."""
    is_whole = all(result.is_published for result in results)
    state = RunState.ALL_PUBLISHED if is_whole else RunState.NOT_ALL_PUBLISHED
    return record.ended(state, summarize(results), now)


def _version(year: int, unit: str, published: Published) -> Row | None:
    try:
        manifest = json.loads((published.folder / MANIFEST).read_bytes())
        return {
            "year": year,
            "unit": unit,
            "number": published.version,
            "made_by": manifest["run_id"],
            "identity": manifest["identity"],
            "input_sha256": manifest["input"]["sha256"],
            "files": manifest["files"],
            "changes": manifest["changes"],
            "programs": manifest["versions"],
        }
    except (OSError, ValueError, LookupError):
        return None


def _findings(run: str, unit: str, findings: Sequence[Finding]) -> Iterable[Row]:
    for number, finding in enumerate(findings):
        yield {
            "run": run,
            "unit": unit,
            "number": number,
            "rule": finding.rule,
            "severity": str(finding.severity),
            "file": finding.file,
            "sheet": finding.sheet,
            "cell": finding.cell,
            "value": finding.value,
            "expected": finding.expected,
            "message": finding.message,
            "remedy": finding.remedy,
            "waived": finding.waived is not None,
        }


def _waivers(run: str, waivers: Iterable[tuple[Waiver, WaiverState]]) -> Iterable[Row]:
    """Those that name a unit: a faulty entry may not."""
    usable = [(waiver, standing) for waiver, standing in waivers if not waiver.fault]
    for number, (waiver, standing) in enumerate(usable):
        yield {
            "run": run,
            "unit": waiver.unit,
            "number": number,
            "rule": waiver.rule,
            "sheet": waiver.sheet,
            "cell": waiver.cell,
            "value": waiver.value,
            "reason": waiver.reason,
            "approver": waiver.approver,
            "expires": waiver.expires.isoformat(),
            "standing": str(standing),
        }


def _clean(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _clean_all(value: Any) -> Any:
    match value:
        case str():
            return _clean(value)
        case dict():
            return {_clean(name): _clean_all(inner) for name, inner in value.items()}
        case list():
            return [_clean_all(inner) for inner in value]
    return value
