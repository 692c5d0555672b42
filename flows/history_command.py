"""`jixiao history`: earlier years into the ledger."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.terminal import Out, Registry, console, refuse
from tasks.clock import today

if TYPE_CHECKING:
    from tasks.history.load import Reason

history = typer.Typer(help="历史数据：把首次使用以前各年度的数据登记到年度台账。", no_args_is_help=True)


@history.callback()
def options() -> None:
    """历史数据：把首次使用以前各年度的数据登记到年度台账。"""


@history.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="CSV 文件，或单位当年报送的工作簿。", metavar="文件…")],
    registry: Registry = Path("units.toml"),
    out: Out = Path("output"),
    restate: Annotated[
        str | None,
        typer.Option("--restate", help="已有数据的年度登记调整数，写明理由；原数保留。", metavar="理由"),
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="调整的日期，如 2021-05-01。", metavar="日期")
    ] = None,
) -> None:
    """导入历史数据；有一处不对就都不导入。

    退出码：0 已导入；2 有错误，什么都没有导入。
    """
    from tasks.history.errors import HistoryError
    from tasks.history.load import import_history
    from tasks.pull import RegistryError, load_registry

    try:
        reason = _reason(restate, date)
        registered = [unit for unit in load_registry(registry) if not unit.fault]
        imported = import_history(files, registered, out, reason)
    except (HistoryError, RegistryError, typer.BadParameter) as error:
        raise refuse(error) from None
    except OSError as error:
        from tasks.results import describe_error

        raise refuse(Exception(describe_error(error))) from None
    for item in imported:
        line = f"{item.year}年 {item.unit} {item.name}：{item.count} 个数据，{item.outcome}"
        console.print(escape(line), highlight=False, soft_wrap=True)


def _reason(text: str | None, date: str | None) -> Reason | None:
    from tasks.history.load import Reason

    if text is None and date is None:
        return None
    if not text or not text.strip() or not date:
        raise typer.BadParameter("登记调整要同时写 --restate 理由 和 --date 日期")
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        raise typer.BadParameter(f"日期应如 2021-05-01；现为 {date}") from None
    if day > today():
        raise typer.BadParameter(f"--date 是决定调整的日期，不能晚于今天；现为 {date}")
    return Reason(" ".join(text.split()), day.isoformat())
