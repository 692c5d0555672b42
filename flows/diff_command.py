"""`jixiao diff`: what differs between two versions or two years of a unit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from flows.terminal import Out, console, listing, refuse, year_option


def diff(
    unit: Annotated[str, typer.Option("--unit", "-u", help="单位代码。", metavar="代码")],
    year: Annotated[
        int, typer.Option("--year", "-y", help="预算年度，四位数字。", parser=year_option, metavar="年度")
    ],
    first: Annotated[
        int | None, typer.Option("--from", help="原来的版本；省略为上一版。", metavar="版本")
    ] = None,
    second: Annotated[
        int | None, typer.Option("--to", help="现在的版本；省略为现行版。", metavar="版本")
    ] = None,
    with_year: Annotated[
        int | None,
        typer.Option(
            "--with-year",
            help="与另一年度的现行版比较，代替 --from 和 --to。",
            parser=year_option,
            metavar="年度",
        ),
    ] = None,
    out: Out = Path("output"),
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="另存为工作簿。", metavar="文件")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="另存为 CSV。", metavar="文件")] = None,
) -> None:
    """比较一个单位的两个版本，或者两个年度，逐格列出不同。

    退出码：0 已列出；2 用法错误。
    """
    from tasks.archive import NoVersionError, read_data
    from tasks.changes import list_differences
    from tasks.feedback.differences import differences_csv, differences_workbook
    from tasks.files import replace_file
    from tasks.layout import UnitFolder
    from tasks.pull.registry import UNIT_CODE

    try:
        if not UNIT_CODE.fullmatch(unit):
            raise typer.BadParameter(f"单位代码“{unit}”不合规")
        if with_year is not None and (first is not None or second is not None):
            raise typer.BadParameter("--with-year 比较两个年度的现行版，不能与 --from、--to 同用")
        folder = UnitFolder.of(out, year, unit)
        if with_year is not None:
            old, new = sorted((year, with_year))
            was, before = read_data(UnitFolder.of(out, old, unit))
            now, after = read_data(UnitFolder.of(out, new, unit))
            said = f"{unit}：{old}年第 {was} 版 → {new}年第 {now} 版"
        else:
            now, after = read_data(folder, second)
            was, before = read_data(folder, first if first is not None else now - 1)
            said = f"{unit} {year}年：第 {was} 版 → 第 {now} 版"
    except (NoVersionError, typer.BadParameter) as error:
        raise refuse(error) from None
    differences = list_differences(before, after)
    try:
        if xlsx:
            replace_file(xlsx, differences_workbook(said, differences))
        if csv:
            replace_file(csv, differences_csv(differences))
    except OSError as error:
        from tasks.results import describe_error

        raise refuse(Exception(describe_error(error))) from None
    if not differences:
        more = "文字、得分有不同的，是程序、模板、年度文件或评分办法改了，见该版 manifest.json 的 changes"
        console.print(f"{escape(said)}，填报的数据没有不同。{more}", highlight=False, soft_wrap=True)
        return
    table = listing(
        "位置", "原来", "现在", title=f"{said}，{len(differences)} 处不同", show_lines=True, whole=0
    )
    for difference in differences:
        table.add_row(*map(escape, (difference.place, *difference.shown)))
    console.print(table)
