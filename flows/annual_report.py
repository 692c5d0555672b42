"""The yearly procedure over a batch of units. Rerunning one unit is the same flow over a batch of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, unmapped
from prefect.client.schemas.objects import State as PrefectState
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows import alerting, steps
from flows.groups import Group, group_units, single_units
from flows.long_runs import progress_shown
from flows.outcome import NOT_ENTERED, Outcome, describe_roll_up
from flows.recording import Recording, finish, recorded
from flows.steps import Attempt, Batch, may_pass
from flows.turns import in_turn
from tasks import progress
from tasks.department.yearbook import Yearbook
from tasks.notice import check_notice, missing_notice
from tasks.publish import Published
from tasks.pull import RegisteredUnit, Submission, load_registry, select_units
from tasks.results import State, UnitResult, describe_error, summarize
from tasks.validate import load_background

WORKERS = 2
"""PDF compilation leaves the interpreter free, the rest does not: more threads than two gain nothing."""


class NotAllPublishedError(Exception):
    """Some unit was not published; `outcome` says which and why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(summarize(outcome.results))
        self.outcome = outcome


def _run_name() -> str:
    year, units = flow_run.parameters["year"], flow_run.parameters.get("units")
    return f"{year}年度绩效自评：{'、'.join(units[:5]) if units else '全部单位'}"


@flow(
    name="部门整体支出绩效自评",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=WORKERS),  # type: ignore[arg-type]
    persist_result=False,
    validate_parameters=True,
)
def annual_report(
    year: int, registry: Path, out: Path, units: list[str] | None = None, data_docs: Path | None = None
) -> PrefectState[Any]:
    """Pull, validate, compute, render, publish; then enter in the ledger, notify, sum up, keep the record.

    `data_docs`: a folder for Great Expectations' own pages on the batch, if wanted.

    Returns a final state that says how many of how many units were published. Its result is an Outcome, or a
    NotAllPublishedError that carries it.
    """
    with in_turn(year, out, units or []), progress_shown(year), recorded(year, out, units) as recording:
        return _run_batch(year, registry, out, units, data_docs, recording)


def _run_batch(
    year: int,
    registry: Path,
    out: Path,
    units: list[str] | None,
    data_docs: Path | None,
    recording: Recording,
) -> PrefectState[Any]:
    check_notice(year)
    if missing := missing_notice(year):
        get_run_logger().warning(missing)
    registered = load_registry(registry)
    wanted = select_units(registered, units)
    batch = Batch(year, out, str(flow_run.id), len(wanted), data_docs)
    background = load_background(registered, registry, out, year)

    pulled = run_step("读取工作簿", steps.pull, wanted, batch, label=_unit_label)
    submissions = [attempt.value for attempt in pulled if not attempt.error]

    verdict = steps.check(Group("全部单位", submissions), background, batch)
    blocked = [s for s in submissions if verdict.is_blocked(s.unit.code)]
    sound = [s for s in submissions if not verdict.is_blocked(s.unit.code)]
    sent_back = run_step(
        "退回修改", steps.send_back, [(s, verdict) for s in blocked], batch, label=_first_label
    )

    values = steps.compute(verdict, Group("全部单位", [s.unit.code for s in sound]), background, batch)
    rendered = run_step("生成报告", steps.render, list(values.items()), batch, label=lambda item: item[0])
    staged = {attempt.unit: attempt.value for attempt in rendered if not attempt.error}
    published = run_step(
        "发布",
        steps.release,
        [(s, staged[s.unit.code], values[s.unit.code], verdict) for s in sound if s.unit.code in staged],
        batch,
        label=_first_label,
    )

    results = conclude(wanted, [*pulled, *sent_back, *rendered, *published], verdict)
    summary = summarize(results)
    # What follows only tells of the results: its failure is seen in the UI and does not change them.
    done = [attempt for attempt in published if not attempt.error]
    entered = steps.register(
        Group("已发布单位", done), Group("已发布单位", sound), verdict, batch, return_state=True
    )
    steps.notify(Group("全部单位", results), batch, summary, return_state=True)
    steps.show_quality(
        Group("全部单位", results), verdict, [unit.code for unit in registered], batch, return_state=True
    )
    book = Yearbook(out, year, registered, results)
    told = roll_up(book, wanted, batch) if entered.is_completed() else [NOT_ENTERED]
    if alerting.is_wanted(registry):
        alerts = alerting.make_alerts(wanted, results, submissions)
        sent = alerting.alert(alerts, year, out / str(year), registry, return_state=True)
        told += alerting.describe(sent)
    told += finish(recording, results, submissions, verdict, background)
    outcome = Outcome(results, told)
    if all(result.is_published for result in results):
        return Completed(name="全部发布", message=summary, data=outcome)
    return Failed(name="部分未发布", message=summary, data=NotAllPublishedError(outcome))


def roll_up(book: Yearbook, wanted: Sequence[RegisteredUnit], batch: Batch) -> list[str]:
    """Sum up the departments of the units that were run, and all units in one table.

    Returns what is to be told of it, one line each.
    """
    table = steps.tabulate(book, return_state=True)
    heads = [(head, book) for head in book.departments(unit.code for unit in wanted)]
    attempts = run_step(
        "汇总部门", steps.sum_up, heads, replace(batch, size=len(heads)), lambda item: _unit_label(item[0])
    )
    return describe_roll_up(book, attempts, table.result(raise_on_failure=False))


def run_step(
    name: str, step: Any, items: Sequence[Any], batch: Batch, label: Callable[[Any], str]
) -> list[Attempt]:
    """Map a step over groups of units and gather what became of every one of them.

    A unit that met an error that may pass within a big group is tried again in a task run of its own,
    where Prefect retries it with growing pauses.
    """
    if not items:
        return []
    progress.start(name, batch.size)
    groups = group_units(items, label)
    attempts = _map(step, groups, batch)
    if len(groups) == len(items):
        return attempts
    again = [item for item, attempt in zip(items, attempts, strict=True) if may_pass(attempt.error)]
    retried = {attempt.unit: attempt for attempt in _map(step, single_units(again, label), batch)}
    return [retried.get(attempt.unit, attempt) for attempt in attempts]


def _map(step: Any, groups: Sequence[Group], batch: Batch) -> list[Attempt]:
    """One attempt for each unit, in the order of the groups."""
    if not groups:
        return []
    futures = step.map(groups, batch=unmapped(batch))
    return [
        attempt for group, future in zip(groups, futures, strict=True) for attempt in _gather(group, future)
    ]


def _gather(group: Group, future: Any) -> Iterable[Attempt]:
    result = future.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        return [Attempt(_code_of(item), error=result) for item in group]
    return list(result)


def conclude(units: Sequence[RegisteredUnit], attempts: Sequence[Attempt], verdict: Any) -> list[UnitResult]:
    """One result for each unit, in the order of the registry: its first error, else its publication."""
    errors = {attempt.unit: attempt.error for attempt in reversed(attempts) if attempt.error}
    published = {attempt.unit: attempt.value for attempt in attempts if isinstance(attempt.value, Published)}
    results = []
    for unit in units:
        findings = verdict.findings.get(unit.code, ())
        if unit.code in errors:
            state, error = State.FAILED, describe_error(errors[unit.code])
        elif unit.code in published:
            state, error = (State.PUBLISHED if published[unit.code].is_new else State.UNCHANGED), ""
        else:
            state, error = State.BLOCKED, ""
        results.append(UnitResult(unit.code, unit.name, state, findings, published.get(unit.code), error))
    return results


def _unit_label(unit: RegisteredUnit) -> str:
    return f"{unit.code} {unit.name}"


def _first_label(item: tuple[Submission, Any]) -> str:
    return _unit_label(item[0].unit)


def _code_of(item: Any) -> str:
    first = item[0] if isinstance(item, tuple) else item
    unit = first.unit if isinstance(first, Submission) else first
    return unit if isinstance(unit, str) else str(unit.code)
