"""Who is told what, once: a real mail server and a real webhook, results made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from expectations.rules import Severity
from tasks.alerts import Alert, Channel, Channels, tell_results
from tasks.findings import Finding
from tasks.publish import Published
from tasks.pull import RegisteredUnit, Snapshot, Submission, Trouble
from tasks.results import State, UnitResult
from tests.support.receivers import Hook, Mailbox, attachments_of, mail_server, text_of, webhook
from tests.support.workbooks import registered

YEAR = 2020


@dataclass
class Desk:
    """Channels to real receivers, and the output folder of the year."""

    folder: Path
    mailbox: Mailbox
    hook: Hook
    channels: Channels = field(init=False)

    def __post_init__(self) -> None:
        self.channels = Channels((Channel("值班群", self.hook.url),), Channel("邮件", self.mailbox.url))

    def tell(self, *alerts: Alert) -> list[str]:
        return tell_results(alerts, YEAR, self.folder, self.channels)

    def subjects(self) -> list[str]:
        return [mail["subject"] for mail in self.mailbox.mails]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with mail_server() as mailbox, webhook() as hook:
        yield Desk(tmp_path, mailbox, hook)


def unit(code: str = "dsjzx", **changes: Any) -> RegisteredUnit:
    return registered(code, f"/somewhere/{code}.xlsx", **changes)


def finding(message: str = "“决算数”应为数字，现为“一<b>粗</b>”") -> Finding:
    return Finding(
        "dsjzx",
        "D301",
        Severity.CRITICAL,
        "dsjzx.xlsx",
        "预算收支总表",
        "E4",
        "一",
        "数字",
        message,
        "请改为数字",
    )


def submission(of: RegisteredUnit, sha256: str, classified: bool | None = False) -> Submission:
    snapshot = Snapshot(of.source, Path(of.source), sha256, 1)
    return Submission(of, snapshot, {"projects": [{"name": "某项目", "is_classified": classified}]})


def blocked(of: RegisteredUnit | None = None, sha256: str = "a" * 64, **changes: Any) -> Alert:
    of = of or unit()
    result = UnitResult(of.code, of.name, State.BLOCKED, (finding(),))
    return Alert(of, result, changes.get("submission", submission(of, sha256)))


def published(version: int = 1, state: State = State.PUBLISHED) -> Alert:
    of = unit()
    result = UnitResult(of.code, of.name, state, (), Published(version, Path(), True, ()))
    return Alert(of, result, submission(of, "b" * 64))


def failed() -> Alert:
    of = unit()
    return Alert(
        of, UnitResult(of.code, of.name, State.FAILED, error="程序错误：KeyError：机密项目名称"), None
    )


def write_attachments(desk: Desk) -> None:
    folder = desk.folder / "dsjzx"
    folder.mkdir()
    (folder / "findings.xlsx").write_bytes(b"findings")
    (folder / "已标注-dsjzx.xlsx").write_bytes(b"marked")


def test_a_failing_units_contact_gets_the_findings_and_the_marked_workbook(desk: Desk) -> None:
    write_attachments(desk)
    assert desk.tell(blocked()) == []
    (mail,) = desk.mailbox.mails
    assert mail["to"] == "dsjzx@example.invalid"
    assert mail["subject"] == "【请修改】长沙市大数据中心2020年度绩效自评数据未通过核对"
    assert "1. [错误 D301] dsjzx.xlsx “预算收支总表”表 E4：“决算数”应为数字，现为“一<b>粗</b>”" in text_of(
        mail
    )
    assert mail.get_body(("html",)) is None, "what a unit wrote is never markup"
    assert attachments_of(mail) == {"findings.xlsx": b"findings", "已标注-dsjzx.xlsx": b"marked"}


@pytest.mark.parametrize("classified", [True, None])
def test_a_workbook_with_what_may_be_classified_is_not_mailed(desk: Desk, classified: bool | None) -> None:
    write_attachments(desk)
    of = unit()
    desk.tell(blocked(of, submission=submission(of, "a" * 64, classified)))
    (mail,) = desk.mailbox.mails
    assert attachments_of(mail) == {"findings.xlsx": b"findings"}
    assert "不随邮件发送副本" in text_of(mail)


def test_a_workbook_whose_projects_could_not_be_read_is_not_mailed(desk: Desk) -> None:
    write_attachments(desk)
    of = unit()
    swapped = Submission(of, None, {"projects": []}, troubles=(Trouble("swapped_sheet", "projects"),))
    desk.tell(blocked(of, submission=swapped))
    assert list(attachments_of(desk.mailbox.mails[0])) == ["findings.xlsx"]


def test_the_digest_counts_and_names_but_quotes_nothing(desk: Desk) -> None:
    desk.tell(blocked())
    (digest,) = desk.hook.received
    assert digest["title"] == "2020年度绩效自评：0/1 个单位已发布"
    assert "· dsjzx 长沙市大数据中心：未通过核对，错误 1 项，其他 0 项" in digest["message"]
    assert "粗" not in digest["message"]


def test_a_system_error_is_for_the_operators_without_its_details(desk: Desk) -> None:
    desk.tell(failed())
    assert desk.mailbox.mails == []
    assert "dsjzx 长沙市大数据中心：处理出错" in desk.hook.received[0]["message"]
    assert "机密项目名称" not in json.dumps(desk.hook.received, ensure_ascii=False)


def test_the_same_outcome_is_told_once(desk: Desk) -> None:
    for _ in range(3):
        assert desk.tell(blocked()) == []
    assert len(desk.mailbox.mails) == len(desk.hook.received) == 1


def test_another_input_with_the_same_fault_is_told_again(desk: Desk) -> None:
    desk.tell(blocked())
    desk.tell(blocked(sha256="c" * 64))
    assert len(desk.mailbox.mails) == len(desk.hook.received) == 2


def test_recovery_is_told_once(desk: Desk) -> None:
    desk.tell(blocked())
    desk.tell(published())
    desk.tell(published(state=State.UNCHANGED))
    assert desk.subjects() == [
        "【请修改】长沙市大数据中心2020年度绩效自评数据未通过核对",
        "【已通过】长沙市大数据中心2020年度绩效自评报告已发布",
    ]
    assert [message["title"] for message in desk.hook.received] == [
        "2020年度绩效自评：0/1 个单位已发布",
        "2020年度绩效自评：1/1 个单位已发布",
    ]
    assert "此前未发布、本次已发布：dsjzx 长沙市大数据中心" in desk.hook.received[1]["message"]


def test_a_unit_that_never_failed_hears_nothing(desk: Desk) -> None:
    desk.tell(published())
    assert desk.mailbox.mails == []
    assert len(desk.hook.received) == 1


def test_a_digest_that_did_not_go_goes_with_the_next_batch(desk: Desk) -> None:
    desk.hook.status = 500
    (failure,) = desk.tell(blocked())
    assert failure.startswith("值班群：2020年度绩效自评：0/1 个单位已发布（")
    assert "500" in failure
    desk.hook.status = 200
    desk.hook.received.clear()
    assert desk.tell(blocked()) == []
    assert desk.tell(blocked()) == []
    assert [message["title"] for message in desk.hook.received] == ["2020年度绩效自评：0/1 个单位已发布"]
    assert len(desk.mailbox.mails) == 1


def test_a_mail_that_was_refused_goes_with_the_next_batch_of_any_unit(desk: Desk) -> None:
    desk.mailbox.refuses = True
    assert "邮件：dsjzx 长沙市大数据中心（" in desk.tell(blocked())[0]
    assert "未送达的通知" in desk.hook.received[0]["message"]
    desk.mailbox.refuses = False
    assert desk.tell(blocked(unit("sjzyj"))) == []
    assert sorted(mail["to"] for mail in desk.mailbox.mails) == [
        "dsjzx@example.invalid",
        "sjzyj@example.invalid",
    ]


def test_a_mail_that_never_went_needs_no_recovery(desk: Desk) -> None:
    desk.mailbox.refuses = True
    desk.tell(blocked())
    desk.mailbox.refuses = False
    desk.tell(published())
    desk.tell(published())
    assert desk.mailbox.mails == []


def test_of_two_contacts_only_the_one_who_was_missed_is_tried_again(desk: Desk) -> None:
    desk.mailbox.unknown = {"b@example.invalid"}
    both = unit(contact="a@example.invalid，b@example.invalid")
    assert len(desk.tell(blocked(both))) == 1
    desk.mailbox.unknown = set()
    desk.tell(blocked(both))
    assert [mail["to"] for mail in desk.mailbox.mails] == ["a@example.invalid", "b@example.invalid"]


@pytest.mark.parametrize("contact", ["", "张三 8888", "a@b.cn\nBcc: x@y.cn"])
def test_a_contact_that_is_no_address_is_said(desk: Desk, contact: str) -> None:
    (failure,) = desk.tell(blocked(unit(contact=contact)))
    assert failure == "邮件：dsjzx 长沙市大数据中心（没有可用的联系邮箱，请在单位名录中填写 contact）"
    assert desk.mailbox.mails == []


def test_a_damaged_memory_is_begun_anew(desk: Desk) -> None:
    (desk.folder / "alerts.json").write_text('{"told": 3', encoding="utf-8")
    assert desk.tell(blocked()) == []
    assert len(desk.mailbox.mails) == 1
