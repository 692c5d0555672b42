"""Time the whole job against its floor, in one run.

The floor is what nobody can avoid: rendering the same documents from the same values with the same
templates on the same number of threads, without orchestration, reading, validation or publishing.

Usage: python -m bench [N …]   (default 1 100 1000)
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).parent
WORK = HERE / "work"
RESULTS = HERE / "results.json"


def main() -> None:
    """Run every size, print a table, write `results.json`."""
    sizes = [int(word) for word in sys.argv[1:]] or [1, 100, 1000]
    rows = [measure(size) for size in sizes]
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    heads = {"units": 6, "job s": 8, "floor s": 8, "ratio": 6, "s/unit": 7, "validate s": 10, "peak MiB": 9}
    print(*(f"{head:>{width}}" for head, width in heads.items()))
    for row in rows:
        print(
            f"{row['units']:>6} {row['job_seconds']:>8.1f} {row['floor_seconds']:>8.1f} {row['ratio']:>6.2f}"
            f" {row['seconds_a_unit']:>7.3f} {row['validate_seconds']:>10.1f} {row['peak_mib']:>9.0f}"
        )


def measure(size: int) -> dict[str, Any]:
    """Time job and floor for one size, each in a process of its own."""
    folder = WORK / str(size)
    shutil.rmtree(folder, ignore_errors=True)
    from bench.synthetic import write_units

    registry = write_units(folder / "units", size)
    job = _run("job", registry, folder)
    floor = _run("floor", registry, folder)
    shutil.rmtree(folder)
    return {
        "units": size,
        "job_seconds": job["seconds"],
        "process_seconds": job["process_seconds"],
        "floor_seconds": floor["seconds"],
        "ratio": job["seconds"] / floor["seconds"],
        "seconds_a_unit": job["seconds"] / size,
        "validate_seconds": job["validate_seconds"],
        "peak_mib": job["peak_mib"],
        "cores": os.cpu_count(),
    }


def _run(what: str, registry: Path, folder: Path) -> dict[str, Any]:
    """Run `bench.one` in a new process; add its peak memory (children included) and its whole time."""
    command = [sys.executable, "-m", "bench.one", what, str(registry), str(folder / "output")]
    environment = os.environ | {"PREFECT_HOME": str(WORK / "prefect"), "PREFECT_LOGGING_LEVEL": "ERROR"}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=HERE.parent)
    peak = _Peak(process.pid)
    output, _ = process.communicate()
    elapsed = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"bench.one {what} failed")
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result | {"process_seconds": elapsed, "peak_mib": peak.stop() / 2**20}


class _Peak:
    """Samples the memory of a process and its children."""

    def __init__(self, pid: int) -> None:
        self._process, self._peak, self._ended = psutil.Process(pid), 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            try:
                family = [self._process, *self._process.children(recursive=True)]
                self._peak = max(self._peak, sum(process.memory_info().rss for process in family))
            except psutil.Error:
                continue

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._peak


if __name__ == "__main__":
    main()
