"""Runs of one year wait for each other, and carry the year and their units as tags."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from tasks import progress
from tasks.turn import take_turn

_MAX_TAGS = 20
"""A run of more units is found by its year; so many tags would bury its name."""
P = ParamSpec("P")
R = TypeVar("R")


def in_turn(work: Callable[P, R]) -> Callable[P, R]:
    """Let a flow function with the parameters `year`, `out` and `units` wait for its turn."""
    signature = inspect.signature(work)

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        year = bound.arguments["year"]
        _tag(year, bound.arguments["units"] or [])
        with take_turn(bound.arguments["out"] / str(year), lambda: _say_waiting(year)):
            return work(*args, **kwargs)

    return run


def _say_waiting(year: int) -> None:
    get_run_logger().warning("%s年度的另一次运行尚未结束，本次等它结束后再开始", year)
    progress.start("等待另一次运行", 1)


def _tag(year: int, units: Sequence[str]) -> None:
    wanted = {str(year), *(units if len(units) <= _MAX_TAGS else ())}
    tags = set(flow_run.tags or [])
    if flow_run.id and not wanted <= tags:
        with get_client(sync_client=True) as client:
            client.update_flow_run(flow_run.id, tags=sorted(tags | wanted))
