"""`jixiao serve` as operators run it: a process of its own with a server of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.support.ports import free_port

FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass(frozen=True)
class Service:
    """A running service, its API, and what it has printed (a file)."""

    process: subprocess.Popen[bytes]
    api: str
    printed: Path

    def post(self, path: str, **body: Any) -> Any:
        """What the API answers. With SQLite it may be busy for a moment: Prefect's own client asks again, too."""
        answer = until(
            lambda: (
                None
                if (got := httpx.post(self.api + path, json=body, timeout=30)).status_code == 503
                else [got]
            ),
            f"an answer of {path}",
            30,
        )[0]
        return answer.raise_for_status().json()

    def deployment(self, name: str) -> dict[str, Any]:
        found = httpx.get(f"{self.api}/deployments/name/{name}/{name}", timeout=30).raise_for_status().json()
        return dict(found)

    def start(self, name: str, **parameters: Any) -> str:
        """Start a run as the form in the UI does; returns its id."""
        path = f"/deployments/{self.deployment(name)['id']}/create_flow_run"
        return str(self.post(path, parameters=parameters)["id"])

    def retry(self, run: str) -> None:
        """Retry a run as the button in the UI does."""
        state = {"type": "SCHEDULED", "name": "AwaitingRetry", "message": "Retry from the UI"}
        assert self.post(f"/flow_runs/{run}/set_state", state=state)["status"] == "ACCEPT"

    def run(self, run: str) -> dict[str, Any]:
        return dict(httpx.get(f"{self.api}/flow_runs/{run}", timeout=30).raise_for_status().json())

    def ended(self, run: str) -> dict[str, Any]:
        """The run once it has ended."""
        return until(
            lambda: found if (found := self.run(run))["state"]["type"] in FINAL else None, f"run {run}"
        )

    def working(self, run: str) -> psutil.Process:
        """The process of a run, once it works on it."""
        until(lambda: self.run(run)["state"]["type"] == "RUNNING", f"the start of run {run}")
        family = psutil.Process(self.process.pid).children(recursive=True)
        (found,) = [child for child in family if child.environ().get("PREFECT__FLOW_RUN_ID") == run]
        return found

    def events(self, run: str, name: str) -> list[dict[str, Any]]:
        wanted = {"event": {"name": [name]}, "resource": {"id": [f"prefect.flow-run.{run}"]}}
        return list(self.post("/events/filter", filter=wanted)["events"])

    def tasks(self, run: str) -> list[dict[str, Any]]:
        return list(self.post("/task_runs/filter", flow_runs={"id": {"any_": [run]}}))

    def logs(self, run: str) -> list[str]:
        found = self.post("/logs/filter", logs={"flow_run_id": {"any_": [run]}}, limit=200)
        return [log["message"] for log in found]


def until(look: Callable[[], Any], what: str, seconds: float = 120) -> Any:
    """What `look` returns once it is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.3)
    raise AssertionError(f"waited in vain for {what}")


@contextmanager
def service(home: Path, units: Path, out: Path, **environment: str) -> Iterator[Service]:
    """Start the service over the registry in the folder `units`; ended by SIGTERM if it still runs.

    It has a server of its own unless PREFECT_API_URL in the environment names one.
    """
    port, printed = free_port(), units / "serve.log"
    with printed.open("wb") as stream:
        process = subprocess.Popen(
            [
                str(Path(sys.executable).parent / "jixiao"),
                *("serve", "--port", str(port), "--registry", str(units / "units.toml"), "--out", str(out)),
            ],
            env=os.environ | {"PREFECT_HOME": str(home), "PYTHONUNBUFFERED": "1"} | environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "已就绪" in _read(printed) or process.poll() is not None, "the service")
        assert process.poll() is None, _read(printed)
        api = environment.get("PREFECT_API_URL", f"http://127.0.0.1:{port}/api")
        yield Service(process, api, printed)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
