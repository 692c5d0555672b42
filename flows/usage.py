"""Wrong use of the command line, told in Chinese: what typer itself says of it is English."""

from __future__ import annotations

import re
import sys
from typing import Any, NoReturn

import typer
from rich.markup import escape

from flows.terminal import WRONG_USE, errors

_NAME = "jixiao"
_UsageError: Any = typer.BadParameter.__base__
"""What all wrong use is; typer exports this one kind of it only."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_QUOTED = re.compile(r"'([^']*)'|\(([^()]+)\)\.?$")
_REASONS = {
    "integer": "应为整数",
    "not readable": "没有读取权限",
    "less than": "超出了允许的范围",
    "greater than": "超出了允许的范围",
    "No such command": "没有这个命令：{quoted}",
    "requires an argument": "{option} 后面缺少内容",
    "unexpected extra": "多余的内容：{quoted}",
}
"""What typer's messages contain → what is wrong."""


def run(app: typer.Typer) -> NoReturn:
    """Run the command line and end the process; wrong use is explained and ends it with 2."""
    try:
        sys.exit(app(prog_name=_NAME, standalone_mode=False))
    except typer.Abort:
        sys.exit(1)
    except _UsageError as wrong:
        if type(wrong).__name__ == "NoArgsIsHelpError":
            wrong.show()
        else:
            command = wrong.ctx.command_path if wrong.ctx else _NAME
            said = f"{explain(wrong)}。用法见 {command} --help"
            errors.print(f"[red]错误[/red] {escape(said)}", highlight=False, soft_wrap=True)
        sys.exit(WRONG_USE)


def explain(wrong: Any) -> str:
    """What is wrong with the use: `wrong` is a UsageError of typer."""
    parameter = getattr(wrong, "param", None)
    name = "、".join(parameter.opts) if parameter and parameter.opts[0].startswith("-") else ""
    name = name or getattr(parameter, "metavar", "") or ""
    match type(wrong).__name__:
        case "MissingParameter":
            return f"缺少 {name}"
        case "NoSuchOption":
            known = "、".join(sorted(wrong.possibilities or ()))
            return f"没有 {wrong.option_name} 这个选项" + (f"，是否为 {known}" if known else "")
    said = wrong.message
    if not _CHINESE.search(said):
        quoted = next((one or two for one, two in _QUOTED.findall(said)), "")
        form = next((reason for part, reason in _REASONS.items() if part in said), said.rstrip("."))
        said = form.format(quoted=quoted, option=getattr(wrong, "option_name", ""))
    return f"{name}：{said}" if name else said
