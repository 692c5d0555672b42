"""Remind the contacts of units that have not handed in a workbook that can be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tasks.alerts.channels import MAIL, Channel
from tasks.alerts.memory import open_memory
from tasks.alerts.sending import mail_addresses, send
from tasks.alerts.wording import compose
from tasks.pull import ReadingError, RegisteredUnit, read_workbook, take_snapshot


@dataclass(frozen=True)
class Missing:
    """A unit without a workbook of the year, and why: none there, none that can be read, or last year's.

    `is_known` is False where the source could not be asked (network): nobody is reminded for that.
    """

    unit: RegisteredUnit
    reason: str
    is_known: bool = True


def find_missing(units: Sequence[RegisteredUnit], year: int) -> list[Missing]:
    """Ask every source for a workbook of the year that can be opened. Entries with a fault are left out."""
    found = []
    with TemporaryDirectory() as folder:
        for unit in units:
            if not unit.fault and (missing := _look(unit, year, Path(folder))):
                found.append(missing)
    return found


def _look(unit: RegisteredUnit, year: int, folder: Path) -> Missing | None:
    try:
        snapshot = take_snapshot(unit.source, folder)
    except ReadingError as error:
        is_absent = error.trouble.problem == "missing_file"
        return Missing(unit, "尚未报送工作簿" if is_absent else "报送的工作簿无法读取")
    except OSError:
        return Missing(unit, "报送位置暂时无法访问", is_known=False)
    try:
        form = read_workbook(snapshot).rows.get("profile")
    except ReadingError:
        return Missing(unit, "报送的文件无法作为工作簿打开")
    finally:
        snapshot.path.unlink()
    of = form[0].get("year") if form else None
    # What else may be wrong with it is said when it is checked.
    return Missing(unit, f"报送的是{of}年度的工作簿") if isinstance(of, int) and of < year else None


def remind(
    missing: Sequence[Missing], year: int, folder: Path, mail: Channel | None, today: dt.date
) -> dict[str, str]:
    """Send a reminder to the contact of each unit, once a day.

    Returns for each unit's code what became of it, in words.
    """
    told = {}
    with open_memory(folder) as memory:
        for entry in missing:
            unit, addresses = entry.unit, mail_addresses(entry.unit.contact)
            if not entry.is_known:
                told[unit.code] = "未催报：请检查报送位置"
            elif memory.get("reminded", unit.code) == today.isoformat():
                told[unit.code] = "今日已催报"
            elif mail is None:
                told[unit.code] = "未催报：没有设置邮件渠道"
            elif not addresses:
                told[unit.code] = "未催报：没有可用的联系邮箱"
            else:
                message = compose("reminder", missing=entry, year=year)
                errors = [error for address in addresses if (error := send(mail, message, address))]
                told[unit.code] = f"未送达：{MAIL}（{errors[0]}）" if errors else "已催报"
                if len(errors) < len(addresses):
                    memory.put("reminded", {unit.code: today.isoformat()})
    return told
