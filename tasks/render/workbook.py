"""The fill-in workbook: one sheet for each table of the contract, blank or filled.

Plain values only: no formulas and no merged cells, so that what is seen is what is read back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from expectations.contract import CONTRACT, Column, Contract, Layout, Table, Type
from tasks.render.workbook_styles import (
    CREATED,
    Styles,
    list_widths,
    make_styles,
    options,
    row_height,
    set_page,
)
from tasks.render.workbook_values import MAX_AMOUNT_YUAN, Cell, Rows, displayed

GUIDE = "填报说明"
HEADER_ROW = 2
"""Zero-based: above it stand the title and a note, below it the data."""
SPARE_ROWS = 3
"""Ruled rows below the last one of a list whose rows are not fixed."""
BLANK_ROWS = 12
"""Ruled rows in such a list when it has no data."""
VALIDATED_ROWS = 1_000

_GUIDANCE = (
    "每张工作表对应一张表，请逐表填写；工作表名称、列标题和固定行名称均不要修改，不要合并单元格。",
    "金额一律以“元”为单位填写数字，最多两位小数，不加“元”“万元”等字样，不手工输入千分位逗号。",
    "没有发生额的填 0；暂无数据或者不适用的留空，不填“无”“/”“—”。",
    "选项列和“是/否”列请从下拉列表中选择；日期按“2021-03-15”的样式填写；将鼠标移到列标题上可查看填写要求。",
    "报告中的合计数、执行率、控制率均由系统计算，文字说明中不必重复书写可由各表算出的金额和比率。",
    "文字说明一段填一行，按报告中的先后顺序排列；小标题不带序号和句号。",
    "涉密项目应在“项目支出”表标明“是否涉密”，其建设内容、供应商等信息不得填入本工作簿。",
)
_FORM_HEADER = ("项目", "填报内容", "填写说明")
_FORM_WIDTHS = (22, 66, 46)
_GUIDE_WIDTHS = (18, 100, 14)
_MAX_DROPDOWN = 255
"""What a dropdown's words may come to, commas included: a spreadsheet refuses more."""
_EARLIEST = dt.date(1949, 10, 1)


def write_workbook(path: Path | str, records: Mapping[str, Rows], *, contract: Contract = CONTRACT) -> None:
    """Write the workbook of `contract`, filled with `records`, to `path`. Equal records give equal bytes.

    `records[table]` is a list of rows: column name → value (a form has at most one row). Amounts are
    integers in 分 and come out in 元; choices are codes and come out as labels; flags are bool, dates
    `datetime.date`; None or an absent column leaves the cell empty. Tables without records come out blank.

    Raises ValueError, before anything is written, for a table, column or value the contract does not know.
    """
    if unknown := set(records) - {table.name for table in contract.tables}:
        raise ValueError(f"tables not in the contract: {sorted(unknown)}")
    sheets = {table.name: displayed(table, records.get(table.name, ())) for table in contract.tables}
    with xlsxwriter.Workbook(str(path), options()) as book:
        book.set_properties(
            {
                "title": "部门整体支出绩效自评基础资料",
                "comments": f"表样版本 {contract.version}",
                "created": CREATED,
            }
        )
        styles = make_styles(book)
        _write_guide(book.add_worksheet(GUIDE), styles, contract)
        for table in contract.tables:
            write = _write_form if table.layout is Layout.FORM else _write_list
            write(book.add_worksheet(table.label), styles, table, sheets[table.name])


def _write_guide(sheet: Any, styles: Styles, contract: Contract) -> None:
    sheet.hide_gridlines(2)
    for position, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(position, position, width)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, "部门整体支出绩效自评基础资料填报说明", styles.title)
    lines = [(f"第{number}条", line, styles.fixed) for number, line in enumerate(_GUIDANCE, start=1)]
    lines.append(("必填", "列标题为此颜色的，必须填写。", styles.required))
    lines.append(("选填", "列标题为此颜色的，有数据时填写。", styles.optional))
    text = styles.cells[Layout.FORM][Type.TEXT]
    for row, (head, line, head_format) in enumerate(lines, start=1):
        sheet.set_row(row, row_height([(line, _GUIDE_WIDTHS[1])]))
        sheet.write_string(row, 0, head, head_format)
        sheet.write_string(row, 1, line, text)
    top = len(lines) + 2
    for position, label in enumerate(("工作表", "填写内容", "是否必填")):
        sheet.write_string(top, position, label, styles.optional)
    for row, table in enumerate(contract.tables, start=top + 1):
        sheet.set_row(row, row_height([]))
        sheet.write_string(row, 0, table.label, text)
        sheet.write_string(row, 1, table.meaning, text)
        sheet.write_string(row, 2, "有则填写" if table.optional else "必填", text)
    set_page(sheet, 0, 0)


def _write_head(sheet: Any, styles: Styles, table: Table) -> None:
    units = "、".join(dict.fromkeys(str(column.unit) for column in table.columns if column.unit))
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, table.label, styles.title)
    note = table.meaning + (f"（单位：{units}）" if units and table.layout is Layout.LIST else "")
    sheet.write_string(1, 0, note, styles.note)
    sheet.set_row(1, 20)
    sheet.set_row(HEADER_ROW, 36)


def _write_form(sheet: Any, styles: Styles, table: Table, rows: list[dict[str, Cell]]) -> None:
    _write_head(sheet, styles, table)
    for position, (label, width) in enumerate(zip(_FORM_HEADER, _FORM_WIDTHS, strict=True)):
        sheet.set_column(position, position, width)
        sheet.write_string(HEADER_ROW, position, label, styles.optional)
    values = rows[0] if rows else {}
    for row, column in enumerate(table.columns, start=HEADER_ROW + 1):
        value, hint = values.get(column.name), column.meaning + _unit(column)
        sheet.set_row(row, row_height([(_text(value), _FORM_WIDTHS[1]), (hint, _FORM_WIDTHS[2])]))
        sheet.write_string(row, 0, column.label, styles.header(column))
        _put(sheet, row, 1, value, styles.cells[Layout.FORM][column.type])
        sheet.write_string(row, 2, hint, styles.hint)
        _validate(sheet, column, row, row, 1)
    set_page(sheet, HEADER_ROW, 1)


def _write_list(sheet: Any, styles: Styles, table: Table, rows: list[dict[str, Cell]]) -> None:
    _write_head(sheet, styles, table)
    first = HEADER_ROW + 1
    formats = styles.cells[Layout.LIST]
    ruled = len(rows) + _spare_rows(table, len(rows))
    texts = {column.name: [_text(row[column.name]) for row in rows] for column in table.columns}
    widths = list_widths(table.columns, texts)
    for row, shown in enumerate(zip(*texts.values(), strict=True), start=first):
        sheet.set_row(row, row_height(zip(shown, widths, strict=True)))
    for position, (column, width) in enumerate(zip(table.columns, widths, strict=True)):
        sheet.set_column(position, position, width)
        sheet.write_string(HEADER_ROW, position, column.label, styles.header(column))
        sheet.write_comment(HEADER_ROW, position, _requirement(column), {"x_scale": 1.5, "author": ""})
        for offset in range(ruled):
            value = rows[offset][column.name] if offset < len(rows) else None
            is_label = column.name == table.fixed_by and value is not None
            _put(sheet, first + offset, position, value, styles.fixed if is_label else formats[column.type])
        last = first + (ruled - 1 if table.fixed_by else VALIDATED_ROWS)
        _validate(sheet, column, first, last, position)
    set_page(sheet, HEADER_ROW, 1)


def _spare_rows(table: Table, filled: int) -> int:
    if table.fixed_by:  # room for the rows that may be left out, chosen from the dropdown
        return max(len(table[table.fixed_by].choices) - filled, 0)
    return SPARE_ROWS if filled else BLANK_ROWS


def _unit(column: Column) -> str:
    return f"（单位：{column.unit}）" if column.unit else ""


def _requirement(column: Column) -> str:
    must = "必填" if column.required else "选填"
    return f"{must}，{column.type}{_unit(column)}\n{column.meaning}"


def _text(value: Cell) -> str:
    """Return what a cell shows, near enough to measure it."""
    return "" if value is None else f"{value:,.2f}" if isinstance(value, int | float) else str(value)


def _put(sheet: Any, row: int, position: int, value: Cell, cell_format: Any) -> None:
    match value:
        case None:
            sheet.write_blank(row, position, None, cell_format)
        case str():
            sheet.write_string(row, position, value, cell_format)  # never a formula, whatever it starts with
        case dt.date():
            sheet.write_datetime(row, position, value, cell_format)
        case _:
            sheet.write_number(row, position, value, cell_format)


def _validate(sheet: Any, column: Column, first: int, last: int, position: int) -> None:
    """Offer the vocabulary as a dropdown; refuse words typed where a number or a date belongs."""
    rule: dict[str, Any]
    match column.type:
        case Type.CHOICE:
            labels = [choice.label for choice in column.choices]
            if len(",".join(labels)) > _MAX_DROPDOWN:
                return
            rule = {"validate": "list", "source": labels}
        case Type.FLAG:
            rule = {"validate": "list", "source": ["是", "否"]}
        case Type.AMOUNT:
            limits = {"minimum": -MAX_AMOUNT_YUAN if column.signed else 0, "maximum": MAX_AMOUNT_YUAN}
            rule = {"validate": "decimal", "criteria": "between"} | limits
        case Type.COUNT:
            rule = {"validate": "integer", "criteria": ">=", "value": 0}
        case Type.DATE:
            rule = {"validate": "date", "criteria": ">=", "value": _EARLIEST}
        case _:
            return
    shown = {"error_title": column.label, "error_message": f"{column.type}：{column.meaning}{_unit(column)}"}
    sheet.data_validation(first, position, last, position, rule | shown)
