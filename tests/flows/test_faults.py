"""What happens around a run does not reach its reports: killed, cut off from its server, in another time zone.

All end with the very bytes of one undisturbed run.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import httpx
import psutil
import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows import operations
from flows.annual_report import run_step
from flows.server import send_logs
from flows.steps import Attempt, Batch, pull
from tasks.pull import source
from tests.support.command import Command
from tests.support.postgres import Postgres
from tests.support.server import PrefectServer, prefect_server
from tests.support.serving import until
from tests.support.workbooks import copy_example, edit_workbook, registered

RUN = ("run", "--year", "2020")
STEPS = ("读取工作簿", "核对数据", "生成报告", "发布")


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two units, both to be published, one of them with a warning."""
    units = copy_example(tmp_path_factory.mktemp("faults") / "units")
    edit_workbook(units / "dsjzx.xlsx", [("问题与措施", "A4", "资产权属不清。")])
    return units


@pytest.fixture(scope="module")
def undisturbed(batch: Path, served: Command) -> dict[str, bytes]:
    """What a run in Shanghai leaves behind."""
    done = served(*RUN, "--out", batch / "undisturbed", cwd=batch, TZ="Asia/Shanghai")
    assert done.code == 0, done.text
    found = json.loads((batch / "undisturbed/2020/dsjzx/findings.json").read_bytes())["findings"]
    assert [finding["rule"] for finding in found] == ["N108"]
    return contents(batch / "undisturbed")


def contents(out: Path) -> dict[str, bytes]:
    """Every file and link by its path, without what names the run that made it and what is no one's to read.

    The store is not among them: it tells of every run.
    """
    found = {}
    for path in sorted(out.rglob("*")):
        if any(part.startswith(".") for part in path.relative_to(out).parts) or path.suffix == ".db":
            continue
        if path.is_symlink():
            found[str(path.relative_to(out))] = str(path.readlink()).encode()
        elif path.is_file():
            content = path.read_bytes()
            if path.name == "manifest.json":
                manifest = json.loads(content)
                assert manifest.pop("run_id")
                content = json.dumps(manifest, ensure_ascii=False).encode()
            found[str(path.relative_to(out))] = content
    return found


def assert_same(out: Path, expected: dict[str, bytes]) -> None:
    found = contents(out)
    assert sorted(found) == sorted(expected)
    assert [name for name in found if found[name] != expected[name]] == []


@pytest.fixture(scope="module")
def killed(batch: Path, served: Command, undisturbed: dict[str, bytes]) -> Path:
    """What runs leave that were killed in each step; each takes up what the one before it left."""
    out = batch / "killed"
    for step in STEPS:
        process = served.interrupted(step, None, *RUN, "--out", out, cwd=batch)
        text, _ = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, text
        published = list(out.glob("2020/*/latest"))
        assert bool(published) is (step == "发布"), "a unit was, before the kill"
        for latest in published:
            assert latest.readlink() == Path("versions/0001")
            part = f"2020/{latest.parent.name}/versions/0001/"
            whole = {name: content for name, content in undisturbed.items() if name.startswith(part)}
            assert {part + name: content for name, content in contents(latest).items()} == whole
    return out


@contextmanager
def held(command: Command, batch: Path, out: Path, step: str) -> Iterator[subprocess.Popen[str]]:
    """A run held in a step while the block runs; afterwards it goes on, to its end."""
    gate = out.with_suffix(".gate")
    process = command.interrupted(
        *(step, gate, *RUN, "--out", out),
        cwd=batch,
        PREFECT_CLIENT_RETRY_JITTER_FACTOR="0",
        TZ="America/New_York",
    )
    try:
        until(lambda: gate.exists() or process.poll() is not None, step)
        assert process.poll() is None, process.stdout and process.stdout.read()
        yield process
    finally:
        gate.unlink(missing_ok=True)


def test_after_kills_in_every_step_a_rerun_outlives_its_server(
    batch: Path, killed: Path, undisturbed: dict[str, bytes], new_prefect_home: Callable[[], Path]
) -> None:
    """In New York, for good measure; the server is killed in its midst and comes back."""
    server = PrefectServer(new_prefect_home())
    server.start()
    try:
        with held(Command(new_prefect_home(), server.url), batch, killed, "生成报告") as process:
            server.kill()
        time.sleep(3)
        server.start()
        text, _ = process.communicate(timeout=120)
        assert process.returncode == 0, text
        assert_same(killed, undisturbed)
        assert _states(server.url) == ["全部发布"]
    finally:
        server.stop()


def test_prefects_database_is_gone_for_half_a_minute(
    batch: Path, undisturbed: dict[str, bytes], postgres: Postgres, new_prefect_home: Callable[[], Path]
) -> None:
    database = {"PREFECT_API_DATABASE_CONNECTION_URL": postgres.new_prefect_url()}
    with prefect_server(new_prefect_home(), **database) as url:
        out = batch / "database"
        with held(Command(new_prefect_home(), url), batch, out, "发布") as process:
            postgres.stop()
        time.sleep(27)
        assert process.poll() is None, "it waits for its server"
        postgres.start()
        text, _ = process.communicate(timeout=120)
        assert process.returncode == 0, text
        assert_same(out, undisturbed)
        assert _states(url) == ["全部发布"]


def test_the_disk_of_prefects_database_is_full(batch: Path, new_prefect_home: Callable[[], Path]) -> None:
    """The units' room is another matter; nothing of theirs is touched, and the reason is said."""
    home, out = new_prefect_home(), batch / "full"
    room = (home / "prefect.db").stat().st_size
    done = Command(home).limited(room, *RUN, "--out", out, cwd=batch)
    assert done.code == 1
    assert "请检查 PREFECT_HOME 是否可写、磁盘是否已满" in done.text
    assert contents(out) == {}


def test_a_killed_run_leaves_no_server_behind() -> None:
    """A run without a server starts one for itself, in a process of its own."""
    code = "from flows.server import temporary_server\nwith temporary_server():\n    print('up', flush=True)\n    input()"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    (server,) = psutil.Process(process.pid).children()
    process.kill()
    process.communicate()
    gone, alive = psutil.wait_procs([server], timeout=30)
    assert (gone, alive) == ([server], [])


def test_a_source_that_times_out_is_read_again(
    batch: Path, tmp_path: Path, served: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "TIMEOUT_SECONDS", 0.5)
    workbook = (batch / "dsjzx.xlsx").read_bytes()
    with slow_host(workbook, stalls=1) as url:
        unit, around = registered("dsjzx", url), Batch(2020, tmp_path, "run", 1)

        @flow(persist_result=False)
        def read() -> list[Attempt]:
            return run_step("读取工作簿", pull, [unit], around, label=lambda unit: unit.code)

        with temporary_settings({PREFECT_API_URL: served.api}):
            (attempt,) = read()
            send_logs()
    assert attempt.error is None
    assert attempt.value.snapshot.sha256 == hashlib.sha256(workbook).hexdigest()


@contextmanager
def slow_host(content: bytes, stalls: int) -> Iterator[str]:
    """A host that leaves its first callers waiting and then answers."""
    calls: list[str] = []
    ended = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            if len(calls) <= stalls:
                ended.wait(30)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/dsjzx.xlsx"
        ended.set()
        server.shutdown()
    assert len(calls) == stalls + 1


@pytest.fixture(params=["America/New_York", "Asia/Shanghai"])
def zone(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock of the machine in a time zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_the_year_is_shanghais(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch planned for the first hour of 2021 in Shanghai reports on 2020, wherever the machine stands."""
    planned = SimpleNamespace(scheduled_start_time=dt.datetime(2020, 12, 31, 16, 30, tzinfo=dt.UTC))
    monkeypatch.setattr(operations, "flow_run", planned)
    assert operations.last_year() == 2020


def _states(url: str) -> list[str]:
    return [run["state"]["name"] for run in httpx.post(f"{url}/flow_runs/filter", json={}, timeout=30).json()]
