"""Alerts: who is told what became of a run, once, through which channel."""

from __future__ import annotations

from tasks.alerts.channels import FILE, AlertsError, Channel, Channels, load_channels
from tasks.alerts.reminders import find_missing, remind
from tasks.alerts.report import Alert, tell_results
from tasks.alerts.trial import try_channels

__all__ = [
    "FILE",
    "Alert",
    "AlertsError",
    "Channel",
    "Channels",
    "find_missing",
    "load_channels",
    "remind",
    "tell_results",
    "try_channels",
]
