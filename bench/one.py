"""One measurement in a process of its own: `job` (the flow) or `floor` (only rendering)."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

YEAR = 2020


def job(registry: Path, out: Path) -> dict[str, float]:
    """The whole flow, as the command runs it; imports and the server's start are not counted."""
    from flows.server import temporary_server
    from tasks.validate.run import load_great_expectations

    with temporary_server() as wait_for_server:
        from flows import steps
        from flows.annual_report import annual_report

        load_great_expectations()
        wait_for_server()
        spent: dict[str, float] = {}
        validate = steps.validate

        def timed(*arguments: Any, **options: Any) -> Any:
            begin = time.perf_counter()
            verdict = validate(*arguments, **options)
            spent["validate"] = time.perf_counter() - begin
            return verdict

        steps.validate = timed  # type: ignore[assignment]
        start = time.perf_counter()
        state = annual_report(year=YEAR, registry=registry, out=out, return_state=True)
        seconds = time.perf_counter() - start
    if not state.is_completed():
        raise SystemExit(state.message)
    return {"seconds": seconds, "validate_seconds": spent["validate"]}


def floor(registry: Path, out: Path) -> dict[str, float]:
    """Only the documents."""
    from flows.annual_report import WORKERS
    from tasks.frames import stack
    from tasks.pull import load_registry, pull_unit
    from tasks.quantities import compute_quantities
    from tasks.render.package import render_package
    from tasks.validate import Verdict
    from tasks.values import Values, build_values

    submissions = [pull_unit(unit, out / "floor-inputs") for unit in load_registry(registry)]
    units = [submission.unit.code for submission in submissions]
    frames = stack(submissions)
    verdict = Verdict({}, {}, frames, compute_quantities(frames, units))
    values: Mapping[str, Values] = build_values(verdict, units, YEAR)
    render_package(values[units[0]])  # fonts and templates are loaded once, in the job too
    start = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        for unit, files in zip(units, pool.map(render_package, values.values()), strict=True):
            folder = out / "floor" / unit
            folder.mkdir(parents=True)
            for name, content in files.items():
                (folder / name).write_bytes(content)
    return {"seconds": time.perf_counter() - start}


if __name__ == "__main__":
    measure = {"job": job, "floor": floor}[sys.argv[1]]
    print(json.dumps(measure(Path(sys.argv[2]), Path(sys.argv[3]))))
