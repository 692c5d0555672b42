"""A real Prefect server on the loopback interface."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.support.ports import free_port


@dataclass
class PrefectServer:
    """`prefect server start` on a port of its own; killed, it can be started again as if nothing had been."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its API."""
        return f"http://127.0.0.1:{self.port}/api"

    def start(self) -> None:
        """Start it and wait until it answers."""
        place = ("--host", "127.0.0.1", "--port", str(self.port))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", *place],
            env=os.environ | {"PREFECT_HOME": str(self.home)} | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            assert self._process.poll() is None, "the server stopped"
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        """As when its machine fails: nothing is written any more."""
        assert self._process is not None
        process = psutil.Process(self._process.pid)
        for one in (process, *process.children(recursive=True)):
            one.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it by its process id, if it still runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)


@contextmanager
def prefect_server(home: Path, **environment: str) -> Iterator[str]:
    """A server for the length of the block; yields its API address."""
    server = PrefectServer(home, environment)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()
