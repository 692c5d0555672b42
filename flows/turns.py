"""Runs of one year wait for each other, and carry the year and their units as tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from tasks import progress
from tasks.turn import take_turn

_MAX_TAGS = 20
"""A run of more units is found by its year; so many tags would bury its name."""


@contextmanager
def in_turn(year: int, out: Path, units: Sequence[str]) -> Iterator[None]:
    """Let a run wait for its turn; `units`: those it was asked for, none for all."""
    _tag(year, units)
    with take_turn(out / str(year), lambda: _say_waiting(year)):
        yield


def _say_waiting(year: int) -> None:
    get_run_logger().warning("%s年度的另一次运行尚未结束，本次等它结束后再开始", year)
    progress.start("等待另一次运行", 1)


def _tag(year: int, units: Sequence[str]) -> None:
    wanted = {str(year), *(units if len(units) <= _MAX_TAGS else ())}
    tags = set(flow_run.tags or [])
    if flow_run.id and not wanted <= tags:
        with get_client(sync_client=True) as client:
            client.update_flow_run(flow_run.id, tags=sorted(tags | wanted))
