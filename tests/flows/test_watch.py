"""Mended units are rerun together, each change once, and again when the run broke off."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Crashed

from flows.names import BY_ITSELF, RERUN
from flows.watch import Reruns
from tasks.repair import Repaired
from tests.support.command import Command


@pytest.fixture
def client(served: Command) -> Iterator[SyncPrefectClient]:
    """A server that knows the deployment; nobody works on its runs."""
    with temporary_settings({PREFECT_API_URL: served.api}), get_client(sync_client=True) as client:
        client.create_deployment(client.create_flow_from_name(RERUN), RERUN)
        yield client


def asked(client: SyncPrefectClient, year: int) -> list[Any]:
    """The reruns of a year that were asked for, the earliest first."""
    runs = [run for run in client.read_flow_runs(limit=200) if BY_ITSELF in run.tags]
    of_year = [run for run in runs if run.parameters["form"]["year"] == year]
    return sorted(of_year, key=lambda run: run.created)


def test_units_are_rerun_together_and_each_change_once(client: SyncPrefectClient) -> None:
    reruns = Reruns()
    first, second, third = (Repaired(unit, 2011, f"2011-{unit}-x") for unit in "abc")
    asyncio.run(reruns.submit([first, second]))
    asyncio.run(reruns.submit([first, second, third]))
    assert [run.parameters["form"]["units"] for run in asked(client, 2011)] == [["a", "b"], ["c"]]


def test_a_rerun_that_broke_off_is_tried_three_times(client: SyncPrefectClient) -> None:
    reruns, change = Reruns(), Repaired("a", 2012, "2012-a-x")
    for _ in range(5):
        asyncio.run(reruns.submit([change]))
        client.set_flow_run_state(asked(client, 2012)[-1].id, Crashed(), force=True)
    assert len(asked(client, 2012)) == 3


def test_a_rerun_that_ended_is_not_tried_again(client: SyncPrefectClient) -> None:
    reruns, change = Reruns(), Repaired("a", 2013, "2013-a-x")
    asyncio.run(reruns.submit([change]))
    client.set_flow_run_state(asked(client, 2013)[0].id, Completed(), force=True)
    asyncio.run(reruns.submit([change]))
    assert len(asked(client, 2013)) == 1
