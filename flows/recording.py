"""Keep a record of every run: in the outbox from its start, in the store at its end.

Nothing of it changes what becomes of the units: its failure is seen in the UI and told at the end.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run, task_run

from flows.names import BY_ITSELF
from flows.steps import RETRY_SECONDS, may_pass
from tasks.pull import Submission
from tasks.results import UnitResult, describe_error
from tasks.store import (
    Outbox,
    Record,
    RunState,
    StoreAwayError,
    StoreError,
    begin_record,
    find_address,
    sync,
)
from tasks.store.indicator_rows import indicator_rows
from tasks.store.records import complete, summed_up
from tasks.validate import Background, Verdict

_COMMAND = "命令行"
_STARTED_BY = {"部门整体支出绩效自评": _COMMAND}
"""Flows that a command starts; any other is called by its own name."""
_SHOWN = 5
"""Records of earlier runs that are named."""


class Recording:
    """The record of a run while it goes on. A plain class: Prefect searches dataclasses among arguments."""

    def __init__(self, out: Path, record: Record) -> None:
        self.out = out
        self.record = record
        self.is_finished = False
        self.is_kept = False
        """Whether the outbox has how the run ended."""
        self.lacks: Exception | None = None
        """Why it has that alone, without what became of each unit."""
        self.failures: list[str] = []
        """Why records of earlier runs could not be entered."""

    def keep(self, short: Record, make_whole: Callable[[], Record]) -> None:
        """Put the record of the run that has ended into the outbox, or `short` where that cannot be done.

        Raises OSError when neither can be kept; the outbox has the record as it began then.
        """
        if self.is_kept and not self.lacks:
            return
        outbox = Outbox(self.out)
        try:
            whole = make_whole()
            outbox.put(whole)
        except Exception as error:
            outbox.put(short)
            self.record, self.lacks = short, error
        else:
            self.record, self.lacks = whole, None
        self.is_kept = True


@contextmanager
def recorded(year: int, out: Path, units: Sequence[str] | None) -> Iterator[Recording]:
    """Keep the record of a run that has the turn of its year; an error that ends it is kept too.

    A run that is killed leaves its record as it began; the next run of the year enters it as interrupted.
    """
    attempt, now = flow_run.run_count or 1, dt.datetime.now(dt.UTC)
    record = begin_record(str(flow_run.id), attempt, year, units, _source(), _reason(), now)
    recording = Recording(out, record)
    try:
        Outbox(out).put(recording.record)
    except OSError as error:
        get_run_logger().error("运行记录未能写入：%s", describe_error(error))
    try:
        yield recording
    except Exception as error:
        if not recording.is_finished:
            said = describe_error(error)
            ended = record.ended(RunState.BROKEN_OFF, said, dt.datetime.now(dt.UTC))
            _enter(recording, ended, lambda: ended)
        raise


def finish(
    recording: Recording,
    results: Sequence[UnitResult],
    submissions: Sequence[Submission],
    verdict: Verdict,
    background: Background,
) -> list[str]:
    """Enter what became of a run in the store; returns what is to be told of it, one line each."""
    begun, now = recording.record, dt.datetime.now(dt.UTC)
    published = [result.unit for result in results if result.published]

    def make_whole() -> Record:
        rows = indicator_rows(verdict.quantities, published, begun.run["year"], background.earlier)
        return complete(begun, results, submissions, verdict.waivers, rows, now)

    error = _enter(recording, summed_up(begun, results, now), make_whole)
    return list(_told(recording, error))


def _told(recording: Recording, error: BaseException | None) -> Iterator[str]:
    if error and not recording.is_kept:
        yield f"运行记录未能留存，也没有登记到台账库：{describe_error(error)}。各单位的报告不受影响"
    elif error:
        yield (
            f"运行记录没有登记到台账库：{describe_error(error)}。各单位的报告不受影响；"
            "记录已留存，下次运行或 jixiao store sync 时登记"
        )
    if lacks := recording.lacks:
        yield (
            f"运行记录只有本次运行的状态和说明，缺少各单位的情况：{describe_error(lacks)}。"
            "各单位的报告不受影响"
        )
    if old := recording.failures:
        yield f"另有 {len(old)} 条旧的运行记录不能登记：{'；'.join(old[:_SHOWN])}"


def _enter(recording: Recording, short: Record, make_whole: Callable[[], Record]) -> BaseException | None:
    recording.is_finished = True
    result = enter_records(recording, short, make_whole, return_state=True).result(raise_on_failure=False)
    return result if isinstance(result, BaseException) else None


def _retry(_task: Any, _run: Any, state: Any) -> bool:
    error = state.result(raise_on_failure=False)
    return isinstance(error, StoreAwayError) or may_pass(error)


@task(
    name="登记运行记录",
    task_run_name="登记运行记录",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=len(RETRY_SECONDS),
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=_retry,
)
def enter_records(recording: Recording, short: Record, make_whole: Callable[[], Record]) -> None:
    """Put the record of a run that has ended into the outbox, then empty the outbox into the store."""
    recording.keep(short, make_whole)
    if lacks := recording.lacks:
        if may_pass(lacks) and task_run.run_count <= len(RETRY_SECONDS):
            raise lacks  # once entered, a record stays as it is
        get_run_logger().error("运行记录缺少各单位的情况：%s", describe_error(lacks))
    synced = sync(recording.out, find_address(recording.out, os.environ), recording.record)
    get_run_logger().info("登记了 %s 次运行", synced.entered)
    recording.failures = synced.failures
    for failure in synced.failures:
        get_run_logger().warning("旧的运行记录没有登记：%s", failure)
    if synced.own_failure:
        raise StoreError(synced.own_failure)


def _source() -> str:
    if BY_ITSELF in (flow_run.tags or []):
        return BY_ITSELF
    name = str(flow_run.flow_name)
    return _STARTED_BY.get(name, name)


def _reason() -> str:
    form = (flow_run.parameters or {}).get("form") or {}
    reason = form.get("reason") if isinstance(form, dict) else getattr(form, "reason", None)
    return str(reason or "")
