"""How far a long run is, as a bar in the UI: one artifact of the run, written anew every few seconds.

A thread of its own writes it, so that neither the cost nor a server that does not answer is the run's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event, Lock, Thread
from typing import Any

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.groups import MAX_SINGLE
from tasks import progress

_SECONDS = 5.0
_LEAVE_SECONDS = 2.0
"""How long the end of a run waits for the last word."""


@contextmanager
def progress_shown(year: int, seconds: float = _SECONDS) -> Iterator[None]:
    """Show the progress of a run of more than a hundred units while the block runs, every so many seconds.

    Whatever goes wrong with it, the run never hears of it.
    """
    board = _Board(year, seconds)
    with progress.listen(board.note):
        try:
            yield
        finally:
            board.close()


class _Board:
    """Keeps the latest word; a thread passes it on."""

    def __init__(self, year: int, seconds: float) -> None:
        self._year, self._seconds = year, seconds
        self._latest = ("", 0, 0)
        self._lock, self._ended = Lock(), Event()
        self._thread: Thread | None = None
        self._context = copy_context()  # it says which run this is, and where the server

    def note(self, step: str, done: int, total: int) -> None:
        """A listener of `tasks.progress`, called from any thread."""
        if total <= MAX_SINGLE:
            return
        self._latest = (step, done, total)
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._context.run, args=(self._show,), daemon=True)
                self._thread.start()

    def close(self) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join(_LEAVE_SECONDS)

    def _show(self) -> None:
        artifact: Any = None
        shown, is_last = ("", 0, 0), False
        while not is_last:
            is_last = self._ended.wait(self._seconds)
            if (latest := self._latest) == shown:
                continue
            step, done, total = shown = latest
            text, percent = f"{self._year}年度绩效自评 · {step}：{done}/{total} 个单位", 100 * done / total
            try:
                if artifact is None:
                    artifact = create_progress_artifact(percent, f"progress-{self._year}", text)
                else:
                    update_progress_artifact(artifact, percent, text)
            except Exception:  # noqa: S112  the bar is worth nothing to the reports
                continue
