"""What stands in the UI, declared once: `jixiao serve` and `deploy/prefect.yaml` are both made from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment

from flows.names import TAG
from flows.operations import annual_batch, rerun, send_reminders, try_alerts
from flows.settings import Settings, SettingsError


@dataclass(frozen=True)
class Declared:
    """One deployment: its name is its flow's. Without crons it is only started by hand."""

    flow: Flow[Any, Any]
    description: str
    crons: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As people read it."""
        return self.flow.name


def declare(settings: Settings) -> tuple[Declared, ...]:
    """The deployments of a machine with these settings."""
    return (
        Declared(annual_batch, "全部单位的年终自评。按计划每年运行一次，也可随时运行。", settings.annual),
        Declared(rerun, "一个或几个单位改正后重跑，其他单位的报告不受影响。"),
        Declared(send_reminders, "向尚未报送的单位的联系人发催报邮件，每个单位每天一次。", settings.remind),
        Declared(try_alerts, "向每个告警渠道发一条测试消息。"),
    )


def check_names(declared: Sequence[Declared]) -> None:
    """Raises SettingsError when two deployments have one name: the later would replace the earlier."""
    counts = Counter(entry.name for entry in declared)
    if repeated := [name for name, count in counts.items() if count > 1]:
        raise SettingsError(f"部署重名：{'、'.join(repeated)}，请改用不同的名称")


def make_deployment(entry: Declared, timezone: str) -> RunnerDeployment:
    """The deployment for Prefect's runner."""
    deployment = entry.flow.to_deployment(
        name=entry.name,
        description=entry.description,
        tags=[TAG],
        schedules=[CronSchedule(cron=cron, timezone=timezone) for cron in entry.crons],
        enforce_parameter_schema=False,
    )
    if not isinstance(deployment, RunnerDeployment):
        raise TypeError("called from a coroutine: the deployment would have to be awaited")
    return deployment
