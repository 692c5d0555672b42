"""The list of what is wrong with a unit's workbook, as a workbook: what to mend first on top."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from expectations.rules import Severity
from tasks.feedback.marks import FILLS
from tasks.findings import Finding
from tasks.pull.values import clean_text
from tasks.render.workbook_styles import CREATED, RULED, options, row_height, set_page

SHEET = "核对结果"
HEADER = ("序号", "单位", "级别", "表", "单元格", "现值", "应为", "问题", "怎么改", "规则")
_WIDTHS = (6, 10, 7, 14, 8, 16, 16, 40, 32, 16)
_HEADER_ROW = 2
_MAX_TEXT = 2_000


def findings_workbook(name: str, year: int, findings: Sequence[Finding]) -> bytes:
    """A workbook of one sheet 核对结果 that lists `findings` in their order, as the bytes of a file.

    `name` is the unit's. Texts are written as texts, whatever they begin with. Equal inputs give equal bytes.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options(in_memory=True)) as book:
        book.set_properties({"title": SHEET, "created": CREATED})
        sheet = book.add_worksheet(SHEET)
        title = book.add_format({"bold": True, "font_name": "黑体", "font_size": 16, "valign": "vcenter"})
        sheet.hide_gridlines(2)
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, f"{_text(name)} {year} 年度绩效自评核对结果", title)
        sheet.set_row(1, 22)
        sheet.write_string(1, 0, _summary(findings), book.add_format({"valign": "vcenter"}))
        for position, width in enumerate(_WIDTHS):
            sheet.set_column(position, position, width)
        if findings:
            _write_table(book, sheet, findings)
        set_page(sheet, _HEADER_ROW, 0)
    return content.getvalue()


def _summary(findings: Sequence[Finding]) -> str:
    if not findings:
        return "没有发现问题。"
    numbers = Counter(finding.severity for finding in findings if not finding.waived)
    counts = [f"{severity} {numbers[severity]} 条" for severity in Severity if numbers[severity]]
    if waived := sum(finding.waived is not None for finding in findings):
        counts.append(f"已豁免 {waived} 条")
    counted = "，".join(counts)
    if not numbers[Severity.CRITICAL]:
        return f"共有{counted}，不影响发布。请核对；需要改的，改好后重新报送，由管理员重跑该单位。"
    return (
        f"共有{counted}；有错误的不发布新报告。"
        "请自上而下改正，改好后在原处重新报送；没有自动重跑的，由管理员重跑该单位。"
    )


def _write_table(book: Any, sheet: Any, findings: Sequence[Finding]) -> None:
    header = book.add_format({**RULED, "bold": True, "align": "center", "bg_color": "#DDEBF7"})
    # The text format, so that a cell gone into and left again does not become a formula or a date.
    text = book.add_format({**RULED, "num_format": "@", "align": "left"})
    centred = book.add_format({**RULED, "num_format": "@", "align": "center"})
    number = book.add_format({**RULED, "align": "center"})
    fills = {
        severity: book.add_format({**RULED, "align": "center", "bold": True, "bg_color": f"#{rgb}"})
        for severity, rgb in FILLS.items()
    }
    sheet.set_row(_HEADER_ROW, 24)
    for position, label in enumerate(HEADER):
        sheet.write_string(_HEADER_ROW, position, label, header)
    for count, finding in enumerate(findings, start=1):
        row = _HEADER_ROW + count
        shown = _shown(finding)
        sheet.set_row(row, row_height(zip(shown, _WIDTHS[1:], strict=True)))
        sheet.write_number(row, 0, count, number)
        formats = (centred, fills[finding.severity], text, centred, text, text, text, text, text)
        for position, (words, cell_format) in enumerate(zip(shown, formats, strict=True), start=1):
            if words:
                sheet.write_string(row, position, words, cell_format)
            else:
                sheet.write_blank(row, position, None, cell_format)
    sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + len(findings), len(HEADER) - 1)


def _shown(finding: Finding) -> tuple[str, ...]:
    severity = f"{finding.severity}（已豁免）" if finding.waived else str(finding.severity)
    texts = (finding.unit, severity, finding.sheet, finding.cell, finding.value, finding.expected)
    return tuple(map(_text, (*texts, finding.message, finding.answer, finding.rule)))


def _text(text: str) -> str:
    """A text in one line, without what no document may hold, and short enough to be read in a table."""
    return " ".join(clean_text(text).split())[:_MAX_TEXT]
