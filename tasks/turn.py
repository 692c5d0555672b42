"""One run at a time in the output folder of a year; the next one waits.

Publishing has a lock of its own, but that is not enough: a run that read a workbook before it was mended must
not publish after one that read it mended, and the ledger that one run compares with is what another writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import Timeout

from tasks.errors import ExplainedError
from tasks.files import file_lock, make_folder

LOCK = ".run.lock"
_WAIT_SECONDS = 3600


class TurnError(ExplainedError):
    """Another run did not end; the message is for the operator."""


@contextmanager
def take_turn(folder: Path, waiting: Callable[[], None], seconds: float = _WAIT_SECONDS) -> Iterator[None]:
    """Hold the turn for an output folder; the system gives it back when the process ends, however it ends.

    `waiting` is called once when another run has the turn. Raises TurnError after so many seconds.
    """
    make_folder(folder)
    lock = file_lock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        try:
            lock.acquire(timeout=seconds)
        except Timeout:
            raise TurnError(
                f"{folder.name}年度的另一次运行在 {seconds:.0f} 秒内没有结束，本次未运行；请查明后重新运行"
            ) from None
    try:
        yield
    finally:
        lock.release()
