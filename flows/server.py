"""A Prefect API for a run without a server: started first, awaited last.

Prefect starts a temporary server by itself, but only when the flow begins, and waits for it: 8 seconds on two
cores. Started here before the heavy imports, it boots beside them. Same database (`PREFECT_HOME`), so a
later `prefect server start` shows these runs.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.access import check_access
from tasks.errors import ExplainedError

_STARTUP_SECONDS = 180  # the first start ever creates the database: 15 seconds, more on a slow disk


class ServerError(ExplainedError):
    """The temporary server did not start; the message is for the operator."""


@contextmanager
def temporary_server() -> Iterator[Callable[[], None]]:
    """Start a Prefect API on the loopback interface unless one is configured; stop it at the end.

    Yields a function that waits until the API answers and points Prefect at it. Raises ServerError from
    there when it does not come up, AccessError when the configured one refuses us.
    """
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

    if url := PREFECT_API_URL.value():
        yield lambda: check_access(url)
        return
    port = _free_port()
    environment = (
        os.environ
        | get_current_settings().to_environment_variables(exclude_unset=True)
        | {
            "PREFECT_UI_ENABLED": "0",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT__SERVER_EPHEMERAL": "1",
            "PREFECT__SERVER_FINAL": "1",
        }
    )
    process = subprocess.Popen(  # noqa: S603  our own interpreter and arguments
        [sys.executable, "-m", "flows.temporary_api", str(port)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/api"
    # Heartbeats tell a watching server that a run has died; nobody watches this one, and ending
    # the heartbeat costs each run a second.
    settings = {"PREFECT_API_URL": url, "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": None}
    try:
        with temporary_settings(_by_setting(settings)):
            yield lambda: wait_for(process, url)
            send_logs()
    finally:
        end(process, 10)
        if process.stdin:
            process.stdin.close()


def end(process: subprocess.Popen[bytes], seconds: float) -> None:
    """End a server; one that does not end in so many seconds is killed."""
    process.terminate()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def send_logs() -> None:
    """Send the log lines that still wait in a queue, before the server that takes them goes."""
    from prefect.logging.handlers import APILogWorker

    APILogWorker.drain_all(timeout=10)


def _by_setting(values: dict[str, str | None]) -> dict[object, object]:
    import prefect.settings

    return {getattr(prefect.settings, name): value for name, value in values.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    """Wait until the API of a server that was just started answers. Raises ServerError when it does not."""
    until = time.monotonic() + _STARTUP_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ServerError(
                f"Prefect 服务没有启动（退出码 {process.returncode}），"
                "请检查 PREFECT_HOME 是否可写、磁盘是否已满"
            )
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5) as response:  # noqa: S310  loopback http
                if response.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise ServerError(f"Prefect 服务在 {_STARTUP_SECONDS} 秒内没有就绪，请稍后重试")
