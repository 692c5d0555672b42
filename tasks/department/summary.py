"""All units of a year in one table: `summary.xlsx`, a row a unit, totals as formulas."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tasks.department.yearbook import Yearbook
from tasks.files import replace_file
from tasks.history.compare import ADJUSTED, FINAL
from tasks.money import FEN_PER_WAN, basis_points
from tasks.pull.values import clean_text
from tasks.render.workbook_styles import CREATED, RULED, options, row_height, set_page

FILE, SHEET = "summary.xlsx", "汇总表"
_HEADER_ROW = 2
_MONEY, _RATE, _COUNT = "#,##0.00", "0.00%", "0"


@dataclass(frozen=True)
class Field:
    """A column. `quantity`: what is printed and added up; `of`: the labels of a rate's two columns."""

    label: str
    width: int
    format: str
    quantity: str = ""
    of: tuple[str, str] | None = None


FIELDS = (
    Field("年初预算数", 14, _MONEY, "budget.total.initial"),
    Field("全年预算数", 14, _MONEY, ADJUSTED),
    Field("决算支出", 14, _MONEY, FINAL),
    Field("本期结余", 12, _MONEY, "budget.total.surplus"),
    Field("预算执行率", 10, _RATE, of=("决算支出", "全年预算数")),
    Field("“三公”经费预算", 11, _MONEY, "basic.three_public.adjusted"),
    Field("“三公”经费决算", 11, _MONEY, "basic.three_public.final"),
    Field("“三公”经费控制率", 10, _RATE, of=("“三公”经费决算", "“三公”经费预算")),
    Field("政府采购支出", 13, _MONEY, "procurement.total.final"),
    Field("在职人员编制（人）", 10, _COUNT, "staffing.regular.approved"),
    Field("在职人员实有（人）", 10, _COUNT, "staffing.regular.actual"),
    Field("在职人员控制率", 10, _RATE, of=("在职人员实有（人）", "在职人员编制（人）")),
)
_WORDS = (("序号", 5), ("单位代码", 12), ("单位名称", 30), ("主管部门", 23))
_AFTER = (("执行率排名", 7), ("错误", 6), ("提醒", 6), ("状态", 11), ("版本", 6))
_WIDTHS = [width for _, width in _WORDS] + [field.width for field in FIELDS] + [width for _, width in _AFTER]
_LABELS = [label for label, _ in _WORDS] + [field.label for field in FIELDS] + [label for label, _ in _AFTER]


def write_summary(book: Yearbook) -> None:
    """Write `output/<year>/summary.xlsx` over all units of the registry; equal figures leave it alone."""
    replace_file(book.out / str(book.year) / FILE, summary_workbook(book))


def summary_workbook(book: Yearbook) -> bytes:
    """The summary as the bytes of a file: amounts in 万元, exact to the 分. Same figures, same bytes."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options(in_memory=True)) as workbook:
        workbook.set_properties({"title": f"{book.year}年度绩效自评{SHEET}", "created": CREATED})
        _write(workbook, workbook.add_worksheet(SHEET), book)
    return content.getvalue()


def ranking(rates: Mapping[str, int | None]) -> dict[str, int]:
    """Rank by rate, the highest first; units with equal rates share the rank, those without have none."""
    known = sorted((rate for rate in rates.values() if rate is not None), reverse=True)
    first = {rate: place for place, rate in reversed(list(enumerate(known, start=1)))}
    return {unit: first[rate] for unit, rate in rates.items() if rate is not None}


def _write(workbook: Any, sheet: Any, book: Yearbook) -> None:
    looks: dict[str, dict[str, Any]] = {
        "text": {"num_format": "@"},
        "centred": {"align": "center"},
        "header": {"bold": True, "align": "center", "bg_color": "#DDEBF7"},
        "total": {"bold": True, "bg_color": "#F2F2F2"},
    }
    for number_format in (_MONEY, _RATE, _COUNT):
        looks[number_format] = {"num_format": number_format, "align": "right"}
        looks[f"total {number_format}"] = looks["total"] | looks[number_format]
    formats = {name: workbook.add_format({**RULED, **look}) for name, look in looks.items()}
    units = book.registered
    published = sum(unit.code in book.ledger for unit in units)
    title = workbook.add_format({"bold": True, "font_name": "黑体", "font_size": 16, "valign": "vcenter"})
    sheet.hide_gridlines(2)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, f"{book.year}年度部门整体支出绩效自评{SHEET}", title)
    note = f"单位：万元。共{len(units)}个单位，{published}个有已发布的数据；空白为未报送或没有发布。"
    sheet.write_string(1, 0, note, workbook.add_format({"valign": "vcenter", "font_color": "#595959"}))
    sheet.set_row(_HEADER_ROW, 50)
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
        sheet.write_string(_HEADER_ROW, position, _LABELS[position], formats["header"])
    figures = {unit.code: book.ledger[unit.code].figures for unit in units if unit.code in book.ledger}
    rates = {code: _rate(known, ADJUSTED, FINAL) for code, known in figures.items()}
    ranks = ranking(rates)
    for number, unit in enumerate(units, start=1):
        row, entry = _HEADER_ROW + number, book.ledger.get(unit.code)
        standing = book.standings[unit.code]
        above = book.name(unit.parent) if unit.parent else ""
        words = [clean_text(text) for text in (unit.code, unit.name, above)]
        sheet.set_row(row, row_height([(words[1], _WORDS[2][1]), (words[2], _WORDS[3][1])]))
        sheet.write_number(row, 0, number, formats["centred"])
        for position, text in enumerate(words, start=1):
            sheet.write_string(row, position, text, formats["text"])
        _write_figures(sheet, row, figures.get(unit.code, {}), formats)
        version = entry.version if entry and entry.version else None
        after = (ranks.get(unit.code), standing.errors, standing.warnings, standing.state, version)
        for position, value in enumerate(after, start=len(_WORDS) + len(FIELDS)):
            sheet.write(row, position, value, formats["centred"])
    last = _HEADER_ROW + len(units)
    sheet.autofilter(_HEADER_ROW, 0, last, len(_LABELS) - 1)
    _write_totals(sheet, last + 1, list(figures.values()), formats)
    _write_gaps(sheet, last + 2, len(units), list(figures.values()), formats)
    set_page(sheet, _HEADER_ROW, 3)


def _write_figures(sheet: Any, row: int, figures: Mapping[str, int], formats: Mapping[str, Any]) -> None:
    for position, field in enumerate(FIELDS, start=len(_WORDS)):
        if field.of:
            base, top = (_quantity(label) for label in reversed(field.of))
            rate_bp = _rate(figures, base, top)
            value = None if rate_bp is None else rate_bp / 10_000
        else:
            known = figures.get(field.quantity)
            value = None if known is None else known / FEN_PER_WAN if field.format == _MONEY else known
        if value is None:
            sheet.write_blank(row, position, None, formats[field.format])
        else:
            sheet.write_number(row, position, value, formats[field.format])


def _write_totals(
    sheet: Any, row: int, figures: Sequence[Mapping[str, int]], formats: Mapping[str, Any]
) -> None:
    """The row of totals: formulas for whoever changes a figure, with their results for whoever only reads."""
    for position in range(len(_LABELS)):
        sheet.write_blank(row, position, None, formats["total"])
    sheet.write_string(row, 2, "合计", formats["total"])
    sums = {f.quantity: sum(known.get(f.quantity, 0) for known in figures) for f in FIELDS if f.quantity}
    for position, field in enumerate(FIELDS, start=len(_WORDS)):
        if field.of:
            base, top = (_quantity(label) for label in reversed(field.of))
            rate_bp = _rate(sums, base, top)
            above, below = (xl_col_to_name(_LABELS.index(label)) for label in field.of)
            counts = [f"COUNT({c}{_HEADER_ROW + 2}:{c}{row})" for c in (above, below)]
            # Both sums must be of the same units: else the rate would be of nothing.
            is_open = f"OR({below}{row + 1}=0,{counts[0]}<>{counts[1]})"
            formula = f'=IF({is_open},"",{above}{row + 1}/{below}{row + 1})'
            is_even = sum(top in known for known in figures) == sum(base in known for known in figures)
            result: Any = sums[top] / sums[base] if rate_bp is not None and is_even else ""
        else:
            column = xl_col_to_name(position)
            formula = f"=SUM({column}{_HEADER_ROW + 2}:{column}{row})"
            result = sums[field.quantity] / FEN_PER_WAN if field.format == _MONEY else sums[field.quantity]
        sheet.write_formula(row, position, formula, formats[f"total {field.format}"], result)


def _write_gaps(
    sheet: Any, row: int, count: int, figures: Sequence[Mapping[str, int]], formats: Mapping[str, Any]
) -> None:
    """Of how many units a total does not hold a figure: a part must not pass for the whole."""
    for position in range(len(_LABELS)):
        sheet.write_blank(row, position, None, formats["total"])
    sheet.write_string(row, 2, "合计未含的单位数", formats["total"])
    for position, field in enumerate(FIELDS, start=len(_WORDS)):
        if field.quantity:
            column = xl_col_to_name(position)
            formula = f"=COUNTBLANK({column}{_HEADER_ROW + 2}:{column}{_HEADER_ROW + 1 + count})"
            known = sum(field.quantity in of_unit for of_unit in figures)
            sheet.write_formula(row, position, formula, formats[f"total {_COUNT}"], count - known)


def _quantity(label: str) -> str:
    return next(field.quantity for field in FIELDS if field.label == label)


def _rate(figures: Mapping[str, int], base: str, top: str) -> int | None:
    if base not in figures or top not in figures:
        return None
    return basis_points(figures[top], figures[base])
