"""The bar of a long run: written now and then, never in the run's way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from prefect import flow
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from flows.long_runs import progress_shown
from tasks import progress
from tests.support.command import Command


@flow(persist_result=False)
def work(year: int, units: int, pause: float = 0.01) -> str:
    """A step over so many units."""
    with progress_shown(year, seconds=0.2):
        progress.start("生成报告", units)
        for _ in range(units):
            progress.advance("生成报告", units)
            time.sleep(pause)
    return str(flow_run.id)


@pytest.fixture
def at_server(served: Command) -> Iterator[str]:
    with temporary_settings({PREFECT_API_URL: served.api}):
        yield served.api


def _bars(api: str, run: str) -> list[dict[str, Any]]:
    wanted = {"flow_runs": {"id": {"any_": [run]}}}
    return list(httpx.post(f"{api}/artifacts/filter", json=wanted).raise_for_status().json())


def test_a_long_run_has_one_bar(at_server: str) -> None:
    (bar,) = _bars(at_server, work(2020, 150))
    assert (bar["type"], bar["key"], bar["data"]) == ("progress", "progress-2020", 100)
    assert bar["description"] == "2020年度绩效自评 · 生成报告：150/150 个单位"


def test_a_short_run_has_none(at_server: str) -> None:
    assert _bars(at_server, work(2020, 100, 0.0)) == []


@pytest.mark.filterwarnings("ignore:Artifact creation outside")
def test_a_server_that_is_gone_costs_nothing() -> None:
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api", PREFECT_CLIENT_MAX_RETRIES: 0}):
        begin = time.monotonic()
        work.fn(2020, 150, 0.0)
    assert time.monotonic() - begin < 4
