"""`jixiao runs`: the last runs, or one unit's way through them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.store_command import existing
from flows.terminal import Out, console, listing, refuse, year_option
from tasks.clock import HERE

if TYPE_CHECKING:
    from tasks.store.reading import RunLine, UnitLine

_SHOWN = 5
"""Units of a run that are named."""


def runs(
    year: Annotated[
        int | None,
        typer.Option("--year", "-y", help="只看这个预算年度。", parser=year_option, metavar="年度"),
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", "-u", help="看这个单位在历次运行中的结果。", metavar="代码")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", help="最多列出几次。", min=1, max=1000, metavar="次数")
    ] = 20,
    out: Out = Path("output"),
    csv: Annotated[Path | None, typer.Option("--csv", help="另存为 CSV。", metavar="文件")] = None,
) -> None:
    """列出最近的运行，或一个单位在历次运行中的结果，新的在前。

    退出码：0 已列出；2 用法错误，或台账库不能使用。
    """
    from tasks.feedback.csv_table import csv_table
    from tasks.files import replace_file
    from tasks.results import describe_error
    from tasks.store import StoreError, open_store
    from tasks.store.reading import last_runs, way_of

    try:
        with open_store(existing(out), upgrade=False) as connection:
            if unit is None:
                found = _list_runs(last_runs(connection, year, limit))
            else:
                found = _list_unit(unit, way_of(connection, unit, year, limit))
        if csv:
            replace_file(csv, csv_table(found.header, found.rows))
    except (StoreError, typer.BadParameter) as error:
        raise refuse(error) from None
    except OSError as error:
        raise refuse(Exception(describe_error(error))) from None
    table = listing(*found.header, title=found.title)
    for row in found.rows:
        table.add_row(*map(escape, row))
    console.print(table)
    for line in _waiting(out):
        console.print(escape(line), highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class _Listing:
    """What is shown: texts, as many in each row as the header has."""

    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    title: str | None = None


def _list_runs(lines: list[RunLine]) -> _Listing:
    header = ("开始", "用时", "年度", "发起", "单位", "状态", "已发布", "说明")
    rows: list[tuple[str, ...]] = []
    for line in lines:
        named = "、".join((line.asked or [])[:_SHOWN])
        more = f" 等 {len(line.asked)} 个" if line.asked and len(line.asked) > _SHOWN else ""
        row = (
            _moment(line.started),
            _duration(line.started, line.ended),
            str(line.year),
            f"{line.source}：{line.reason}" if line.reason else line.source,
            named + more or "全部",
            line.state,
            f"{line.published}/{line.units}" if line.units else "",
            line.message,
        )
        rows.append(row)
    return _Listing(header, rows)


def _list_unit(unit: str, lines: list[UnitLine]) -> _Listing:
    header = ("开始", "年度", "发起", "状态", "版本", "问题数", "先改哪里")
    rows: list[tuple[str, ...]] = []
    for line in lines:
        row = (
            _moment(line.started),
            str(line.year),
            line.source,
            line.state,
            "" if line.version is None else str(line.version),
            str(line.findings),
            line.trouble,
        )
        rows.append(row)
    return _Listing(header, rows, unit)


def _waiting(out: Path) -> Iterator[str]:
    """What the store does not have yet."""
    from tasks.results import describe_error
    from tasks.store import Outbox, StoreError
    from tasks.store.syncing import has_ended

    outbox, left = Outbox(out), 0
    for path in outbox.waiting():
        try:
            record = outbox.read(path)
            started = _moment(dt.datetime.fromisoformat(record.run["started"]))
            is_running = record.is_running and not has_ended(out, record)
        except FileNotFoundError:  # entered meanwhile
            continue
        except (StoreError, ValueError, TypeError):
            left += 1
            continue
        except OSError as error:  # who may look may not always lock
            yield f"不能确认运行是否结束：{path.name}（{describe_error(error)}）"
            continue
        if is_running:
            yield f"正在运行：{record.run['year']}年度，{started} 开始"
        else:
            left += 1
    if left:
        yield f"另有 {left} 次运行的记录没有登记，请运行 jixiao store sync"


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(HERE):%Y-%m-%d %H:%M:%S}"


def _duration(started: dt.datetime, ended: dt.datetime | None) -> str:
    if ended is None:
        return ""
    minutes, seconds = divmod(int((ended - started).total_seconds()), 60)
    return f"{minutes}分{seconds:02d}秒" if minutes else f"{seconds}秒"
