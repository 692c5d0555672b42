"""The health check of the image: 0 when the API answers, 1 when it does not."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "health.py"


class _Api(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/health" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def check(url: str) -> int:
    return subprocess.run(
        [sys.executable, str(SCRIPT)], env={"PREFECT_API_URL": url}, stderr=subprocess.DEVNULL, check=False
    ).returncode


def test_health(address: str) -> None:
    assert check(f"{address}/api") == check(f"{address}/api/") == 0
    assert check(f"{address}/elsewhere") == 1
    assert check("http://127.0.0.1:1/api") == 1
    assert check("nonsense") == 1
