"""Send one message through one channel, by Apprise. What goes wrong is returned, never raised."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tasks.alerts.channels import Channel, Channels

_ADDRESS = re.compile(r"[^@\s<>()\"',;:]+@[^@\s<>()\"',;:]+\.[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Message:
    """What is said: plain text, and files to go with it."""

    title: str
    body: str
    attachments: tuple[Path, ...] = ()


def mail_addresses(contact: str) -> list[str]:
    """The mail addresses in a unit's contact, apart by commas or blanks; none if a part is no address."""
    parts = [part for part in re.split(r"[\s,;，；、]+", contact) if part]
    return parts if all(_ADDRESS.fullmatch(part) for part in parts) else []


def operator_addresses(channels: Channels) -> list[str]:
    """The Apprise URL of every channel to the operators that can be used; they hold secrets."""
    urls = [channel.url for channel in channels.operators if not channel.fault]
    if (mail := channels.mail) and not mail.fault:
        urls += [addressed(mail.url, address) for address in mail_addresses(mail.admin)]
    return urls


def send(channel: Channel, message: Message, to: str = "") -> str:
    """Send a message; `to`: a mail address, for mail. Returns why it did not go, empty when it did."""
    if channel.fault:
        return channel.fault
    import apprise

    # One after another in this thread; nothing in the text is an emoji code or an escape.
    asset = apprise.AppriseAsset(
        app_id="jixiao", app_desc="绩效自评", app_url="", async_mode=False, interpret_emojis=False
    )
    outlet = apprise.Apprise(asset=asset)
    url = addressed(channel.url, to) if to else channel.url
    attachments = [str(path) for path in message.attachments if path.is_file()]
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        try:
            if not outlet.add(url):
                return "url 不是可用的 Apprise 地址"
            is_sent = outlet.notify(
                body=message.body,
                title=message.title,
                body_format=apprise.NotifyFormat.TEXT,
                attach=attachments or None,
            )
        except Exception as error:  # every service has its own errors, and none may stop the batch
            return channel.without_secrets(f"{type(error).__name__}：{error}")
        return "" if is_sent else channel.without_secrets(_reason(log))


def addressed(url: str, to: str) -> str:
    """The mail URL with its recipient, as plain text: what units wrote is never markup."""
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}to={quote(to, safe='')}&format=text"


def _reason(log: io.StringIO) -> str:
    lines = [line.strip() for line in log.getvalue().splitlines() if line.strip()]
    return "；".join(lines)[:300] or "发送失败，没有说明原因"
