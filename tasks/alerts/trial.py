"""A test message through every channel, so that nobody learns in January that one of them is dead."""

from __future__ import annotations

from tasks.alerts.channels import MAIL, Channels
from tasks.alerts.sending import mail_addresses, send
from tasks.alerts.wording import compose


def try_channels(channels: Channels) -> dict[str, str]:
    """Send the test message; returns for each channel's name why it did not go, empty where it did."""
    message = compose("test")
    tried = {channel.name: send(channel, message) for channel in channels.operators}
    if mail := channels.mail:
        addresses = mail_addresses(mail.admin)
        errors = [error for address in addresses if (error := send(mail, message, address))]
        nobody = "" if addresses else mail.fault or "没有设置 admin，不知道试发给谁"
        tried[MAIL] = errors[0] if errors else nobody
    return tried
