"""The real command, with something happening to it when a step has done its first unit.

`python -m tests.support.interrupted STEP GATE run --year 2020 …`: without a GATE (an empty text) the process kills
itself; else it makes the file GATE and waits until it is gone.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from flows.cli import main
from tasks import progress


def interrupt(wanted: str, gate: str) -> progress.Listener:
    met = False

    def listener(step: str, done: int, total: int) -> None:
        nonlocal met
        if met or (step, done) != (wanted, 1):
            return
        met = True
        if not gate:
            os.kill(os.getpid(), signal.SIGKILL)
        Path(gate).touch()
        while Path(gate).exists():
            time.sleep(0.05)

    return listener


if __name__ == "__main__":
    _, step, gate, *arguments = sys.argv
    sys.argv[1:] = arguments
    with progress.listen(interrupt(step, gate)):
        main()
