"""The command line `jixiao`: thin; everything heavy is imported when a command needs it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from flows.diff_command import diff
from flows.history_command import history
from flows.runs_command import runs
from flows.store_command import store
from flows.terminal import NOT_ALL_PUBLISHED, Out, Registry, console, errors, listing, refuse, year_option
from flows.usage import run as run_command_line

if TYPE_CHECKING:
    from flows.outcome import Outcome
    from tasks.results import UnitResult

app = typer.Typer(
    help="部门整体支出绩效自评报告：读取各单位工作簿，核对、计算、生成并发布报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(history, name="history")
app.add_typer(store, name="store")
app.command("diff")(diff)
app.command("runs")(runs)

DEBUG = "JIXIAO_DEBUG"


def main() -> None:
    """Entry point of the command."""
    from tasks.files import restrict_umask

    restrict_umask()
    run_command_line(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        console.print(f"jixiao {version('jixiao')}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", help="显示版本号。", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Options of the command itself."""


@app.command("run")
def run(
    year: Annotated[
        int, typer.Option("--year", "-y", help="预算年度，四位数字。", parser=year_option, metavar="年度")
    ],
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", "-u", help="只运行这个单位，可多次使用；省略为全部单位。", metavar="代码"),
    ] = None,
    registry: Registry = Path("units.toml"),
    out: Out = Path("output"),
    data_docs: Annotated[
        Path | None,
        typer.Option(
            "--data-docs", help="另存 Great Expectations 的核对页面（英文，需联网显示）。", metavar="目录"
        ),
    ] = None,
) -> None:
    """运行年终自评：读取、核对、计算、生成、发布。

    退出码：0 全部发布；1 有单位未发布；2 用法错误。
    """
    from tasks.errors import ExplainedError
    from tasks.notice import check_notice, missing_notice
    from tasks.pull import load_registry, select_units
    from tasks.store import find_address
    from tasks.waivers import FILE, load_waivers

    try:
        registered = load_registry(registry)
        select_units(registered, unit)
        known = {entry.code for entry in registered}
        faulty = [waiver.fault for waiver in load_waivers(registry.parent / FILE, known) if waiver.fault]
        check_notice(year)
        _check_output(out)
        find_address(out, os.environ)
    except (ExplainedError, typer.BadParameter) as error:
        raise refuse(error) from None
    for fault in faulty:
        errors.print(f"[yellow]豁免登记有误，不起作用[/yellow] {escape(fault)}")
    if missing := missing_notice(year):
        errors.print(f"[yellow]提醒[/yellow] {escape(missing)}", highlight=False, soft_wrap=True)
    try:
        outcome = _run_flow(
            year=year,
            registry=registry.resolve(),
            out=out.resolve(),
            units=sorted(set(unit or [])) or None,
            data_docs=data_docs.resolve() if data_docs else None,
        )
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        from tasks.results import describe_error

        reason = describe_error(error).splitlines()[0]
        errors.print(f"[red]运行中断[/red] {escape(reason)}")
        errors.print(f"已发布的版本不受影响；设置 {DEBUG}=1 重新运行可看到详细信息。")
        raise typer.Exit(NOT_ALL_PUBLISHED) from None
    _show(outcome.results, out / str(year))
    for line in outcome.roll_up:
        console.print(escape(line), highlight=False, soft_wrap=True)
    if not all(result.is_published for result in outcome.results):
        raise typer.Exit(NOT_ALL_PUBLISHED)


@app.command("units")
def units(registry: Registry = Path("units.toml")) -> None:
    """列出单位名录。"""
    from expectations.contract.unit import KINDS
    from tasks.pull import RegistryError, load_registry

    try:
        registered = load_registry(registry)
    except RegistryError as error:
        raise refuse(error) from None
    kinds = {choice.code: choice.label for choice in KINDS}
    table = listing("单位代码", "单位名称", "性质", "主管部门", "工作簿", "登记情况")
    for entry in registered:
        row = (
            entry.code,
            entry.name,
            kinds.get(entry.kind, ""),
            entry.parent,
            entry.file_name,
            entry.fault or entry.misplaced or "正常",
        )
        table.add_row(*map(escape, row))
    console.print(table)
    if any(entry.fault or entry.misplaced for entry in registered):
        raise typer.Exit(NOT_ALL_PUBLISHED)


@app.command("template")
def template(
    path: Annotated[Path, typer.Argument(help="写到哪里。", metavar="文件")] = Path("填报模板.xlsx"),
) -> None:
    """生成空白的填报模板（工作簿）。已有的文件不覆盖。"""
    from tasks.render.workbook import write_workbook

    if path.exists():
        raise refuse(typer.BadParameter(f"{path} 已存在，不覆盖"))
    write_workbook(path, {})
    console.print(f"已生成 {escape(str(path))}", highlight=False, soft_wrap=True)


@app.command("serve")
def serve(
    registry: Registry = Path("units.toml"),
    out: Out = Path("output"),
    host: Annotated[
        str, typer.Option("--host", help="界面的监听地址；默认只供本机访问。", metavar="地址")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", help="界面的端口。", min=1, max=65535, metavar="端口")
    ] = 4200,
) -> None:
    """启动界面和计划任务：年终批量、单位重跑、催报、试告警。按 Ctrl-C 结束。"""
    from tasks.errors import ExplainedError

    _prepare_prefect()
    try:
        _check_output(out)
        from flows.serve import serve as serve_until_told

        serve_until_told(
            registry,
            out,
            host,
            port,
            lambda text: console.print(escape(text), highlight=False, soft_wrap=True),
        )
    except (ExplainedError, typer.BadParameter) as error:
        raise refuse(error) from None


def _check_output(out: Path) -> None:
    """Find out before the work whether its result can be kept."""
    from tasks.files import make_folder

    probe = out / f".probe-{os.getpid()}"
    try:
        make_folder(out)
        probe.touch()
        probe.unlink()
    except OSError as error:
        from tasks.results import describe_error

        raise typer.BadParameter(f"输出目录不可写：{out}。{describe_error(error)}") from None


def _run_flow(**parameters: Any) -> Outcome:
    _prepare_prefect()
    from flows.server import temporary_server

    with temporary_server() as wait_for_server, _progress() as progress:
        from flows.annual_report import NotAllPublishedError, annual_report
        from tasks.progress import listen
        from tasks.validate.run import load_great_expectations

        rows: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in rows:
                rows[step] = progress.add_task(step, total=total)
            progress.update(rows[step], completed=done)

        load_great_expectations()  # seconds of imports, while the server boots
        wait_for_server()
        with listen(show):
            state = annual_report(**parameters, return_state=True)
    result = state.result(raise_on_failure=False)
    if isinstance(result, NotAllPublishedError):
        return result.outcome
    outcome: Outcome = state.result()  # type: ignore[assignment]
    return outcome


def _prepare_prefect() -> None:
    """Defaults for whatever works with Prefect; what the operator has set wins."""
    from flows.access import share_secret
    from flows.settings import PATIENCE

    share_secret()
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    # Logs go to the server; in the terminal the findings are shown at the end, once.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")
    for name, value in PATIENCE.items():
        os.environ.setdefault(name, value)


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=not errors.is_terminal) as progress:
        yield progress


def _show(results: list[UnitResult], folder: Path) -> None:
    from tasks.results import summarize

    for result in results:
        where = folder / result.unit / "latest"
        mark = "[green]✔[/green]" if result.is_published else "[red]✘[/red]"
        console.print(f"{mark} {escape(result.unit)} {escape(result.name)}：{result.state}", highlight=False)
        if result.published:
            files = "report.docx　report.pdf　report.html　attachments.xlsx"
            version_text = f"    第 {result.published.version} 版　{where}/{files}"
            console.print(version_text, highlight=False, soft_wrap=True)
            for change in result.published.changes[:20]:
                console.print(f"    变化：{escape(change)}", highlight=False, soft_wrap=True)
        if result.error:
            console.print(f"    {escape(result.error)}", highlight=False, soft_wrap=True)
        for finding in result.findings[:50]:
            console.print(f"    {escape(finding.as_line())}", highlight=False, soft_wrap=True)
        if len(result.findings) > 50:
            console.print(
                f"    …共 {len(result.findings)} 条，全部见 {where.parent}/findings.json", soft_wrap=True
            )
    console.print(escape(summarize(results)), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
