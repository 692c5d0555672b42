"""The command line: what it refuses, and how it says so."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pytest

from expectations.contract import CONTRACT
from tests.support.command import Command
from tests.support.workbooks import EXAMPLE

REGISTRY = EXAMPLE / "units.toml"


def test_version(jixiao: Command) -> None:
    done = jixiao("--version")
    assert (done.code, done.text.strip()) == (0, f"jixiao {version('jixiao')}")


def test_units_lists_the_registry(jixiao: Command) -> None:
    done = jixiao("units", "--registry", REGISTRY)
    assert done.code == 0
    for word in ("sjzyj", "长沙市数据资源管理局", "机关", "dsjzx", "长沙市大数据中心", "事业单位", "正常"):
        assert word in done.text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--year", "2020", "--unit", "nobody", "--registry", REGISTRY], "单位名录中没有：nobody"),
        (["--year", "2020", "--registry", "missing.toml"], "找不到单位名录"),
        (["--year", "twenty", "--registry", REGISTRY], "预算年度应为四位数字，如 2020；现为 twenty"),
        (["--year", "20", "--registry", REGISTRY], "现为 20"),
        (["--registry", REGISTRY], "--year"),
        (["--year", "2020", "--registry", REGISTRY, "--out", "taken"], "输出目录不可写"),
    ],
)
def test_wrong_use_exits_with_2(tmp_path: Path, jixiao: Command, arguments: list[str], message: str) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    done = jixiao("run", *arguments, cwd=tmp_path)
    assert done.code == 2
    assert message in done.text
    assert sorted(path.name for path in tmp_path.iterdir()) in (["taken"], ["output", "taken"])


def test_broken_registry_exits_with_2(tmp_path: Path, jixiao: Command) -> None:
    (tmp_path / "units.toml").write_text("[[unit]\ncode =", encoding="utf-8")
    done = jixiao("run", "--year", "2020", cwd=tmp_path)
    assert done.code == 2
    assert "单位名录无法读取" in done.text


def test_help_loads_nothing_heavy() -> None:
    """`jixiao --help` answers at once because these are imported only by the commands that need them."""
    code = (
        "import sys; from flows.cli import app; from typer.testing import CliRunner\n"
        "assert CliRunner().invoke(app, ['run', '--help']).exit_code == 0\n"
        "heavy = ('prefect', 'great_expectations', 'pandas', 'typst', 'openpyxl')\n"
        "print([module for module in heavy if module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, text=True, stdout=subprocess.PIPE)
    assert done.stdout.strip() == "[]"


def test_template_is_a_blank_workbook_that_is_never_overwritten(tmp_path: Path, jixiao: Command) -> None:
    done = jixiao("template", cwd=tmp_path)
    assert done.code == 0
    sheets = openpyxl.load_workbook(tmp_path / "填报模板.xlsx").sheetnames
    assert sheets[1:] == [table.label for table in CONTRACT.tables]
    assert jixiao("template", cwd=tmp_path).code == 2


def test_what_the_operator_has_to_see_to_is_told(units: Path, tmp_path: Path, jixiao: Command) -> None:
    """A year whose notice nobody has entered, and messages that reached nobody; neither stops the run."""
    (units / "alerts.toml").write_text(
        '[[channel]]\nname = "值班群"\nurl = "wecombot://${WECOM_KEY}"\n', encoding="utf-8"
    )
    out = tmp_path / "out"
    done = jixiao("run", "--year", "2078", "--registry", units / "units.toml", "--out", out)
    assert done.code == 1
    assert "提醒 没有2078年度的年度文件 " in done.text
    assert "发送通知失败：1 条通知未送达，下次运行时再发：值班群：" in done.text
    assert "（没有设置 WECOM_KEY（环境变量或 Prefect Secret））。各单位的报告不受影响" in done.text
    assert (out / "2078" / "dsjzx" / "findings.json").exists()
