"""Tell whoever listens how far a long run is, without the steps knowing who that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

Listener = Callable[[str, int, int], None]
"""Called with the step's name, how many units are done, and how many there are."""

_listeners: list[Listener] = []
_done: dict[str, int] = {}
_lock = Lock()


@contextmanager
def listen(listener: Listener) -> Iterator[None]:
    """Report progress to `listener` while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def start(step: str, total: int) -> None:
    """A step begins over `total` units."""
    with _lock:
        _done[step] = 0
    _tell(step, 0, total)


def advance(step: str, total: int) -> None:
    """One more unit is done."""
    with _lock:
        _done[step] = done = _done.get(step, 0) + 1
    _tell(step, done, total)


def _tell(step: str, done: int, total: int) -> None:
    for listener in tuple(_listeners):
        listener(step, done, total)
