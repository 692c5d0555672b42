"""Everything on one machine: forms, schedules, alerts, Retry, rerun by itself, and a clean end.

One service and one story, for each run costs seconds: two units fail; one is run again by itself once its
workbook is mended; while that runs, the whole batch is run again by the Retry button.
"""

from __future__ import annotations

import datetime as dt
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from tasks.store import find_address, open_store
from tasks.store.schema import runs
from tests.support.receivers import Hook, Mailbox, attachments_of, mail_server, text_of, webhook
from tests.support.serving import Service, service, until
from tests.support.workbooks import EXAMPLE, copy_example, edit_workbook

FAR = dt.datetime.now(dt.UTC) + dt.timedelta(days=300)


@dataclass
class Story:
    """What happened, in order."""

    service: Service
    out: Path
    mailbox: Mailbox
    hook: Hook
    batch: dict[str, Any]
    logs: list[str]
    by_itself: dict[str, Any]
    retried: dict[str, Any]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, new_prefect_home: Callable[[], Path]) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("serve")
    units, out = copy_example(folder / "units"), folder / "out"
    for code in ("sjzyj", "dsjzx"):
        edit_workbook(units / f"{code}.xlsx", [("项目支出", "G4", 1)])
    (units / "operate.toml").write_text(
        f'[annual]\ncron = "0 8 {FAR.day} {FAR.month} *"\n'
        '[remind]\ncron = "* * * * *"\n[watch]\nseconds = 5\n',
        encoding="utf-8",
    )
    with mail_server() as mailbox, webhook() as hook:
        (units / "alerts.toml").write_text(
            f'[[channel]]\nname = "值班群"\nurl = "${{HOOK}}"\n[mail]\nurl = "{mailbox.url}"\n',
            encoding="utf-8",
        )
        with service(new_prefect_home(), units, out, HOOK=hook.url, TZ="America/New_York") as served:
            yield tell(served, units, out, mailbox, hook)


def tell(served: Service, units: Path, out: Path, mailbox: Mailbox, hook: Hook) -> Story:
    hook.status = 500
    first = served.start("年终批量", form={"year": 2020})
    batch = served.ended(first) | {"tasks": served.tasks(first)}
    logs = until(
        lambda: [line for line in served.logs(first) if "0/2 个单位已发布" in line] and served.logs(first),
        "the log",
    )
    hook.status = 200
    shutil.copy(EXAMPLE / "sjzyj.xlsx", units)
    wanted = {"tags": {"all_": ["自动重跑"]}}
    found = until(lambda: served.post("/flow_runs/filter", flow_runs=wanted), "a rerun by itself")[0]["id"]
    shutil.copy(EXAMPLE / "dsjzx.xlsx", units)
    served.retry(first)
    by_itself, retried = served.ended(found), served.ended(first)
    return Story(served, out, mailbox, hook, batch, logs, by_itself, retried)


def offered_units(served: Service) -> list[str]:
    schema = served.deployment("单位重跑")["parameter_openapi_schema"]
    return list(schema["definitions"]["RerunForm"]["properties"]["units"]["items"]["enum"])


def is_reminder(mail: Any) -> bool:
    return str(mail["subject"]).startswith("【催报】")


def mails_on_results(story: Story) -> list[Any]:
    return [mail for mail in story.mailbox.mails if not is_reminder(mail)]


def test_a_yearly_schedule_is_seen_long_before(story: Story) -> None:
    scheduled = story.service.post(
        "/flow_runs/filter",
        flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}},
        deployments={"name": {"any_": ["年终批量"]}},
    )
    starts = [dt.datetime.fromisoformat(run["expected_start_time"]) for run in scheduled]
    assert [(at.month, at.hour) for at in starts][:1] == [(FAR.month, 0)], "8 o'clock in Shanghai"


def test_what_is_due_runs_by_itself(story: Story) -> None:
    """Every minute here; the workbooks are those of a year long gone, and each contact hears of it once a day."""
    done = {
        "deployments": {"name": {"any_": ["催报"]}},
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
    }
    run = until(lambda: story.service.post("/flow_runs/filter", **done), "a scheduled run")[0]
    assert (run["auto_scheduled"], run["state"]["name"]) == (True, "已催报")
    reminders = [mail for mail in story.mailbox.mails if is_reminder(mail)]
    assert sorted(str(mail["to"]).partition("@")[0] for mail in reminders) == ["dsjzx", "sjzyj"]
    assert all("报送的是2020年度的工作簿" in text_of(mail) for mail in reminders)


def test_the_form_is_in_chinese(story: Story) -> None:
    schema = story.service.deployment("单位重跑")["parameter_openapi_schema"]
    assert schema["properties"]["form"]["title"] == "单位重跑"
    fields = schema["definitions"]["RerunForm"]["properties"]
    assert [field["title"] for field in fields.values()] == ["预算年度", "单位", "重跑原因"]
    assert all(field["description"] for field in fields.values())
    assert offered_units(story.service) == ["sjzyj 长沙市数据资源管理局", "dsjzx 长沙市大数据中心"]


def test_a_dead_channel_does_not_stop_the_batch(story: Story) -> None:
    batch = story.batch
    assert (batch["name"], batch["state"]["name"]) == ("2020年度绩效自评：全部单位", "部分未发布")
    assert batch["state"]["message"].startswith("0/2 个单位已发布")
    (told,) = [task for task in batch["tasks"] if task["name"] == "发送通知"]
    assert told["state"]["type"] == "FAILED"
    assert (
        "1 条通知未送达，下次运行时再发：值班群：2020年度绩效自评：0/2 个单位已发布"
        in told["state"]["message"]
    )


def test_what_was_told_leaves_no_traceback_in_the_logs(story: Story) -> None:
    assert any("0/2 个单位已发布" in line for line in story.logs)
    assert any(line.startswith("1 条通知未送达，下次运行时再发：") for line in story.logs), "of the step"
    for text in (*story.logs, story.service.printed.read_text(encoding="utf-8")):
        assert not [word for word in ("Traceback", "NotAllPublished") if word in text]


def test_contacts_get_their_findings_and_their_marked_workbook(story: Story) -> None:
    mails = {str(mail["to"]).partition("@")[0]: mail for mail in reversed(mails_on_results(story))}
    assert set(attachments_of(mails["sjzyj"])) == {"findings.xlsx", "已标注-sjzyj.xlsx"}
    assert "sjzyj.xlsx “项目支出”表" in text_of(mails["sjzyj"])
    assert set(attachments_of(mails["dsjzx"])) == {"findings.xlsx"}, "one of its projects is classified"


def test_a_mended_unit_is_run_by_itself_alone(story: Story) -> None:
    run = story.by_itself
    assert run["name"] == "2020年度绩效自评：sjzyj"
    assert run["state"]["name"] == "全部发布"
    assert run["parameters"]["form"]["units"] == ["sjzyj"]
    assert {"自动重跑", "2020", "sjzyj"} <= set(run["tags"])


def test_retry_reads_the_mended_workbook(story: Story) -> None:
    assert story.retried["id"] == story.batch["id"]
    assert (story.retried["state"]["name"], story.retried["run_count"]) == ("全部发布", 2)
    assert (story.out / "2020" / "dsjzx" / "latest" / "report.pdf").is_file()


def test_two_runs_of_one_unit_do_not_mix(story: Story) -> None:
    """Whichever came first: all its tasks had ended before the other's first began."""
    old = {task["id"] for task in story.batch["tasks"]}
    spans = []
    for run in (story.retried, story.by_itself):
        tasks = [task for task in story.service.tasks(run["id"]) if task["id"] not in old]
        spans.append((min(t["start_time"] for t in tasks), max(t["end_time"] for t in tasks)))
    (_, end), (start, _) = sorted(spans)
    assert end <= start
    assert [path.name for path in (story.out / "2020" / "sjzyj" / "versions").iterdir()] == ["0001"]


def test_everything_is_told_once(story: Story) -> None:
    subjects = [str(mail["subject"]) for mail in mails_on_results(story)]
    assert sorted(subject[:5] for subject in subjects) == ["【已通过】"] * 2 + ["【请修改】"] * 2
    assert len(set(subjects)) == 4
    titles = [message["title"].partition("：")[2] for message in story.hook.received]
    # The digest of the failed batch was refused, and sent again before that of the next one.
    assert titles[:2] == ["0/2 个单位已发布"] * 2
    assert set(titles[2:]) <= {"1/1 个单位已发布", "2/2 个单位已发布"}
    assert len(titles) in (3, 4)
    page = f"{story.service.api.removesuffix('/api')}/runs/flow-run/{story.batch['id']}"
    assert story.hook.received[0]["message"].endswith(f"运行页面：{page}")


def test_every_run_is_in_the_store_each_attempt_for_itself(story: Story) -> None:
    batch, by_itself = story.batch["id"], story.by_itself["id"]
    with open_store(find_address(story.out, {})) as connection:
        found = connection.execute(select(runs.c.id, runs.c.source, runs.c.reason, runs.c.state)).all()
    expected = {
        (f"{batch}.1", "年终批量", "", "部分未发布"),
        (f"{batch}.2", "年终批量", "", "全部发布"),
        (f"{by_itself}.1", "自动重跑", "自动重跑：报送的工作簿已更新", "全部发布"),
    }
    others = set(map(tuple, found)) - expected
    assert len(found) == len(expected) + len(others)
    # Before the Retry came to it, the other mended unit may have been run by itself, too.
    assert {source for _, source, *_ in others} <= {"自动重跑"}


def test_the_form_follows_the_registry(story: Story) -> None:
    registry = story.out.parent / "units" / "units.toml"
    text, said = registry.read_text(encoding="utf-8"), story.service.printed
    registry.write_text("[[unit", encoding="utf-8")
    until(
        lambda: "单位重跑表单中的单位没有更新：单位名录无法读取" in said.read_text(encoding="utf-8"), "a word"
    )
    new = '\n[[unit]]\ncode = "xzx"\nname = "新设中心"\nkind = "institution"\nparent = "sjzyj"\nsource = "xzx.xlsx"\n'
    registry.write_text(text + new, encoding="utf-8")
    until(lambda: offered_units(story.service)[-1] == "xzx 新设中心", "the new unit in the form")
    assert said.read_text(encoding="utf-8").count("表单中的单位没有更新") == 1
    registry.write_text(text, encoding="utf-8")


def test_it_ends_with_all_its_children(story: Story) -> None:
    process = psutil.Process(story.service.process.pid)
    family = process.children(recursive=True)
    assert family, "the server at least"
    process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs([process, *family], timeout=30)
    assert alive == []
    assert story.service.process.wait() == 0
