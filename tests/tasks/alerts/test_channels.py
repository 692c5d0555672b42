"""What `alerts.toml` may say, and that no secret is ever in it or shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.alerts import AlertsError, Channels, load_channels, try_channels
from tasks.alerts.sending import Message, send
from tests.support.receivers import mail_server, text_of, webhook


def load(folder: Path, text: str, **secrets: str) -> Channels:
    path = folder / "alerts.toml"
    path.write_text(text, encoding="utf-8")
    channels = load_channels(path, secrets.get)
    assert channels is not None
    return channels


def test_no_file_means_no_alerts(tmp_path: Path) -> None:
    assert load_channels(tmp_path / "alerts.toml", {}.get) is None


def test_a_secret_is_filled_in_as_part_of_an_address(tmp_path: Path) -> None:
    text = '[mail]\nurl = "mailto://u:${SMTP}@127.0.0.1?from=a@b.cn"'
    mail = load(tmp_path, text, SMTP="p@ss/word").mail
    assert mail is not None
    assert mail.url == "mailto://u:p%40ss%2Fword@127.0.0.1?from=a@b.cn"
    assert "word" not in repr(mail)
    assert mail.without_secrets("535 p@ss/word p%40ss%2Fword") == "535 *** ***"


def test_a_secret_may_be_the_whole_address(tmp_path: Path) -> None:
    channels = load(tmp_path, '[[channel]]\nname = "群"\nurl = "${HOOK}"', HOOK="json://h/a?b=c")
    assert channels.operators[0].url == "json://h/a?b=c"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('url = "json://${TOKEN}/${OTHER}"', "没有设置 OTHER、TOKEN（环境变量或 Prefect Secret）"),
        ('url = "mailto://u:hunter2@h"', "密码不得写在文件中，请改为 ${名称} 并设置同名环境变量"),
        ('name = "群"', "缺少 url"),
        ('url = "json://h"\nadress = "x"', "不认识的字段 adress"),
        ('url = "nope://x"', "url 不是可用的 Apprise 地址"),
    ],
)
def test_a_faulty_channel_says_why_and_the_others_work(tmp_path: Path, entry: str, fault: str) -> None:
    with webhook() as hook:
        text = f'[[channel]]\n{entry}\n[[channel]]\nname = "二"\nurl = "{hook.url}"'
        wrong, sound = load(tmp_path, text).operators
        assert send(wrong, Message("题", "文")) == fault
        assert send(sound, Message("题", "文")) == ""
        assert len(hook.received) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[channel]\n", "告警设置无法读取"),
        ("[chanel]\n", "不认识的内容 chanel"),
        ("channel = 3", "每个渠道写一段"),
        ('mail = "x"', "邮件写一段"),
        ('[[channel]]\nname = "群"\n[[channel]]\nname = "群"', "告警渠道重名：群"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AlertsError, match=message):
        load(tmp_path, text)


def test_the_trial_goes_through_every_channel(tmp_path: Path) -> None:
    with webhook() as hook, webhook() as dead, mail_server() as mailbox:
        dead.status = 500
        text = "".join(
            f'[[channel]]\nname = "{n}"\nurl = "{u}"\n' for n, u in (("好", hook.url), ("坏", dead.url))
        )
        channels = load(tmp_path, text + f'[mail]\nurl = "{mailbox.url}"\nadmin = "admin@example.invalid"')
        tried = try_channels(channels)
        assert (tried["好"], tried["邮件"]) == ("", "")
        assert "500" in tried["坏"]
        assert hook.received[0]["title"] == "【测试】绩效自评告警渠道测试"
        assert mailbox.mails[0]["to"] == "admin@example.invalid"
        assert "不需处理" in text_of(mailbox.mails[0])


def test_the_trial_of_mail_needs_an_address(tmp_path: Path) -> None:
    tried = try_channels(load(tmp_path, '[mail]\nurl = "mailto://127.0.0.1"'))
    assert tried == {"邮件": "没有设置 admin，不知道试发给谁"}
