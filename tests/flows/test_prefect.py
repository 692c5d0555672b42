"""What operators see in Prefect: a real server, the real command."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.support.command import Command
from tests.support.workbooks import copy_example, edit_workbook


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, served: Command) -> dict[str, Any]:
    """A flow run over the two units, one of them broken, as the server knows it."""
    units = copy_example(tmp_path_factory.mktemp("batch") / "units")
    edit_workbook(units / "dsjzx.xlsx", [("项目支出", "G4", 1)])
    done = served("run", "--year", "2020", cwd=units)
    assert done.code == 1, done.text
    registry = str(units / "units.toml")
    (found,) = [
        run for run in _post(served, "/flow_runs/filter") if run["parameters"].get("registry") == registry
    ]
    return dict(found)


def _post(served: Command, path: str, **body: Any) -> Any:
    return httpx.post(served.api + path, json=body).raise_for_status().json()


def _of(run: dict[str, Any]) -> dict[str, Any]:
    return {"flow_runs": {"id": {"any_": [run["id"]]}}}


def test_the_run_says_how_many_were_published(run: dict[str, Any]) -> None:
    assert run["name"] == "2020年度绩效自评：全部单位"
    assert (run["state"]["type"], run["state"]["name"]) == ("FAILED", "部分未发布")
    assert run["state"]["message"] == "1/2 个单位已发布；未发布：dsjzx 长沙市大数据中心（未通过核对）"


def test_every_step_is_a_task_run_with_the_units_name(served: Command, run: dict[str, Any]) -> None:
    names = sorted(task["name"] for task in _post(served, "/task_runs/filter", **_of(run)))
    assert names == sorted(
        [
            "读取工作簿：sjzyj 长沙市数据资源管理局",
            "读取工作簿：dsjzx 长沙市大数据中心",
            "核对数据：全部单位",
            "退回修改：dsjzx 长沙市大数据中心",
            "计算指标：全部单位",
            "生成报告：sjzyj",
            "发布：sjzyj 长沙市数据资源管理局",
            "登记台账",
            "汇总部门：sjzyj 长沙市数据资源管理局",
            "汇总表",
            "汇总通知",
            "核对情况",
            "登记运行记录",
        ]
    )


def test_a_table_shows_every_units_state(served: Command, run: dict[str, Any]) -> None:
    (artifact,) = _post(served, "/artifacts/filter", **_of(run))
    assert artifact["key"] == "units-2020"
    table = {row["单位代码"]: row for row in json.loads(artifact["data"])}
    assert table["sjzyj"]["状态"] == "已发布"
    assert table["dsjzx"]["状态"] == "未通过核对"
    assert "dsjzx.xlsx “项目支出”表" in table["dsjzx"]["先改哪里"]


def test_findings_are_in_the_log(served: Command, run: dict[str, Any]) -> None:
    logs = _post(served, "/logs/filter", logs={"flow_run_id": {"any_": [run["id"]]}})
    assert any("dsjzx.xlsx “项目支出”表" in log["message"] for log in logs)


def test_reading_is_never_cached() -> None:
    """A Retry must read the mended workbook, not what was read before."""
    from prefect.cache_policies import NO_CACHE

    from flows import steps

    for step in (steps.pull, steps.check, steps.compute, steps.render, steps.release, steps.send_back):
        assert step.cache_policy == NO_CACHE
        assert step.persist_result is False
