"""Time the roll-up at its worst, a department of 1,000 units: `python -m bench.roll_up [units]`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.synthetic import unit_records
from tasks.department.publish import publish_department
from tasks.department.summary import write_summary
from tasks.department.yearbook import Yearbook
from tasks.entries import make_entry
from tasks.frames import stack
from tasks.ledger import Entry, enter
from tasks.pull import RegisteredUnit, Submission
from tasks.quantities import compute_quantities

YEAR, HISTORY = 2020, 4
DISTINCT = 50
"""Units that are made; the others have the same figures under another code."""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    entries = _entries(count)
    registered = [
        RegisteredUnit(
            code, entry.name, "institution", "" if code == "u0000" else "u0000", f"{code}.xlsx", ""
        )
        for code, entry in entries.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        for year in range(YEAR - HISTORY, YEAR + 1):
            enter(out / str(year), entries)
        print(json.dumps([_measure(out, registered, run) for run in ("cold", "warm")]))


def _measure(out: Path, registered: list[RegisteredUnit], run: str) -> dict[str, Any]:
    book = Yearbook(out, YEAR, registered)
    start = time.perf_counter()
    write_summary(book)
    summary = time.perf_counter()
    publish_department(registered[0], book, run)
    end = time.perf_counter()
    return {"run": run, "units": len(registered), "summary": summary - start, "department": end - summary}


def _entries(count: int) -> dict[str, Entry]:
    units = [_submission(number) for number in range(min(count, DISTINCT))]
    quantities = compute_quantities(stack(units), [unit.unit.code for unit in units])
    made = [make_entry(unit, quantities, 1) for unit in units]
    return {
        f"u{number:04}": replace(made[number % len(made)], name=f"第{number}单位") for number in range(count)
    }


def _submission(number: int) -> Submission:
    unit = RegisteredUnit(f"u{number:04}", f"第{number}单位", "institution", "", "", "")
    rows = {
        table: [{"sheet_row": place, **record} for place, record in enumerate(records)]
        for table, records in unit_records(number).items()
    }
    return Submission(unit, rows=rows)


if __name__ == "__main__":
    main()
