"""What the server tells of by itself, once each: a run that failed as a whole, a crashed, a lost and a late one.

One story: a file is wrong; a run's process is killed; then, while another run works, everything but the server is killed; then
a run falls due that nobody starts.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.automations import CRASHED_NAME, FAILED_NAME, LATE_NAME, LOST_NAME, set_up
from flows.lost_runs import mark_lost
from tasks.alerts import Channels, load_channels
from tests.support.receivers import Hook, Mailbox, mail_server, text_of, webhook
from tests.support.server import prefect_server
from tests.support.serving import Service, service, until
from tests.support.workbooks import copy_example

SOON = dt.timedelta(seconds=10)
"""Prefect's shortest."""


@dataclass
class Story:
    """What happened, and a client of the server that is left."""

    service: Service
    client: SyncPrefectClient
    channels: Channels
    hook: Hook
    mailbox: Mailbox
    failed: str
    killed: str
    lost: str
    late: str

    def told_of(self, run: str) -> list[str]:
        """The titles of the messages to the webhook about a run."""
        return [message["title"] for message in self.hook.received if run in message["message"]]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, new_prefect_home: Callable[[], Path]) -> Iterator[Story]:
    units = copy_example(tmp_path_factory.mktemp("alarms") / "units")
    settings = {
        "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "1",
        "PREFECT_UI_URL": "http://jixiao.example.invalid",
    }
    with mail_server() as mailbox, webhook() as hook, prefect_server(new_prefect_home(), **settings) as api:
        text = (
            '[[channel]]\nname = "值班群"\nurl = "${HOOK}"\n[[channel]]\nname = "没有密钥"\nurl = "${NONE}"\n'
        )
        mail = f'[mail]\nurl = "{mailbox.url}"\nadmin = "admin@example.invalid"\n'
        (units / "alerts.toml").write_text(text + mail, encoding="utf-8")
        channels = load_channels(units / "alerts.toml", {"HOOK": hook.url}.get)
        assert channels is not None
        with (
            temporary_settings({PREFECT_API_URL: api}),
            get_client(sync_client=True) as client,
            service(new_prefect_home(), units, units / "out", PREFECT_API_URL=api, HOOK=hook.url) as served,
        ):
            yield tell(served, client, channels, hook, mailbox)


def tell(
    served: Service, client: SyncPrefectClient, channels: Channels, hook: Hook, mailbox: Mailbox
) -> Story:
    waivers = served.printed.parent / "waivers.toml"
    waivers.write_text("[[waiver", encoding="utf-8")
    failed = served.start("年终批量", form={"year": 2020})
    assert served.ended(failed)["state"]["name"] == "未运行"
    waivers.unlink()

    first = served.start("年终批量", form={"year": 2020})
    served.working(first).kill()
    assert served.ended(first)["state"]["type"] == "CRASHED"

    set_up(channels, late=SOON, lost=SOON)
    second = served.start("单位重跑", form={"year": 2020, "units": ["sjzyj"], "reason": "试"})
    process = served.working(second)
    until(lambda: served.events(second, "prefect.flow-run.heartbeat"), "a heartbeat")
    served.process.kill()
    process.kill()
    third = served.start("催报", form={"year": 2020})
    runs = (failed, first, second, third)
    for told in (lambda: [m["message"] for m in hook.received], lambda: [text_of(m) for m in mailbox.mails]):
        until(lambda told=told: all(any(run in text for text in told()) for run in runs), "the messages", 120)
    time.sleep(2)
    return Story(served, client, channels, hook, mailbox, failed, first, second, third)


def test_a_run_that_failed_as_a_whole_is_told_of_once(story: Story) -> None:
    assert story.told_of(story.failed) == ["【没有运行完】2020年度绩效自评：全部单位"]


def test_a_killed_run_is_told_of_once(story: Story) -> None:
    assert story.told_of(story.killed) == ["【运行中断】2020年度绩效自评：全部单位"]


def test_a_run_that_died_with_its_service_is_marked_and_told_of_once(story: Story) -> None:
    state = story.service.run(story.lost)["state"]
    assert (state["type"], state["message"][:4]) == ("CRASHED", "进程没有")
    assert story.told_of(story.lost) == ["【运行中断】2020年度绩效自评：sjzyj"]


def test_a_run_that_nobody_starts_is_told_of_once(story: Story) -> None:
    assert story.service.run(story.late)["state"]["name"] == "Late"
    assert story.told_of(story.late) == ["【没有按时开始】催报"]
    (message,) = [m["message"] for m in story.hook.received if story.late in m["message"]]
    assert message.startswith("“催报”的一次运行到了时间没有开始：")
    assert message.endswith(f"http://jixiao.example.invalid/runs/flow-run/{story.late}")


def test_the_mail_to_the_operator_is_plain_text(story: Story) -> None:
    mails = story.mailbox.mails
    assert [str(mail["to"]) for mail in mails] == ["admin@example.invalid"] * 4
    assert sorted(str(mail["subject"]) for mail in mails) == sorted(m["title"] for m in story.hook.received)
    assert all("jixiao" in text_of(mail) or "Retry" in text_of(mail) for mail in mails)


def test_setting_up_again_makes_nothing_twice(story: Story) -> None:
    before = _automations(story)
    assert sorted(before) == sorted([CRASHED_NAME, FAILED_NAME, LATE_NAME, LOST_NAME])
    set_up(story.channels, late=SOON, lost=SOON)
    assert _automations(story) == before, "what they are counting goes on"
    assert _blocks(story) == ["jixiao-alarm-1", "jixiao-alarm-2"], "a channel without its secret has none"


def test_secrets_are_in_blocks_alone(story: Story) -> None:
    assert story.hook.url.partition("//")[2] not in str(_automations(story))
    assert story.hook.url.partition("//")[2] not in httpx.get(f"{story.service.api}/block_documents/").text


def test_runs_lost_with_the_server_are_marked_at_the_next_start(story: Story) -> None:
    run = story.service.start("试告警")
    state: dict[str, Any] = {"type": "RUNNING", "name": "Running"}
    story.service.post(f"/flow_runs/{run}/set_state", state=state, force=True)
    assert mark_lost() == [], "it may still live"
    assert mark_lost(dt.timedelta(0)) == [story.service.run(run)["name"]]
    assert story.service.run(run)["state"]["type"] == "CRASHED"
    until(lambda: story.told_of(run), "the message", 20)


def test_without_channels_lost_runs_are_still_marked(story: Story) -> None:
    set_up(None)
    assert list(_automations(story)) == [LOST_NAME]
    assert _blocks(story) == []


def _automations(story: Story) -> dict[str, str]:
    return {found.name: found.model_dump_json() for found in story.client.read_automations()}


def _blocks(story: Story) -> list[str]:
    return sorted(str(block.name) for block in story.client.read_block_documents_by_type("slack-webhook"))
