"""Alerts: who is told what became of a run, once, through which channel."""

from __future__ import annotations

from tasks.alerts.channels import FILE, AlertsError, Channel, Channels, load_channels
from tasks.alerts.reminders import find_missing, remind
from tasks.alerts.report import Alert, tell_results
from tasks.alerts.sending import Message, operator_addresses
from tasks.alerts.trial import try_channels
from tasks.alerts.wording import unfilled

__all__ = [
    "FILE",
    "Alert",
    "AlertsError",
    "Channel",
    "Channels",
    "Message",
    "find_missing",
    "load_channels",
    "operator_addresses",
    "remind",
    "tell_results",
    "try_channels",
    "unfilled",
]
