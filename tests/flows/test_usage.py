from __future__ import annotations

import pytest
from rich.console import Console

from flows import cli, usage
from flows.terminal import listing


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--year", "二〇二〇"], "--year、-y：预算年度应为四位数字，如 2020；现为 二〇二〇。"),
        (["run"], "缺少 --year、-y。"),
        (["run", "--yaer", "2020"], "没有 --yaer 这个选项，是否为 --year。"),
        (["diff", "-u", "a", "-y", "2020", "--from", "一"], "--from：应为整数。"),
        (["serve", "--port", "99999"], "--port：超出了允许的范围。"),
        (["history", "import"], "缺少 文件…。"),
        (["template", "a", "b"], "多余的内容：b。"),
        (["rum"], "没有这个命令：rum。"),
        (["diff", "--unit"], "--unit 后面缺少内容。"),
    ],
)
def test_wrong_use_is_told_in_chinese(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["jixiao", *arguments])
    with pytest.raises(SystemExit) as ended:
        usage.run(cli.app)
    assert ended.value.code == 2
    told = "".join(capsys.readouterr().err.split("\n"))
    assert told.startswith(f"错误 {said}用法见 jixiao")
    assert told.endswith("--help")


def test_no_command_shows_the_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["jixiao"])
    with pytest.raises(SystemExit) as ended:
        usage.run(cli.app)
    shown = capsys.readouterr()
    assert ended.value.code == 2
    assert "运行年终自评" in shown.out + shown.err


def test_tables_cut_nothing_off() -> None:
    """Chinese has no spaces to break at: what is wider than its column goes on in the next line."""
    text = "主管部门代码不在名录中，不影响本单位的报告，但无法汇总到主管部门"
    table = listing("登记情况", whole=0)
    table.add_row(text)
    console = Console(width=30)
    with console.capture() as printed:
        console.print(table)
    assert "".join(line.strip("│ ") for line in printed.get().split("\n") if "│" in line) == text


def test_the_first_column_stays_whole() -> None:
    table = listing("开始", "说明")
    table.add_row("2026-11-23 02:22:58", "未发布：长沙市大数据中心（未通过核对）" * 5)
    console = Console(width=40)
    with console.capture() as printed:
        console.print(table)
    assert "2026-11-23 02:22:58" in printed.get()
