"""What all commands share: where they print, how they end, the options that several of them have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

console = Console()
errors = Console(stderr=True)

NOT_ALL_PUBLISHED, WRONG_USE = 1, 2


def year_option(text: str) -> int:
    """A budget year as typed. Raises typer.BadParameter for what is none."""
    if not (text.isdecimal() and text.isascii() and 2000 <= int(text) <= 2100):
        raise typer.BadParameter(f"预算年度应为四位数字，如 2020；现为 {text}")
    return int(text)


Registry = Annotated[
    Path, typer.Option("--registry", "-r", help="单位名录。", metavar="文件", envvar="JIXIAO_REGISTRY")
]
Out = Annotated[Path, typer.Option("--out", "-o", help="输出目录。", metavar="目录", envvar="JIXIAO_OUT")]


def listing(*headings: str, title: str | None = None, show_lines: bool = False, whole: int = 1) -> Table:
    """A table that breaks what is wider than its column: Chinese has no spaces, and rich would cut it off.

    The first columns, as many as `whole` says, are never broken.
    """
    columns = (Column(heading, overflow="fold", no_wrap=at < whole) for at, heading in enumerate(headings))
    return Table(*columns, title=title, show_lines=show_lines)


def refuse(error: Exception) -> typer.Exit:
    """Print an explained error and return the way out, to be raised."""
    errors.print(f"[red]错误[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
    return typer.Exit(WRONG_USE)
