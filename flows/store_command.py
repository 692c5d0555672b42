"""`jixiao store`: the database of past runs, by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.markup import escape

from flows.terminal import NOT_ALL_PUBLISHED, Out, console, errors, refuse

if TYPE_CHECKING:
    from tasks.store import Address

store = typer.Typer(help="台账库：历次运行记录的数据库。", no_args_is_help=True)


@store.callback()
def options() -> None:
    """台账库：历次运行记录的数据库，由环境变量 JIXIAO_DATABASE_URL 指明，默认是输出目录中的 jixiao.db。"""


@store.command("upgrade")
def upgrade(out: Out = Path("output")) -> None:
    """建立台账库，或升级到本程序的结构版本。

    退出码：0 已是本程序的结构版本；2 有错误，没有改动。
    """
    from tasks.store import StoreError, find_address, open_store
    from tasks.store.opening import revision_of

    try:
        address = find_address(checked(out), os.environ)
        with open_store(address) as connection:
            revision = revision_of(connection)
    except (StoreError, typer.BadParameter) as error:
        raise refuse(error) from None
    _say(f"台账库的结构版本为 {revision}：{address}")


@store.command("sync")
def sync(out: Out = Path("output")) -> None:
    """把留存的运行记录登记到台账库。

    退出码：0 全部登记；1 有记录不能登记；2 台账库不能使用，记录仍留存。
    """
    from tasks.results import describe_error
    from tasks.store import StoreError, find_address
    from tasks.store import sync as sync_records

    try:
        synced = sync_records(checked(out), find_address(out, os.environ))
    except (StoreError, typer.BadParameter) as error:
        raise refuse(error) from None
    except OSError as error:
        raise refuse(Exception(describe_error(error))) from None
    going_on = f"，{synced.running} 次运行尚未结束" if synced.running else ""
    _say(f"登记了 {synced.entered} 次运行{going_on}")
    for failure in synced.failures:
        errors.print(f"[red]没有登记[/red] {escape(failure)}", highlight=False, soft_wrap=True)
    if synced.failures:
        raise typer.Exit(NOT_ALL_PUBLISHED)


@store.command("check")
def check(out: Out = Path("output")) -> None:
    """检查台账库能否使用、有没有留存未登记的记录和没有登记的版本；不做任何改动。

    退出码：0 没有问题；1 有记录或版本没有登记；2 台账库不能使用。
    """
    from tasks.results import describe_error
    from tasks.store import Outbox, StoreError, open_store
    from tasks.store.opening import revision_of
    from tasks.store.reading import count_rows, unknown_versions

    try:
        address = existing(out)
        with open_store(address, upgrade=False) as connection:
            _say(f"台账库可以使用，结构版本 {revision_of(connection)}：{address}")
            for label, count in count_rows(connection).items():
                _say(f"    {label}：{count}")
            unknown = unknown_versions(connection, out)
    except (StoreError, typer.BadParameter) as error:
        raise refuse(error) from None
    except OSError as error:
        raise refuse(Exception(describe_error(error))) from None
    if waiting := len(Outbox(out).waiting()):
        _say(f"{waiting} 次运行的记录没有登记（含正在进行的），请运行 jixiao store sync")
    if unknown:
        _say(f"{len(unknown)} 个版本没有登记：{'、'.join(unknown[:20])}。重新运行这些单位即登记现行版")
    if waiting or unknown:
        raise typer.Exit(NOT_ALL_PUBLISHED)


def checked(out: Path) -> Path:
    """An output folder that exists: a wrong one must not get a database. Raises typer.BadParameter."""
    if not out.is_dir():
        raise typer.BadParameter(f"没有输出目录 {out}，请用 --out 指明")
    return out


def existing(out: Path) -> Address:
    """The store of an output folder, for looking only, which makes none.

    Raises typer.BadParameter where there is no folder or no store file, StoreError for a wrong address.
    """
    from tasks.store import find_address

    address = find_address(checked(out), os.environ)
    if address.file and not address.file.exists():
        raise typer.BadParameter(f"台账库还没有建立：{address}。第一次运行或 jixiao store upgrade 时建立")
    return address


def _say(text: str) -> None:
    console.print(escape(text), highlight=False, soft_wrap=True)
