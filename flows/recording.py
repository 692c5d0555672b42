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
from prefect.runtime import flow_run

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
from tasks.store.records import complete
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
        self.failures: list[str] = []
        """Why records of earlier runs could not be entered."""


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
            _enter(recording, lambda begun: begun.ended(RunState.BROKEN_OFF, said, dt.datetime.now(dt.UTC)))
        raise


def finish(
    recording: Recording,
    results: Sequence[UnitResult],
    submissions: Sequence[Submission],
    verdict: Verdict,
    background: Background,
) -> list[str]:
    """Enter what became of a run in the store; returns what is to be told of it, one line each."""
    published = [result.unit for result in results if result.published]
    year = recording.record.run["year"]

    def completed(begun: Record) -> Record:
        rows = indicator_rows(verdict.quantities, published, year, background.earlier)
        return complete(begun, results, submissions, verdict.waivers, rows, dt.datetime.now(dt.UTC))

    told = []
    if error := _enter(recording, completed):
        told.append(
            f"运行记录没有登记到台账库：{describe_error(error)}。各单位的报告不受影响；"
            "记录已留存，下次运行或 jixiao store sync 时登记"
        )
    if old := recording.failures:
        told.append(f"另有 {len(old)} 条旧的运行记录不能登记：{'；'.join(old[:_SHOWN])}")
    return told


def _enter(recording: Recording, end: Callable[[Record], Record]) -> BaseException | None:
    recording.is_finished = True
    result = enter_records(recording, end, return_state=True).result(raise_on_failure=False)
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
def enter_records(recording: Recording, end: Callable[[Record], Record]) -> None:
    """Put the record of a run that has ended into the outbox, then empty the outbox into the store."""
    if recording.record.is_running:
        recording.record = end(recording.record)
    Outbox(recording.out).put(recording.record)
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
