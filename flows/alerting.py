"""The steps that tell people, as Prefect tasks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State as PrefectState
from prefect.runtime import deployment, flow_run
from prefect.utilities.urls import url_for

from flows.groups import Group
from tasks.alerts import FILE, Alert, Channels, load_channels, tell_results
from tasks.errors import ExplainedError
from tasks.pull import RegisteredUnit, Submission
from tasks.results import UnitResult, describe_error


class AlertsNotSentError(ExplainedError):
    """Some message did not go out; each of them is named."""


def is_wanted(registry: Path) -> bool:
    """Whether there is a file of channels beside the registry."""
    return (registry.parent / FILE).is_file()


def channels_of(registry: Path) -> Channels | None:
    """The channels beside a registry, their secrets from the environment or from Prefect's Secret blocks."""
    return load_channels(registry.parent / FILE, find_secret)


def find_secret(name: str) -> str | None:
    """Look a secret up: `SMTP_PASSWORD` in the environment, else the Secret block `smtp-password`."""
    if value := os.environ.get(name):
        return value
    try:
        return str(Secret.load(name.lower().replace("_", "-")).get())  # type: ignore[union-attr]
    except Exception:  # no such block, or no server to ask: the channel says which name is missing
        return None


def make_alerts(
    units: Sequence[RegisteredUnit], results: Sequence[UnitResult], submissions: Sequence[Submission]
) -> Group:
    """Units with their results (in the same order) and what they handed in."""
    handed_in = {submission.unit.code: submission for submission in submissions}
    pairs = zip(units, results, strict=True)
    return Group("全部单位", [Alert(unit, result, handed_in.get(unit.code)) for unit, result in pairs])


@task(name="发送通知", task_run_name="发送通知", cache_policy=NO_CACHE, persist_result=False)
def alert(alerts: Group, year: int, folder: Path, registry: Path) -> None:
    """Tell operators and contacts what is new; what does not go out makes this step red, nothing else.

    `folder` is the output folder of the year.
    """
    channels = channels_of(registry)
    failures = tell_results(list(alerts), year, folder, channels, _page()) if channels else []
    for line in failures:
        get_run_logger().error("未送达：%s", line)
    if failures:
        raise AlertsNotSentError(f"{len(failures)} 条通知未送达，下次运行时再发：" + "；".join(failures[:5]))


def describe(state: PrefectState[Any]) -> list[str]:
    """What is to be told of the step `alert` where whoever started the run sees it, one line each."""
    if not state.is_failed():
        return []
    error = state.result(raise_on_failure=False)
    return [f"发送通知失败：{describe_error(error)}。各单位的报告不受影响"]


def _page() -> str:
    """Where the run is seen in the UI; empty for a run that a command started: its server ends with it."""
    return (url_for("flow-run", flow_run.id) or "") if deployment.id else ""
