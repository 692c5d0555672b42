"""What a run hands back to whoever started it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tasks.department.yearbook import Yearbook
from tasks.layout import UnitFolder
from tasks.results import UnitResult, describe_error

NOT_ENTERED = "登记台账失败，没有汇总部门。各单位的报告不受影响，请查看运行日志后重新运行"


@dataclass(frozen=True)
class Outcome:
    """One result for each unit, and what became of departments, summary and record, one line each."""

    results: list[UnitResult]
    roll_up: list[str] = field(default_factory=list)


def describe_roll_up(book: Yearbook, attempts: Iterable[Any], table: Any) -> list[str]:
    """Tell of the departments, of the table (its result or error), and of wrong parents in the registry."""
    lines = []
    for attempt in attempts:
        who = f"{attempt.unit} {book.name(attempt.unit)}"
        if attempt.error:
            lines.append(f"部门汇总失败 {who}：{describe_error(attempt.error)}。各单位的报告不受影响")
        elif attempt.value is None:
            lines.append(f"部门汇总 {who}：尚无已发布的单位，没有汇总")
        else:
            state = "有新版本" if attempt.value.is_new else "没有变化"
            folder = UnitFolder.of_department(book.out, book.year, attempt.unit).latest
            lines.append(f"部门汇总 {who}：{state}，第 {attempt.value.version} 版　{folder}/report.docx")
    if isinstance(table, BaseException):
        lines.append(f"汇总表失败：{describe_error(table)}。各单位的报告不受影响")
    lines += [f"单位名录 {u.code} {u.name}：{u.misplaced}" for u in book.registered if u.misplaced]
    return lines
