"""What operators see in Prefect: a real server, the real command."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.command import Command
from tests.support.server import prefect_server
from tests.support.workbooks import EXAMPLE, edit_workbook


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, jixiao: Command) -> Iterator[httpx.Client]:
    """A server that has seen one run over the two units, one of them broken."""
    units = tmp_path_factory.mktemp("units")
    for name in ("units.toml", "sjzyj.xlsx", "dsjzx.xlsx"):
        shutil.copy(EXAMPLE / name, units)
    edit_workbook(units / "dsjzx.xlsx", [("项目支出", "G4", 1)])
    with prefect_server(jixiao.prefect_home) as url:
        done = jixiao("run", "--year", "2020", cwd=units, PREFECT_API_URL=url)
        assert done.code == 1, done.text
        with httpx.Client(base_url=url) as client:
            yield client


def _post(api: httpx.Client, path: str, **body: Any) -> Any:
    return api.post(path, json=body).raise_for_status().json()


def test_the_run_says_how_many_were_published(api: httpx.Client) -> None:
    (run,) = _post(api, "/flow_runs/filter")
    assert run["name"] == "2020年度绩效自评：全部单位"
    assert (run["state"]["type"], run["state"]["name"]) == ("FAILED", "部分未发布")
    assert run["state"]["message"] == "1/2 个单位已发布；未发布：dsjzx 长沙市大数据中心（未通过核对）"


def test_every_step_is_a_task_run_with_the_units_name(api: httpx.Client) -> None:
    names = sorted(run["name"] for run in _post(api, "/task_runs/filter"))
    assert names == sorted(
        [
            "读取工作簿：sjzyj 长沙市数据资源管理局",
            "读取工作簿：dsjzx 长沙市大数据中心",
            "核对数据：全部单位",
            "退回修改：dsjzx 长沙市大数据中心",
            "计算指标：全部单位",
            "生成报告：sjzyj",
            "发布：sjzyj 长沙市数据资源管理局",
            "汇总通知",
        ]
    )


def test_a_table_shows_every_units_state(api: httpx.Client) -> None:
    (artifact,) = _post(api, "/artifacts/filter")
    assert artifact["key"] == "units-2020"
    table = {row["单位代码"]: row for row in json.loads(artifact["data"])}
    assert table["sjzyj"]["状态"] == "已发布"
    assert table["dsjzx"]["状态"] == "未通过核对"
    assert "dsjzx.xlsx “项目支出”表" in table["dsjzx"]["先改哪里"]


def test_reading_is_never_cached() -> None:
    """A Retry must read the mended workbook, not what was read before."""
    from prefect.cache_policies import NO_CACHE

    from flows import steps

    for step in (steps.pull, steps.check, steps.compute, steps.render, steps.release, steps.send_back):
        assert step.cache_policy == NO_CACHE
        assert step.persist_result is False
