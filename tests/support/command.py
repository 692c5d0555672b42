"""Run the command line as an operator does: in a process of its own."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """Exit code and everything printed."""

    code: int
    text: str


@dataclass(frozen=True)
class Command:
    """`jixiao` with a Prefect home, and with a server where `api` is its address."""

    prefect_home: Path
    api: str = ""

    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        before: Callable[[], None] | None = None,
        **environment: str,
    ) -> Outcome:
        done = subprocess.run(
            [str(Path(sys.executable).parent / "jixiao"), *map(str, arguments)],
            cwd=cwd,
            env=self.environment(**environment),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
            preexec_fn=before,
        )
        return Outcome(done.returncode, done.stdout)

    def interrupted(
        self, step: str, gate: Path | None, *arguments: str | Path, cwd: Path, **environment: str
    ) -> subprocess.Popen[str]:
        """Start it to be killed in the midst of a step, or to be held there: see `tests.support.interrupted`."""
        begin = [sys.executable, "-m", "tests.support.interrupted", step, str(gate or "")]
        return subprocess.Popen(
            [*begin, *map(str, arguments)],
            cwd=cwd,
            env=self.environment(PYTHONPATH=str(Path(__file__).parents[2]), **environment),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def limited(self, size: int, *arguments: str | Path, cwd: Path) -> Outcome:
        """Run with a limit on the size of any file in bytes: writing beyond it fails as on a full disk."""

        def limit() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        return self(*arguments, cwd=cwd, before=limit)

    def environment(self, **more: str) -> dict[str, str]:
        """The environment it runs in: wide enough that no message is folded."""
        server = {"PREFECT_API_URL": self.api} if self.api else {}
        return os.environ | {"PREFECT_HOME": str(self.prefect_home), "COLUMNS": "400"} | server | more
