"""The day as the offices have it, wherever the machine's clock is set to."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Shanghai")


def today() -> dt.date:
    """The day of the year's settings, deadlines and reminders."""
    return dt.datetime.now(HERE).date()
