"""Runs that were lost while the server was down too: with the machine, its watch over heartbeats went.

What Prefect was counting is dropped a minute after it was due, so after a longer outage nobody would hear
of these runs. Marked here, they are told of like any other crash.
"""

from __future__ import annotations

import datetime as dt

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter
from prefect.states import Crashed

from flows.automations import LOST, LOST_MESSAGE
from flows.names import TAG

_BEGUN = ["PENDING", "RUNNING", "CANCELLING"]


def mark_lost(lost: dt.timedelta = LOST) -> list[str]:
    """Mark the begun runs that have given no sign of life for so long as crashed; returns their names.

    For the start of the service: a run of a killed service that is still alive then has heartbeats.
    Needs a server.
    """
    wanted = FlowRunFilter.model_validate({"state": {"type": {"any_": _BEGUN}}, "tags": {"all_": [TAG]}})
    now, names = dt.datetime.now(dt.UTC), []
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=wanted):
            if now - _last_sign(client, run) > lost:
                client.set_flow_run_state(run.id, Crashed(message=LOST_MESSAGE))
                names.append(run.name)
    return names


def _last_sign(client: SyncPrefectClient, run: FlowRun) -> dt.datetime:
    """When the run last changed its state or gave a heartbeat."""
    changed = run.state.timestamp if run.state else dt.datetime.min.replace(tzinfo=dt.UTC)
    beats = EventFilter(
        event=EventNameFilter(name=["prefect.flow-run.heartbeat"]),
        resource=EventResourceFilter(id=[f"prefect.flow-run.{run.id}"]),
    )
    return max([changed, *(event.occurred for event in client.read_events(beats, limit=1).events)])
