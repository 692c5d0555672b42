"""A served batch on PostgreSQL, and how soon the next small run starts: `python -m bench.served [units]`.

Prefect's database and the store are PostgreSQL; the batch and the run after it are started as the form does.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.synthetic import write_units
from tests.support.postgres import postgres_server
from tests.support.serving import Service, service, until

YEAR = 2020
BATCH_SECONDS = 3600


def main() -> None:
    """Print one line: seconds of the batch, of the pause before the next run's start, and of that run."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder, postgres_server() as postgres:
        units = write_units(Path(folder) / "units", size).parent
        databases = {
            "PREFECT_API_DATABASE_CONNECTION_URL": postgres.new_prefect_url(),
            "JIXIAO_DATABASE_URL": postgres.url(postgres.new_database()),
        }
        with service(Path(folder) / "home", units, Path(folder) / "out", **databases) as served:
            print(json.dumps(_measure(served, size)))


def _measure(served: Service, size: int) -> dict[str, Any]:
    batch = _ended(served, served.start("年终批量", form={"year": YEAR}))
    asked = dt.datetime.now(dt.UTC)
    form = {"year": YEAR, "units": ["unit00000"], "reason": "计时"}
    small = _ended(served, served.start("单位重跑", form=form))
    return {
        "units": size,
        "batch": batch["state"]["name"],
        "batch_seconds": batch["total_run_time"],
        "start_seconds": (dt.datetime.fromisoformat(small["start_time"]) - asked).total_seconds(),
        "small": small["state"]["name"],
        "small_seconds": small["total_run_time"],
    }


def _ended(served: Service, run: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        found = served.run(run)
        return found if found["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED") else None

    return dict(until(look, run, BATCH_SECONDS))


if __name__ == "__main__":
    main()
