"""The process of the temporary Prefect API: `python -m flows.temporary_api PORT`.

It ends with the run that started it, also when that is killed: then the pipe from it closes.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread

import uvicorn

_STDIN = 0


def _end_with_parent() -> None:
    os.read(_STDIN, 1)  # nothing is ever written
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    Thread(target=_end_with_parent, daemon=True).start()
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="error",
        lifespan="on",
    )
