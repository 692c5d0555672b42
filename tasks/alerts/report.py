"""Tell of a batch: one digest to the operators, one mail to the contact of each failing or recovered unit.

A unit's outcome is its state with its version, or with its input and findings. Who was told of an outcome is
not told of it again, however often the unit is run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.alerts.channels import MAIL, Channel, Channels
from tasks.alerts.memory import Memory, open_memory
from tasks.alerts.sending import Message, mail_addresses, send
from tasks.alerts.wording import compose
from tasks.feedback import FINDINGS, MARKED
from tasks.pull import RegisteredUnit, Submission
from tasks.results import State, UnitResult

_UNIT, _DIGEST = "unit/", "digest/"
"""How the keys of waiting messages begin."""
_LISTED = 30
"""Findings in the text of a mail; all of them are in the attachment."""


@dataclass(frozen=True)
class Alert:
    """What became of a unit, and what it handed in (None where reading it failed)."""

    unit: RegisteredUnit
    result: UnitResult
    submission: Submission | None

    @property
    def outcome(self) -> str:
        """What a change of makes worth telling."""
        result = self.result
        if result.is_published:
            return f"{State.PUBLISHED} 第{result.published.version if result.published else 0}版"
        snapshot = self.submission.snapshot if self.submission else None
        content = [
            snapshot.sha256 if snapshot else None,
            result.error,
            [f.as_dict() for f in result.findings],
        ]
        digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
        return f"{result.state} {digest[:16]}"


def tell_results(
    alerts: Sequence[Alert], year: int, folder: Path, channels: Channels, page: str = ""
) -> list[str]:
    """Send what is new, and what could not be sent before.

    `folder` is the output folder of the year, `page` the address where the run is seen, if there is one.

    Returns why what did not go out did not, one line each. That is kept and tried again the next time.
    """
    with open_memory(folder) as memory:
        failures: list[str] = []
        mails = _unit_mails(alerts, year, folder, memory) if channels.mail else []
        _settle(memory, [mail.alert for mail in mails])
        failures += _send_waiting(memory, channels)
        for mail in mails:
            failures += _send_mail(memory, channels.mail, mail) if channels.mail else []
        failures += _digest(alerts, year, folder, page, memory, channels.operators, failures)
        return failures


@dataclass(frozen=True)
class _Mail:
    alert: Alert
    message: Message
    addresses: Sequence[str]
    trouble: str = ""


def _unit_mails(alerts: Sequence[Alert], year: int, folder: Path, memory: Memory) -> list[_Mail]:
    """What the contacts of units must hear: a new failure, or the recovery from one they were told of."""
    waiting = {key for key, *_ in memory.pending()}
    mails = []
    for alert in alerts:
        unit, told = alert.unit, memory.get("told", alert.unit.code)
        addresses = mail_addresses(unit.contact)
        if alert.result.is_published and told:
            reached = [address for address in addresses if _key(unit.code, address) not in waiting]
            mails.append(_Mail(alert, compose("unit_recovered", alert=alert, year=year), reached))
        elif alert.result.state is State.BLOCKED and not unit.fault and told != alert.outcome:
            trouble = "" if addresses else "没有可用的联系邮箱，请在单位名录中填写 contact"
            mails.append(_Mail(alert, _blocked(alert, year, folder / unit.code), addresses, trouble))
    return mails


def _blocked(alert: Alert, year: int, folder: Path) -> Message:
    is_open = _is_open(alert.submission)
    attachments = [folder / FINDINGS, *(sorted(folder.glob(f"{MARKED}*")) if is_open else [])]
    findings = [f for f in alert.result.findings if not f.waived]
    return compose(
        "unit_blocked",
        [path for path in attachments if path.is_file()],
        alert=alert,
        year=year,
        lines=[f.as_line() for f in findings[:_LISTED]],
        total=len(findings),
        is_open=is_open,
    )


def _is_open(submission: Submission | None) -> bool:
    """Whether the workbook surely has no classified project: only then a copy of it may be mailed."""
    if submission is None or "projects" not in submission.rows:
        return False
    is_read = not any(trouble.table == "projects" and not trouble.row for trouble in submission.troubles)
    return is_read and all(row.get("is_classified") is False for row in submission.rows["projects"])


def _settle(memory: Memory, changed: Sequence[Alert]) -> None:
    """What still waits for a unit whose outcome has changed is out of date; recovered units are forgotten."""
    codes = {alert.unit.code for alert in changed}
    memory.put("pending", {key: None for key, *_ in memory.pending() if _unit_of(key) in codes})
    memory.put(
        "told",
        {a.unit.code: None if a.result.is_published else memory.get("told", a.unit.code) for a in changed},
    )


def _send_waiting(memory: Memory, channels: Channels) -> list[str]:
    by_name = {channel.name: channel for channel in channels.all}
    failures = []
    for key, name, message, to in memory.pending():
        channel = by_name.get(name)  # a channel that was taken out of the file is waited for no more
        error = send(channel, message, to) if channel else ""
        if error:
            failures.append(f"{name}：{message.title}（{error}）")
        else:
            memory.put("pending", {key: None})
    return failures


def _send_mail(memory: Memory, channel: Channel, mail: _Mail) -> list[str]:
    unit, failures = mail.alert.unit, [mail.trouble] if mail.trouble else []
    for address in mail.addresses:
        if error := send(channel, mail.message, address):
            memory.defer(_key(unit.code, address), channel.name, mail.message, address)
            failures.append(error)
    if mail.addresses and not mail.alert.result.is_published:
        memory.put("told", {unit.code: mail.alert.outcome})
    return [f"{MAIL}：{unit.code} {unit.name}（{failure}）" for failure in failures]


def _digest(
    alerts: Sequence[Alert],
    year: int,
    folder: Path,
    page: str,
    memory: Memory,
    operators: Sequence[Channel],
    undelivered: Sequence[str],
) -> list[str]:
    """One message a batch, if anything in it is new."""
    before = {alert.unit.code: memory.get("digested", alert.unit.code) for alert in alerts}
    if not operators or all(before[alert.unit.code] == alert.outcome for alert in alerts):
        return []
    results = [alert.result for alert in alerts]
    message = compose(
        "digest",
        year=year,
        total=len(results),
        published=[result for result in results if result.is_published],
        missed=[result for result in results if not result.is_published],
        recovered=[
            alert.result
            for alert in alerts
            if alert.result.is_published
            and not (before[alert.unit.code] or State.PUBLISHED).startswith(State.PUBLISHED)
        ],
        undelivered=undelivered,
        folder=str(folder),
        page=page,
    )
    stamp = hashlib.sha256(message.body.encode()).hexdigest()[:16]
    failures = []
    for channel in operators:
        if error := send(channel, message):
            memory.defer(f"{_DIGEST}{channel.name}/{stamp}", channel.name, message, "")
            failures.append(f"{channel.name}：{message.title}（{error}）")
    memory.put("digested", {alert.unit.code: alert.outcome for alert in alerts})
    return failures


def _key(code: str, address: str) -> str:
    return f"{_UNIT}{code}/{address}"


def _unit_of(key: str) -> str:
    """The code of the unit that a waiting mail is about; empty for a digest."""
    return key.split("/")[1] if key.startswith(_UNIT) else ""
