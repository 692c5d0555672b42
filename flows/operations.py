"""What operators start from the UI or by schedule: thin flows around the yearly procedure.

They call it as a function, not as a subflow: that costs over a second and shows one run as two in the UI.
Where registry and outputs lie comes from the settings of the machine, never from a form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from prefect import flow, get_run_logger
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State as PrefectState
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows import names
from flows.alerting import channels_of
from flows.annual_report import WORKERS, annual_report
from flows.forms import (
    ANNUAL,
    REMIND,
    RERUN,
    AnnualForm,
    RefusedError,
    RemindForm,
    RerunForm,
    check_form,
    code_of,
)
from flows.run_log import leave_out_tracebacks
from flows.settings import Settings, load_settings
from tasks.alerts import find_missing, remind, try_channels
from tasks.clock import HERE, today
from tasks.errors import ExplainedError
from tasks.pull import UnknownUnitError, load_registry

P = ParamSpec("P")
State = PrefectState[Any]
_OPTIONS: dict[str, Any] = {"persist_result": False, "validate_parameters": False}

leave_out_tracebacks()  # here: the process of a run imports this module and starts nothing of its own


def _explained(work: Callable[P, State]) -> Callable[P, State]:
    """What an operator can mend ends the run with the message alone, not with a traceback."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> State:
        try:
            return work(*args, **kwargs)
        except (RefusedError, UnknownUnitError) as error:  # whoever filled in the form sees it at once
            return Failed(name="填写有误", message=str(error), data=error)
        except ExplainedError as error:
            return Failed(name=names.NOT_RUN, message=str(error), data=error)

    return run


def _field(name: str) -> Any:
    form = flow_run.parameters.get("form") or {}
    return form.get(name) if isinstance(form, dict) else getattr(form, name, None)


def _year_label() -> str:
    return f"{_field('year') or last_year()}年度"


def last_year() -> int:
    """The budget year that is reported on now: the one before that of the scheduled day."""
    planned = flow_run.scheduled_start_time
    return int((planned.astimezone(HERE) if planned else today()).year) - 1


def _annual_name() -> str:
    return f"{_year_label()}绩效自评：全部单位"


def _rerun_name() -> str:
    filled = _field("units")  # as it was filled in: it is checked when the run begins
    units = filled[:5] if isinstance(filled, list) else [filled or ""]
    return f"{_year_label()}绩效自评：{'、'.join(map(code_of, units))}"


def _remind_name() -> str:
    return f"{_year_label()}催报"


@flow(
    name="年终批量",
    flow_run_name=_annual_name,
    task_runner=ThreadPoolTaskRunner(max_workers=WORKERS),  # type: ignore[arg-type]
    **_OPTIONS,
)
@_explained
def annual_batch(form: AnnualForm = ANNUAL) -> State:
    """全部单位的年终自评：读取、核对、计算、生成、发布。"""
    year = check_form(AnnualForm, form).year or last_year()
    settings = load_settings()
    return annual_report.fn(year, settings.registry, settings.out)


@flow(
    name=names.RERUN,
    flow_run_name=_rerun_name,
    task_runner=ThreadPoolTaskRunner(max_workers=WORKERS),  # type: ignore[arg-type]
    **_OPTIONS,
)
@_explained
def rerun(form: RerunForm = RERUN) -> State:
    """一个或几个单位改正后重跑，其他单位不受影响。"""
    checked, settings = check_form(RerunForm, form), load_settings()
    get_run_logger().info("重跑原因：%s", checked.reason)
    return annual_report.fn(checked.year, settings.registry, settings.out, checked.units)


@flow(name="催报", flow_run_name=_remind_name, **_OPTIONS)
@_explained
def send_reminders(form: RemindForm = REMIND) -> State:
    """向尚未报送的单位发催报邮件。"""
    year = check_form(RemindForm, form).year or last_year()
    settings = load_settings()
    channels = channels_of(settings.registry)
    missing = find_missing(load_registry(settings.registry), year)
    mail = channels.mail if channels else None
    told = remind(missing, year, settings.out / str(year), mail, today())
    table = [
        {
            "单位代码": entry.unit.code,
            "单位名称": entry.unit.name,
            "情况": entry.reason,
            "催报": told[entry.unit.code],
        }
        for entry in missing
    ]
    summary = f"{len(missing)} 个单位未报送" if missing else "各单位均已报送"
    create_table_artifact(table, key=f"missing-{year}", description=f"{year}年度催报：{summary}")
    if undone := [f"{code} {text}" for code, text in told.items() if text.startswith("未")]:
        return Failed(name="部分未催报", message=f"{summary}；" + "；".join(undone[:20]))
    return Completed(name="已催报" if missing else "无需催报", message=summary)


@flow(name="试告警", **_OPTIONS)
@_explained
def try_alerts() -> State:
    """向每个告警渠道发一条测试消息。"""
    settings = load_settings()
    channels = channels_of(settings.registry)
    if channels is None or not channels.all:
        return Failed(name="没有渠道", message=_no_channels(settings))
    tried = try_channels(channels)
    table = [{"渠道": name, "结果": error or "已发出"} for name, error in tried.items()]
    create_table_artifact(table, key="alert-channels", description="告警渠道测试")
    if undone := [f"{name}（{error}）" for name, error in tried.items() if error]:
        return Failed(name="部分未送达", message=f"{len(tried)} 个渠道，未送达：" + "；".join(undone))
    return Completed(name="全部送达", message=f"{len(tried)} 个渠道全部送达")


def _no_channels(settings: Settings) -> str:
    return f"没有设置告警渠道：请在 {settings.registry.parent} 放置 alerts.toml（写法见操作手册）"
