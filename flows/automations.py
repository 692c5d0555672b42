"""What the Prefect server watches for and tells of by itself, though no process of ours may live.

A run that failed as a whole, a run whose process died, and one that did not start in time. That a run's
process died is reported by the runner; where the runner died with it, the server misses the run's heartbeats
and marks the run as crashed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect.blocks.notifications import SlackWebhook
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from flows.names import NOT_RUN, TAG
from tasks.alerts import Channels, operator_addresses, unfilled

HEARTBEAT_SECONDS = 30
"""How often a run shows that it lives; Prefect's shortest."""
LOST = dt.timedelta(minutes=3)
LATE = dt.timedelta(minutes=10)
_ONCE = dt.timedelta(seconds=30)
"""Where its database is busy, Prefect may take an event up again: within this time it counts once."""
LOST_MESSAGE = "进程没有报告结束就失去了联系，可能是断电、机器重新启动或进程被终止"

CRASHED_NAME, FAILED_NAME = "绩效自评：运行中断", "绩效自评：没有运行完"
LATE_NAME, LOST_NAME = "绩效自评：没有按时开始", "绩效自评：失去联系"
_BLOCK = "jixiao-alarm-"
_NO_LONGER_LATE = ("Pending", "Running", "Cancelling", "Cancelled")


def set_up(channels: Channels | None, late: dt.timedelta = LATE, lost: dt.timedelta = LOST) -> None:
    """Make the server's automations those that these channels need: new, changed or removed.

    One that is as it should be is left alone: what it is counting goes on. Needs a server.
    """
    with get_client(sync_client=True) as client:
        urls = operator_addresses(channels) if channels else []
        kept = [_save(n, url) for n, url in enumerate(urls, start=1)]
        wanted = {automation.name: automation for automation in declare(kept, late, lost)}
        for name in (CRASHED_NAME, FAILED_NAME, LATE_NAME, LOST_NAME):
            _put(client, name, wanted.get(name))
        for block in client.read_block_documents_by_type(SlackWebhook.get_block_type_slug(), limit=200):
            if (block.name or "").startswith(_BLOCK) and block.id not in kept:
                client.delete_block_document(block.id)


def declare(blocks: Sequence[UUID], late: dt.timedelta, lost: dt.timedelta) -> list[AutomationCore]:
    """The automations; `blocks`: where messages go. Without any, lost runs are still marked as crashed.

    A state's event is named after the state, so a run's end has names of our own (“部分未发布”): any event is
    taken as a sign of life, and a crash is known by its type.
    """
    found = [
        _automation(
            LOST_NAME,
            "没有心跳的运行标为中断。",
            [ChangeFlowRunState(name=None, state=StateType.CRASHED, message=LOST_MESSAGE, force=False)],
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.*"},
            posture=Posture.Proactive,
            within=lost,
        )
    ]
    if blocks:
        found += [
            _automation(
                CRASHED_NAME,
                "运行的进程中断时通知管理员。",
                _messages("run_crashed", blocks),
                state="CRASHED",
                expect={"prefect.flow-run.*"},
                posture=Posture.Reactive,
                within=_ONCE,
            ),
            _automation(
                FAILED_NAME,
                "没有结果就结束的运行，通知管理员；有结果的由运行本身通知。",
                _messages("run_failed", blocks),
                expect={f"prefect.flow-run.{state}" for state in ("Failed", NOT_RUN)},
                posture=Posture.Reactive,
                within=_ONCE,
            ),
            _automation(
                LATE_NAME,
                "到了时间没有开始的运行，通知管理员。",
                _messages("run_late", blocks),
                after={"prefect.flow-run.Late"},
                expect={f"prefect.flow-run.{state}" for state in _NO_LONGER_LATE},
                posture=Posture.Proactive,
                within=late,
            ),
        ]
    return found


def _automation(
    name: str, description: str, actions: list[Any], state: str = "", **trigger: Any
) -> AutomationCore:
    of_state = {"prefect.state-type": state} if state else {}
    return AutomationCore(
        name=name,
        description=description,
        trigger=EventTrigger(
            match={"prefect.resource.id": "prefect.flow-run.*", **of_state},
            match_related={"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"},
            for_each={"prefect.resource.id"},
            threshold=1,
            **trigger,
        ),
        actions=actions,
    )


def _messages(template: str, blocks: Sequence[UUID]) -> list[Any]:
    text = unfilled(template)
    return [SendNotification(block_document_id=block, subject=text.title, body=text.body) for block in blocks]


def _save(number: int, url: str) -> UUID:
    """Keep an address with its secrets in the server; returns the block's id.

    Prefect has no block for any Apprise address, but this one hands what it is given to Apprise as it is.
    """
    return SlackWebhook(url=url).save(f"{_BLOCK}{number}", overwrite=True)  # type: ignore[return-value, arg-type]


def _put(client: SyncPrefectClient, name: str, wanted: AutomationCore | None) -> None:
    found = client.read_automations_by_name(name)
    for extra in found[1 if wanted else 0 :]:
        client.delete_automation(extra.id)
    if wanted is None:
        return
    if not found:
        client.create_automation(wanted)
    elif _content(found[0]) != _content(wanted):
        client.update_automation(found[0].id, wanted.model_copy(update={"enabled": found[0].enabled}))


def _content(automation: AutomationCore) -> dict[str, Any]:
    """What makes it what it is; whether it is switched on is the operator's choice."""
    return automation.model_dump(include={"name", "description", "trigger", "actions"})
