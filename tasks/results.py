"""What became of each unit in one run, and how to say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import jinja2

import templates
from tasks.errors import ExplainedError
from tasks.findings import Finding
from tasks.publish import Published


class State(StrEnum):
    """The outcome for one unit, as people read it."""

    PUBLISHED = "已发布"
    UNCHANGED = "无变化"
    BLOCKED = "未通过核对"
    FAILED = "处理出错"


@dataclass(frozen=True)
class UnitResult:
    """One unit's outcome. `error` says what went wrong in the system (not in the data)."""

    unit: str
    name: str
    state: State
    findings: tuple[Finding, ...] = ()
    published: Published | None = None
    error: str = ""

    @property
    def is_published(self) -> bool:
        """Whether the unit's latest version is what its present data says."""
        return self.state in (State.PUBLISHED, State.UNCHANGED)

    @property
    def critical(self) -> tuple[Finding, ...]:
        """What keeps the unit from being published."""
        return tuple(f for f in self.findings if f.is_blocking)


def describe_error(error: BaseException) -> str:
    """A system error in words an operator can act on."""
    if isinstance(error, OSError):
        # Names of our own that begin with a dot say nothing to an operator: the folder that they are in does.
        parts = [part for part in Path(str(error.filename or "")).parts if not part.startswith(".")]
        where = f"（{parts[-1]}）" if parts else ""
        reason = {
            2: "没有找到文件或文件夹，请核对路径",
            28: "磁盘空间不足，请清理后重新运行",
            122: "磁盘配额已满，请清理后重新运行",
            27: "文件大小超过系统限制，请检查磁盘配额后重新运行",
            30: "输出目录只读，请改用可写目录",
            13: "没有写入权限，请检查输出目录权限",
            1: "没有写入权限，请检查输出目录权限",
            20: "输出路径不是目录，请检查 --out",
            17: "输出路径已被同名文件占用，请检查 --out",
        }.get(error.errno or 0, f"读写失败：{error.strerror or error}")
        return reason + where
    if isinstance(error, ExplainedError):
        return str(error)
    return f"程序错误：{type(error).__name__}：{error}"


def summarize(results: Sequence[UnitResult]) -> str:
    """One sentence: how many of how many were published, and which were not."""
    return (
        _template("summary.txt.j2")
        .render(
            total=len(results),
            published=[r for r in results if r.is_published],
            missed=[r for r in results if not r.is_published],
        )
        .strip()
    )


@cache
def _template(name: str) -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(templates.__file__).parent / "alerts")
    environment = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701  plain text
    return environment.get_template(name)
