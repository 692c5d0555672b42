"""A report with everything a writer must handle, and text that tries to be markup."""

from __future__ import annotations

import pytest

from tasks.render.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Picture,
    RowRole,
    Table,
    TableColumn,
    TableRow,
)
from tasks.render.drawing import Bar, Bars, Panel, Tick
from tasks.render.fonts import FontSet, load_fonts

HOSTILE = (
    "{{ 7 * 7 }} {% raw %} <script>alert(1)</script> <w:p/> ]]> &amp; & #let x = 1 $x^2$ *粗* _斜_ "
    "`代码` \\u{41} \\ // 注 /* */ @标签 <标签> =cmd() +1 -1 \"双\" '单' -- ~ [方] #{1+1}"
)
CONTROLS = "控\x00制\x01字\x08符\x1b\x7f\x9f不\ud800留\ufffe下\u202e痕\ufeff迹"
CONTROLS_GONE = "控制字符不留下痕迹"

NARRATIVE = (
    "本单位围绕年度目标组织实施各项工作，资金按批复用途支出，严格执行预算管理制度，项目按计划推进并完成验收。"
)


def make_table(items: int, subtotal_after: tuple[int, ...] = (), caption: str = "项目支出情况表") -> Table:
    """A table of `items` projects named 项目1…, a subtotal after each number given, and one at the end."""
    rows: list[TableRow] = []
    for number in range(1, items + 1):
        rows.append(TableRow((str(number), f"项目{number}末", "1,234.56", "100.00%")))
        if number in subtotal_after:
            rows.append(TableRow(("", f"小计{number}末", "2,469.12", "100.00%"), "subtotal"))
    rows.append(TableRow(("", "合计末", "9,999.99", "100.00%"), "total"))
    columns = (
        TableColumn("序号", "center", 10),
        TableColumn("预算项目", "left", 50),
        TableColumn("决算支出", "right", 20),
        TableColumn("预算执行率", "right", 20),
    )
    return Table("表二", caption, "万元", columns, tuple(rows))


def make_picture(
    label: str = "工资福利支出", alt: str = "条形图。", caption: str = "预算执行情况"
) -> Picture:
    """A picture of two bars."""
    bars = (
        Bar(label, 9_000, 4_500, ("450.00", "50.00%"), "1"),
        Bar("商品和服务支出", 10_000, 10_000, ("1,000.00", "100.00%"), "2"),
    )
    panel = Panel(
        bars, (Tick(0, "0"), Tick(10_000, "1,000")), ("决算支出", "执行率"), "全年预算数", "决算支出"
    )
    return Picture(caption=caption, alt=alt, drawing=Bars((panel,)), unit="万元", width=80, number="图一")


def make_document(*blocks: Block, cover_mark: str = "") -> Document:
    return Document(
        title_lines=("2020年度某某市数据中心", "单位整体支出绩效自评报告"),
        unit_name="某某市数据中心",
        year=2020,
        date="2021年3月15日",
        date_iso="2021-03-15",
        cover_mark=cover_mark,
        blocks=blocks,
    )


def _basic_table() -> Table:
    roles: tuple[RowRole, ...] = ("item", "of_which", "item", "subtotal")
    names = ("商品和服务支出", "其中：公务接待", "工资福利支出", "小计")
    return Table(
        number="表一",
        caption="基本支出情况表",
        unit="万元",
        columns=(
            TableColumn("序号", "center", 10),
            TableColumn("预算项目", "left", 60),
            TableColumn("决算支出", "right", 30),
        ),
        rows=tuple(
            TableRow((str(number), name, f"{number}.50"), role)
            for number, (name, role) in enumerate(zip(names, roles, strict=True), 1)
        ),
    )


@pytest.fixture(scope="session")
def report() -> Document:
    """Some pages: all kinds of blocks, a heading level left out, hostile text wherever text can be."""
    return make_document(
        Paragraph("现将有关情况报告如下："),
        Heading(1, "一、", "部门概况", "s1"),
        Heading(2, "（一）", "单位基本情况", "s1-1"),
        *[Paragraph(NARRATIVE * 4)] * 8,
        Heading(1, "二、", "一般公共预算支出情况", "s2"),
        Heading(3, "1.", "基本支出", "s2-0-1"),
        Heading(4, "（1）", f"说明{HOSTILE}", "s2-0-1-1"),
        Paragraph(HOSTILE),
        Paragraph(CONTROLS),
        _basic_table(),
        Paragraph("注：合计与分项之和可能存在尾差。", "note"),
        Table(
            "表九",
            HOSTILE,
            "",
            (TableColumn(HOSTILE, "left", 50), TableColumn("数额", "right", 50)),
            (TableRow((HOSTILE, CONTROLS)),),
            row_header=0,
        ),
        make_table(60),
        make_picture(f"标签{HOSTILE}", f"图意{HOSTILE}{CONTROLS}。", f"题{HOSTILE}"),
        Heading(1, "三、", "其他需要说明的情况", "s3"),
        Paragraph("没有其他需要说明的情况。"),
        Paragraph("某某市数据中心", "signature"),
        Paragraph("2021年3月15日", "date"),
        cover_mark="内部资料 不得公开",
    )


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    return load_fonts()
