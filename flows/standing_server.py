"""A Prefect server that stays, with its UI: the one that is there, or one started here."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.access import check_access, check_host
from flows.server import ServerError, end, wait_for

_HORIZON = "P400D"
"""How far ahead the scheduler makes runs: Prefect's 100 days would hide a yearly one most of the year."""
Say = Callable[[str], None]


@contextmanager
def standing_server(host: str, port: int, say: Say) -> Iterator[str]:
    """The API to work with: the configured one, or one started here on `host` and stopped at the end.

    Raises ServerError when there is none and none can be started, AccessError when it refuses us or would be
    open to other machines.
    """
    from prefect.settings import PREFECT_API_URL

    configured = (PREFECT_API_URL.value() or "").rstrip("/")
    url = configured or f"http://{_reachable(host)}:{port}/api"
    if _answers(url):
        check_access(url)
        say(f"使用已在运行的 Prefect 服务 {url}；它不是本程序启动的，结束时不会停止")
        yield url
        return
    if configured and configured != f"http://{_reachable(host)}:{port}/api":
        raise ServerError(f"PREFECT_API_URL 所指的服务 {configured} 没有应答；请先启动它，或取消这个环境变量")
    check_host(host)
    if _is_taken(host, port):
        raise ServerError(f"{host}:{port} 已被其他程序占用，请用 --port 改用别的端口")
    process = _start(host, port, url)
    try:
        wait_for(process, url)
        check_access(url)
        say(f"界面：{url.removesuffix('/api')}")
        yield url
    finally:
        end(process, 20)


def _reachable(host: str) -> str:
    """The address at which this machine reaches a server that listens on `host`."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as response:  # noqa: S310  the operator's own
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError):
        return False


def _is_taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _start(host: str, port: int, url: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "PREFECT_API_URL": url,
        "PREFECT_UI_URL": os.environ.get("PREFECT_UI_URL") or url.removesuffix("/api"),
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": _HORIZON,
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", str(port)]
    # In a session of its own: Ctrl-C must reach the runs first, and the server only when they have ended.
    return subprocess.Popen(  # noqa: S603  our own interpreter and arguments
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
