"""What is set once for a machine: where registry and outputs lie, and when what runs.

From the environment: JIXIAO_REGISTRY and JIXIAO_OUT. From `operate.toml` beside the registry, all optional:

    timezone = "Asia/Shanghai"

    [annual]
    cron = "0 8 15 1 *"           # 年终批量: minute hour day month weekday

    [remind]
    cron = ["0 9 4-14 1 *"]       # 催报: one or more

    [watch]
    seconds = 60                  # how often failing units are looked at; 0: never
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tasks.errors import ExplainedError
from tasks.toml_file import TomlFileError, read_toml

FILE = "operate.toml"
REGISTRY, OUT = "JIXIAO_REGISTRY", "JIXIAO_OUT"
PATIENCE = {"PREFECT_CLIENT_RETRY_EXTRA_CODES": "500", "PREFECT_CLIENT_MAX_RETRIES": "6"}
"""A server whose database is gone answers 500; asked again with growing pauses, it has two minutes."""
_SHAPE = {"timezone": None, "annual": {"cron"}, "remind": {"cron"}, "watch": {"seconds"}}


class SettingsError(ExplainedError):
    """The settings cannot be used; the message is for the operator."""


@dataclass(frozen=True)
class Settings:
    """Where and when. Crons are in `timezone`; `watch_seconds` 0 means no watching."""

    registry: Path = Path("units.toml")
    out: Path = Path("output")
    timezone: str = "Asia/Shanghai"
    annual: tuple[str, ...] = ("0 8 15 1 *",)
    remind: tuple[str, ...] = ("0 9 4-14 1 *",)
    watch_seconds: int = 60


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of this machine.

    Raises SettingsError when the file cannot be read or says something wrong.
    """
    registry = Path(environment.get(REGISTRY) or "units.toml").resolve()
    out = Path(environment.get(OUT) or "output").resolve()
    path = registry.parent / FILE
    try:
        data = read_toml(path)
    except FileNotFoundError:
        return Settings(registry, out)
    except TomlFileError as error:
        raise SettingsError(f"运行设置无法读取：{path}（{error}），请改正后重新启动") from error
    if problem := _shape(data):
        raise SettingsError(f"运行设置有误：{path}：{problem}")
    default = Settings()
    settings = Settings(
        registry,
        out,
        data.get("timezone", default.timezone),
        _crons(data, "annual", default.annual),
        _crons(data, "remind", default.remind),
        data.get("watch", {}).get("seconds", default.watch_seconds),
    )
    if problem := _values(settings):
        raise SettingsError(f"运行设置有误：{path}：{problem}")
    return settings


def _shape(data: Mapping[str, Any]) -> str:
    for name, value in data.items():
        if name not in _SHAPE:
            return f"不认识的内容 {name}"
        fields = _SHAPE[name]
        if fields is not None and not isinstance(value, dict):
            return f"{name} 应写成一段 [{name}]"
        if fields is not None and (unknown := sorted(set(value) - fields)):
            return f"[{name}] 中不认识的字段 {'、'.join(unknown)}"
    return ""


def _crons(data: Mapping[str, Any], part: str, default: tuple[str, ...]) -> tuple[str, ...]:
    cron = data.get(part, {}).get("cron", default)
    return tuple(cron) if isinstance(cron, list | tuple) else (cron,)


def _values(settings: Settings) -> str:
    from prefect.client.schemas.schedules import CronSchedule

    try:
        CronSchedule(cron="0 0 1 1 *", timezone=settings.timezone)
    except ValidationError:
        return f"没有时区 {settings.timezone}，应为 Asia/Shanghai 之类"
    for name, crons in (("annual", settings.annual), ("remind", settings.remind)):
        for cron in crons:
            try:
                CronSchedule(cron=cron, timezone=settings.timezone)
            except ValidationError:
                return f"[{name}] 的 cron “{cron}”不合规，应为“分 时 日 月 星期”五项，如 0 8 15 1 *"
    seconds = settings.watch_seconds
    if type(seconds) is not int or seconds < 0 or 0 < seconds < 5:
        shown = f'"{seconds}"' if isinstance(seconds, str) else seconds
        return f"[watch] 的 seconds 现为 {shown}，应为 0（不检查）或不小于 5 的整数，不加引号"
    return ""


def check_crons(settings: Settings) -> None:
    """Raises SettingsError for a cron that never comes, such as one of 31 February."""
    from prefect.server.schemas.schedules import CronSchedule

    for name, crons in (("annual", settings.annual), ("remind", settings.remind)):
        for cron in crons:
            schedule = CronSchedule(cron=cron, timezone=settings.timezone)
            try:
                asyncio.run(schedule.get_dates(1))
            except ValueError:
                path = settings.registry.parent / FILE
                raise SettingsError(
                    f"运行设置有误：{path}：[{name}] 的 cron “{cron}”永远不会到来，请检查日和月"
                ) from None
