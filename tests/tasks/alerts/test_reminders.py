"""Units that have handed in nothing, or nothing that can be read, are reminded once a day."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from tasks.alerts import Channel, find_missing, remind
from tasks.pull import RegisteredUnit
from tests.support.receivers import mail_server, text_of
from tests.support.workbooks import EXAMPLE, registered

DAY = dt.date(2021, 1, 5)


def units_of(folder: Path) -> list[RegisteredUnit]:
    shutil.copy(EXAMPLE / "sjzyj.xlsx", folder / "good.xlsx")
    (folder / "torn.xlsx").write_bytes(b"PK torn")
    return [
        registered("sjzyj", folder / "good.xlsx", code="good"),
        registered("sjzyj", folder / "none.xlsx", code="none"),
        registered("sjzyj", folder / "torn.xlsx", code="torn"),
        registered("sjzyj", "http://127.0.0.1:1/away.xlsx", code="away"),
        registered("sjzyj", folder / "none.xlsx", code="wrong", fault="登记有误"),
    ]


def test_only_units_without_a_workbook_that_opens_are_missing(tmp_path: Path) -> None:
    missing = find_missing(units_of(tmp_path), 2020)
    assert [(entry.unit.code, entry.reason, entry.is_known) for entry in missing] == [
        ("none", "尚未报送工作簿", True),
        ("torn", "报送的文件无法作为工作簿打开", True),
        ("away", "报送位置暂时无法访问", False),
    ]


def test_last_years_workbook_is_none(tmp_path: Path) -> None:
    missing = find_missing(units_of(tmp_path)[:1], 2021)
    assert [(entry.unit.code, entry.reason) for entry in missing] == [("good", "报送的是2020年度的工作簿")]


def test_they_are_reminded_once_a_day(tmp_path: Path) -> None:
    missing = find_missing(units_of(tmp_path), 2020)
    with mail_server() as mailbox:
        mail = Channel("邮件", mailbox.url)
        first = remind(missing, 2020, tmp_path / "out", mail, DAY)
        assert first == {"none": "已催报", "torn": "已催报", "away": "未催报：请检查报送位置"}
        again = remind(missing, 2020, tmp_path / "out", mail, DAY)
        assert again["none"] == "今日已催报"
        assert len(mailbox.mails) == 2
        remind(missing, 2020, tmp_path / "out", mail, DAY + dt.timedelta(days=1))
        assert len(mailbox.mails) == 4
        assert "工作簿（none.xlsx）：尚未报送工作簿" in text_of(mailbox.mails[0])


def test_a_reminder_that_did_not_go_is_tried_again(tmp_path: Path) -> None:
    missing = find_missing(units_of(tmp_path), 2020)[:1]
    with mail_server() as mailbox:
        mail = Channel("邮件", mailbox.url)
        mailbox.refuses = True
        assert remind(missing, 2020, tmp_path, mail, DAY)["none"].startswith("未送达：邮件（")
        mailbox.refuses = False
        assert remind(missing, 2020, tmp_path, mail, DAY) == {"none": "已催报"}
    assert remind(missing, 2020, tmp_path, None, DAY + dt.timedelta(days=1)) == {
        "none": "未催报：没有设置邮件渠道"
    }
