"""summary.xlsx: a row a unit, totals as formulas with their results, the same bytes for the same figures."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl

from tasks.department.summary import FIELDS, FILE, SHEET, ranking, summary_workbook, write_summary
from tasks.render.workbook_styles import display_width
from tests.support.books import REAL_UNITS, book_of, real_ledger


def sheets(content: bytes) -> tuple[list[list[object]], list[list[object]]]:
    """The values and the formulas of the sheet."""
    return tuple(  # type: ignore[return-value]
        [
            list(row)
            for row in openpyxl.load_workbook(io.BytesIO(content), data_only=only)[SHEET].iter_rows(
                values_only=True
            )
        ]
        for only in (True, False)
    )


def test_rows_totals_and_gaps(tmp_path: Path) -> None:
    values, formulas = sheets(summary_workbook(book_of(tmp_path, real_ledger())))
    header, first, second, total, gaps = values[2:7]
    column = {label: position for position, label in enumerate(header)}
    assert first[column["单位名称"]] == "长沙市数据资源管理局"
    assert second[column["主管部门"]] == "长沙市数据资源管理局"
    assert (first[column["决算支出"]], second[column["决算支出"]]) == (1445.3449, 27229.98)
    assert total[column["全年预算数"]] == 28831.3949
    assert total[column["本期结余"]] == 156.07
    assert round(float(str(total[column["预算执行率"]])), 4) == 0.9946
    assert (first[column["执行率排名"]], second[column["执行率排名"]]) == (2, 1)
    assert (first[column["版本"]], first[column["错误"]]) == (1, 0)
    assert gaps[column["年初预算数"]] == 1
    cell = formulas[5]
    assert cell[column["决算支出"]] == "=SUM(G4:G5)"
    assert "COUNT(" in str(cell[column["预算执行率"]])
    assert formulas[6][column["年初预算数"]] == "=COUNTBLANK(E4:E5)"


def test_every_heading_fits_on_two_lines() -> None:
    assert [field.label for field in FIELDS if display_width(field.label) > 2 * (field.width - 1)] == []


def test_a_unit_without_figures_has_a_row_and_no_numbers(tmp_path: Path) -> None:
    ledger = real_ledger()
    del ledger["dsjzx"]
    values, _ = sheets(summary_workbook(book_of(tmp_path, ledger)))
    row = values[4]
    assert row[:4] == [2, "dsjzx", "长沙市大数据中心", "长沙市数据资源管理局"]
    assert row[4:17] == [None] * 13
    assert row[19] == "未运行"
    assert values[6][5] == 1


def test_text_of_units_is_never_a_formula_and_bytes_repeat(tmp_path: Path) -> None:
    registered = (replace(REAL_UNITS[0], name='=HYPERLINK("http://x")'), REAL_UNITS[1])
    book = book_of(tmp_path, real_ledger(), registered)
    content = summary_workbook(book)
    assert content == summary_workbook(book)
    _, formulas = sheets(content)
    sheet = openpyxl.load_workbook(io.BytesIO(content))[SHEET]
    assert (sheet["C4"].value, sheet["C4"].data_type) == ('=HYPERLINK("http://x")', "s")
    assert sheet.freeze_panes == "D4"
    assert sheet.auto_filter.ref == "A3:U5"
    assert formulas


def test_equal_figures_leave_the_file_alone(tmp_path: Path) -> None:
    book = book_of(tmp_path, real_ledger())
    write_summary(book)
    before = (tmp_path / "2020" / FILE).stat().st_mtime_ns
    write_summary(book)
    assert (tmp_path / "2020" / FILE).stat().st_mtime_ns == before


def test_equal_rates_share_a_rank() -> None:
    assert ranking({"a": 9000, "b": 9500, "c": 9000, "d": None, "e": 100}) == {"b": 1, "a": 2, "c": 2, "e": 4}
