"""The steps as Prefect tasks: thin, named for operators, never cached.

A task that reads the outside world must not be cached, or a Retry in the UI would reuse what it read before
the data was mended; the others are cheap enough to run again.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from expectations.rules import RULES
from flows.groups import Group
from tasks import progress
from tasks.changes import flatten
from tasks.department.publish import publish_department
from tasks.department.summary import write_summary
from tasks.department.yearbook import Yearbook
from tasks.entries import make_entries
from tasks.feedback import write_feedback
from tasks.layout import UnitFolder
from tasks.ledger import enter
from tasks.manifest import Edition
from tasks.publish import Published, publish, record_findings, stage
from tasks.pull import RegisteredUnit, Submission, pull_unit
from tasks.quality import write_quality
from tasks.render.package import render_package
from tasks.results import State, describe_error
from tasks.validate import Background, Verdict, validate
from tasks.values import Values, build_values

RETRY_SECONDS: list[float] = [2, 10, 30]
_LASTING = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.ENOTDIR,
    errno.EEXIST,
}


@dataclass(frozen=True)
class Batch:
    """What all steps of one run share."""

    year: int
    out: Path
    run_id: str
    size: int
    data_docs: Path | None = None

    def folder(self, unit: str) -> UnitFolder:
        """A unit's output folder."""
        return UnitFolder.of(self.out, self.year, unit)


@dataclass(frozen=True)
class Attempt:
    """One unit in one step: what came of it, or the error that stopped it."""

    unit: str
    value: Any = None
    error: BaseException | None = None


def may_pass(error: object) -> bool:
    """Whether trying again may help: a network or disk error, but not one that stays until someone acts."""
    return isinstance(error, OSError) and error.errno not in _LASTING


def _retry(_task: Any, _run: Any, state: Any) -> bool:
    return may_pass(state.result(raise_on_failure=False))


def _attempt_each(
    group: Group, step: str, batch: Batch, code: Callable[[Any], str], work: Callable[[Any], Any]
) -> list[Attempt]:
    """Do the work for each unit of a group: one unit's error never stops another's.

    Alone in its task run, a unit's error is the run's error, red in the UI and retried when it may pass.
    """
    attempts = []
    for item in group:
        try:
            attempts.append(Attempt(code(item), work(item)))
        except Exception as error:
            if len(group) == 1:
                raise
            get_run_logger().error("%s %s：%s", step, code(item), describe_error(error))
            attempts.append(Attempt(code(item), error=error))
        progress.advance(step, batch.size)
    return attempts


_OPTIONS: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
_RETRIED: dict[str, Any] = _OPTIONS | {
    "retries": len(RETRY_SECONDS),
    "retry_delay_seconds": RETRY_SECONDS,
    "retry_condition_fn": _retry,
}


@task(name="读取工作簿", task_run_name="读取工作簿：{group}", **_RETRIED)
def pull(group: Group, batch: Batch) -> list[Attempt]:
    """Registered units → submissions."""

    def work(unit: RegisteredUnit) -> Submission:
        return pull_unit(unit, batch.folder(unit.code).inputs)

    return _attempt_each(group, "读取工作簿", batch, lambda unit: unit.code, work)


@task(name="核对数据", task_run_name="核对数据：全部单位", **_OPTIONS)
def check(submissions: Group, background: Background, batch: Batch) -> Verdict:
    """Submissions → verdict, the whole batch at once."""
    verdict = validate(submissions, batch.year, background=background, data_docs=batch.data_docs)
    for submission in submissions:
        progress.advance("核对数据", batch.size)
        for finding in verdict.findings[submission.unit.code]:
            get_run_logger().warning("%s %s", submission.unit.code, finding.as_line())
    return verdict


@task(name="计算指标", task_run_name="计算指标：全部单位", **_OPTIONS)
def compute(verdict: Verdict, units: Group, background: Background, batch: Batch) -> dict[str, Values]:
    """Verdict → what each report is written from, the whole batch at once."""
    return build_values(verdict, units, batch.year, background.earlier)


@task(name="生成报告", task_run_name="生成报告：{group}", **_RETRIED)
def render(group: Group, batch: Batch) -> list[Attempt]:
    """Values → rendered files in the unit's staging folder."""

    def work(item: tuple[str, Values]) -> Path:
        unit, values = item
        return stage(batch.folder(unit), render_package(values), batch.run_id)

    return _attempt_each(group, "生成报告", batch, lambda item: item[0], work)


@task(name="发布", task_run_name="发布：{group}", **_RETRIED)
def release(group: Group, batch: Batch) -> list[Attempt]:
    """Staged files → the unit's current version."""

    def work(item: tuple[Submission, Path, Values, Verdict]) -> Published:
        submission, staging, values, verdict = item
        code = submission.unit.code
        folder = batch.folder(code)
        findings, unchecked = verdict.findings[code], verdict.unchecked[code]
        edition = Edition(submission, batch.year, findings, unchecked, flatten(values), batch.run_id)
        published = publish(folder, staging, edition)
        record_findings(folder, submission, findings, unchecked, State.PUBLISHED)
        write_feedback(folder, submission, batch.year, findings)
        return published

    return _attempt_each(group, "发布", batch, lambda item: item[0].unit.code, work)


@task(name="退回修改", task_run_name="退回修改：{group}", **_RETRIED)
def send_back(group: Group, batch: Batch) -> list[Attempt]:
    """Findings of units that may not be published → their folder, with a marked copy of their workbook."""

    def work(item: tuple[Submission, Verdict]) -> None:
        submission, verdict = item
        unit = submission.unit
        if unit.fault:  # a faulty registry entry has no folder of its own
            return
        folder, findings = batch.folder(unit.code), verdict.findings[unit.code]
        record_findings(folder, submission, findings, verdict.unchecked[unit.code], State.BLOCKED)
        write_feedback(folder, submission, batch.year, findings)

    return _attempt_each(group, "退回修改", batch, lambda item: item[0].unit.code, work)


@task(name="登记台账", task_run_name="登记台账", **_RETRIED)
def register(published: Group, submissions: Group, verdict: Verdict, batch: Batch) -> None:
    """Published units → the year's ledger, which later runs compare with."""
    versions: dict[str, Published] = {attempt.unit: attempt.value for attempt in published}
    enter(batch.out / str(batch.year), make_entries(versions, submissions, verdict.quantities))


@task(name="汇总部门", task_run_name="汇总部门：{group}", **_RETRIED)
def sum_up(group: Group, batch: Batch) -> list[Attempt]:
    """What the units of departments have published → the departments' current versions."""

    def work(item: tuple[RegisteredUnit, Yearbook]) -> Published | None:
        head, book = item
        return publish_department(head, book, batch.run_id)

    return _attempt_each(group, "汇总部门", batch, lambda item: item[0].code, work)


@task(name="汇总表", task_run_name="汇总表", **_RETRIED)
def tabulate(book: Yearbook) -> None:
    """What all units have published → the year's table."""
    for unit in book.registered:
        if unit.misplaced:
            get_run_logger().warning("%s %s：%s", unit.code, unit.name, unit.misplaced)
    write_summary(book)


@task(name="汇总通知", task_run_name="汇总通知", **_OPTIONS)
def notify(results: Group, batch: Batch, summary: str) -> None:
    """Show every unit's state as a table in the UI."""
    table = [
        {
            "单位代码": result.unit,
            "单位名称": result.name,
            "状态": str(result.state),
            "版本": result.published.version if result.published else "",
            "错误": len(result.critical),
            "提醒": len(result.findings) - len(result.critical),
            "先改哪里": result.error or (result.findings[0].as_line() if result.findings else ""),
        }
        for result in results
    ]
    create_table_artifact(
        table, key=f"units-{batch.year}", description=f"{batch.year}年度绩效自评：{summary}"
    )


@task(name="核对情况", task_run_name="核对情况", **_RETRIED)
def show_quality(results: Group, verdict: Verdict, registered: list[str], batch: Batch) -> None:
    """Results → the offline page of the year's data quality, with the units of earlier runs kept."""
    folder = batch.out / str(batch.year)
    write_quality(folder, batch.year, list(results), verdict.unchecked, RULES, registered, verdict.waivers)
