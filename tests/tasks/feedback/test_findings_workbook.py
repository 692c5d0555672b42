"""The list of findings as a workbook: complete, in order, legible, and nothing in it comes alive."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from expectations.rules import Severity
from tasks.feedback import findings_workbook
from tasks.findings import Waived
from tests.support.feedback import finding, parts

C, W, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO
HEADER = ("序号", "单位", "级别", "表", "单元格", "现值", "应为", "问题", "怎么改", "规则")


def opened(*findings: Any, name: str = "长沙市数据资源管理局") -> Any:
    book = openpyxl.load_workbook(io.BytesIO(findings_workbook(name, 2020, findings)))
    assert book.sheetnames == ["核对结果"]
    return book["核对结果"]


def test_a_row_for_each_finding_in_their_order() -> None:
    sheet = opened(
        finding("预算收支总表", "E4", rule="F203", expected="7", message="不平", remedy="核对"),
        finding("人员编制", "B4", W, rule="D304", value="12", message="是文本", remedy="改为数值"),
        finding(unit="dsjzx", rule="D104", value=""),
    )
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)] == [
        list(HEADER),
        [1, "sjzyj", "错误", "预算收支总表", "E4", "无", "7", "不平", "核对", "F203"],
        [2, "sjzyj", "提醒", "人员编制", "B4", "12", None, "是文本", "改为数值", "D304"],
        [3, "dsjzx", "错误", None, None, None, None, "“决算数”应为数字，现为“无”", "请改为数字", "D104"],
    ]


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        (
            (C, W, C),
            "共有错误 2 条，提醒 1 条；有错误的不发布新报告。"
            "请自上而下改正，改好后在原处重新报送；没有自动重跑的，由管理员重跑该单位。",
        ),
        (
            (W, INFO),
            "共有提醒 1 条，提示 1 条，不影响发布。请核对；需要改的，改好后重新报送，由管理员重跑该单位。",
        ),
        ((), "没有发现问题。"),
    ],
)
def test_the_first_rows_say_whose_it_is_and_what_to_do(severities: tuple[Severity, ...], said: str) -> None:
    sheet = opened(*[finding("人员编制", "B4", severity) for severity in severities])
    assert sheet["A1"].value == "长沙市数据资源管理局 2020 年度绩效自评核对结果"
    assert sheet["A2"].value == said
    assert sheet.max_row == (3 + len(severities) if severities else 2)


def test_what_is_waived_says_why_and_needs_no_mending() -> None:
    waived = replace(finding("基本支出", "F4"), waived=Waived("机构划转", "王某某", "2021-12-31"))
    sheet = opened(finding("人员编制", "B4"), waived)
    assert sheet["A2"].value.startswith("共有错误 1 条，已豁免 1 条；")
    assert sheet["C5"].value == "错误（已豁免）"
    assert sheet["I5"].value == "不需修改：机构划转（批准人：王某某，有效期至 2021-12-31）"


def test_severity_has_a_colour_besides_its_word() -> None:
    sheet = opened(finding(severity=C), finding(severity=W), finding(severity=INFO))
    fills = [sheet[f"C{row}"].fill.fgColor.rgb for row in (4, 5, 6)]
    assert len(set(fills)) == 3
    assert all(sheet[f"C{row}"].fill.patternType == "solid" for row in (4, 5, 6))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "https://example.invalid/x", "mailto:a@b"])
def test_texts_stay_texts(text: str) -> None:
    said = dict.fromkeys(("unit", "value", "expected", "message", "remedy", "rule"), text)
    sheet = opened(finding(text, text, **said), name=text)
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.hyperlink is None
            assert cell.data_type in ("s", "n")
    assert [cell.value for cell in sheet[4]] == [1, text, "错误", *[text] * 7]
    assert {cell.number_format for cell in sheet[4][3:]} == {"@"}  # also after it has been gone into


def test_what_no_document_may_hold_is_left_out() -> None:
    hostile = "甲\x00\x0b\ud800\ufffe<b>&\"'乙\n丙"
    sheet = opened(finding(hostile, "A1", message=hostile, value="长" * 40_000), name=hostile)
    assert sheet["D4"].value == sheet["H4"].value == "甲<b>&\"'乙 丙"
    assert sheet["F4"].value == "长" * 2_000
    assert sheet["A1"].value == "甲<b>&\"'乙 丙 2020 年度绩效自评核对结果"


def test_it_can_be_read_on_screen_and_on_paper() -> None:
    sheet = opened(finding(message="短"), finding(message="长" * 100))
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:J5"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth in (None, 1)
    assert sheet.page_setup.fitToHeight == 0
    assert all(cell.alignment.wrap_text for row in (4, 5) for cell in sheet[row])
    short, long = (sheet.row_dimensions[row].height for row in (4, 5))
    assert short < 25
    # 200 character cells in a column of 40 are 6 lines of 15 points.
    assert sheet.column_dimensions["H"].width == pytest.approx(40, abs=1)
    assert 6 * 15 <= long < 8 * 15


def test_equal_findings_give_equal_bytes() -> None:
    findings = [finding("人员编制", "B4", message=str(number)) for number in range(20)]
    content = findings_workbook("甲", 2020, findings)
    assert content == findings_workbook("甲", 2020, findings)
    assert b"2020-01-01T00:00:00Z" in parts(content)["docProps/core.xml"]  # not the time of writing
