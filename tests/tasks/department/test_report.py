"""The department's report: what it says of sums, gaps, units and rounding, and what it never says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tasks.department.publish import publish_department
from tasks.department.values import MOST_ROWS, department_values
from tasks.department.yearbook import Yearbook
from tasks.render.department import write_department
from tasks.render.document import Document, Heading, Paragraph, Table
from tasks.results import State, UnitResult
from tests.support.books import REAL_UNITS, book_of, entry, real_ledger, unit
from tests.support.folders import fingerprint
from tests.support.workbooks import example_records

AMOUNTS = ("budget.total.adjusted", "budget.total.final", "budget.total.surplus")


def report(book: Yearbook) -> Document:
    (head, *_) = book.departments()
    return write_department(department_values(head, book))


def text_of(document: Document) -> str:
    return "".join(block.text for block in document.blocks if isinstance(block, Paragraph))


def table(document: Document, caption: str) -> list[tuple[str, ...]]:
    (found,) = [b for b in document.blocks if isinstance(b, Table) and b.caption == caption]
    return [row.cells for row in found.rows]


@pytest.fixture
def real(tmp_path: Path) -> Yearbook:
    return book_of(tmp_path, real_ledger())


def test_fy2020(real: Yearbook) -> None:
    document = report(real)
    assert document.title_lines == ("2020年度长沙市数据资源管理局", "部门整体支出绩效自评汇总报告")
    assert document.date_iso == "2021-03-15"
    assert table(document, "各单位预算执行情况表") == [
        ("1", "长沙市数据资源管理局（本级）", "1,463.09", "1,445.34", "17.75", "98.79%"),
        ("2", "长沙市大数据中心", "27,368.31", "27,229.98", "138.33", "99.49%"),
        ("", "部门合计", "28,831.39", "28,675.32", "156.07", "99.46%"),
    ]
    # What adding up the displayed figures gives, as a reader would: said, so that nobody looks for an error.
    assert (
        "各单位以万元列示的数直接相加，全年预算数为28,831.40万元（本表28,831.39万元），"
        "本期结余为156.08万元（本表156.07万元），系四舍五入尾差。"
    ) in text_of(document)
    assert table(document, "“三公”经费汇总表")[-1] == ("“三公”经费合计", "35.50", "30.69", "4.81", "86.45%")
    assert table(document, "政府采购汇总表")[-1] == ("合计", "—", "25,470.75", "")
    assert ("在职人员", "57", "54", "94.74%") in table(document, "人员编制汇总表")
    lacking = {row[1]: row[2] for row in table(document, "未作计算的指标")}
    assert lacking["预算调整率"] == "长沙市大数据中心未报送年中调整数、年初预算数"
    assert "与以前年度比较" not in [block.text for block in document.blocks if isinstance(block, Heading)]


def test_last_year_has_a_column_only_where_there_is_one(real: Yearbook) -> None:
    (head,) = real.departments()
    values = department_values(head, real)

    def columns() -> list[str]:
        (found,) = [
            block
            for block in write_department(values).blocks
            if isinstance(block, Table) and block.caption == "部门绩效指标汇总表"
        ]
        assert sum(column.width for column in found.columns) == 100
        return [column.label for column in found.columns]

    assert columns() == ["序号", "指标", "计算公式", "本年", "评价方向"]
    values["rates"][0]["last_bp"] = 9_000
    assert columns() == ["序号", "指标", "计算公式", "本年", "上年", "评价方向"]


def test_what_stands_for_a_sum_that_is_not_made_is_said(real: Yearbook) -> None:
    text = text_of(report(real))
    assert "1.汇总数为本级与所属各单位" in text
    assert "该项合计不作汇总，以“—”表示，并注明所缺单位；" in text


def test_a_missing_unit_leaves_the_sums_open(tmp_path: Path) -> None:
    ledger = real_ledger()
    del ledger["dsjzx"]
    document = report(book_of(tmp_path, ledger))
    assert table(document, "各单位预算执行情况表")[-1] == ("", "部门合计", "—", "—", "—", "")
    assert "1个单位没有（长沙市大数据中心）" in text_of(document)
    assert "1个单位没有已发布的数据，其余单位采用现行版本的数据，详见表七。" in text_of(document)
    assert table(document, "各单位报送和发布情况表")[0] == (
        ("1", "dsjzx", "长沙市大数据中心", "未运行", "—", "0", "0", "没有已发布的数据，未汇总")
    )
    assert "注：长沙市大数据中心没有已发布的数据。" in text_of(document)


def test_nothing_of_a_classified_project_is_said(real: Yearbook, tmp_path: Path) -> None:
    secret = [
        p for unit_ in ("sjzyj", "dsjzx") for p in example_records(unit_)["projects"] if p["is_classified"]
    ]
    assert secret
    document = report(real)
    assert document.cover_mark == "内部资料　注意保存"
    (head,) = real.departments()
    publish_department(head, real, "run")
    for path in (tmp_path / "2020" / "departments").rglob("*"):
        if path.suffix in (".html", ".json"):
            assert not any(project["name"] in path.read_text(encoding="utf-8") for project in secret)


def test_names_are_text(tmp_path: Path) -> None:
    hostile = "{{ 7 * 7 }}<b>#eval"
    registered = (replace(REAL_UNITS[0], name=hostile), REAL_UNITS[1])
    document = report(book_of(tmp_path, real_ledger(), registered))
    assert table(document, "各单位预算执行情况表")[0][1] == f"{hostile}（本级）"


def test_many_units_are_listed_up_to_a_limit_and_still_add_up(tmp_path: Path) -> None:
    units = (unit("head"), *(unit(f"u{n:03}", "head") for n in range(MOST_ROWS + 60)))
    ledger = {
        u.code: entry(dict(zip(AMOUNTS, (100 * n, 90 * n, 10 * n), strict=True)))
        for n, u in enumerate(units, 1)
    }
    values = department_values(units[0], book_of(tmp_path, ledger, units))
    assert len(values["listed"]) == MOST_ROWS - 1
    assert values["listed"][0]["code"] == "head"
    for column, quantity in (("adjusted", AMOUNTS[0]), ("final", AMOUNTS[1])):
        assert (
            sum(row[column] for row in values["listed"]) + values["rest"][column] == values["sums"][quantity]
        )
    assert write_department(values)


def test_published_figures_of_a_unit_that_is_blocked_now_are_used_and_it_is_said(real: Yearbook) -> None:
    book = Yearbook(real.out, real.year, real.registered, [UnitResult("dsjzx", "x", State.BLOCKED)])
    document = report(book)
    (row, *_) = [r for r in table(document, "各单位报送和发布情况表") if r[1] == "dsjzx"]
    assert (row[3], row[4], row[7]) == ("未通过核对", "第1版", "采用第1版已发布的数据")
    assert table(document, "各单位预算执行情况表")[-1][2] == "28,831.39"


def test_versions_follow_the_content(real: Yearbook, tmp_path: Path) -> None:
    (head,) = real.departments()
    first = publish_department(head, real, "run-1")
    assert first is not None
    assert (first.version, first.changes) == (1, ("首次发布",))
    before = fingerprint(tmp_path / "2020" / "departments")
    again = publish_department(head, real, "run-2")
    assert again is not None
    assert not again.is_new
    assert fingerprint(tmp_path / "2020" / "departments") == before
    ledger = real_ledger()
    figures = {**ledger["dsjzx"].figures, "budget.total.final": 27229980001}
    changed = book_of(tmp_path, {"dsjzx": replace(ledger["dsjzx"], figures=figures, version=2)})
    second = publish_department(head, changed, "run-3")
    assert second is not None
    assert second.version == 2
    assert "预算收支总表 · 合计 · 决算数：286,753,249.00 元 → 286,753,249.01 元" in second.changes


def test_a_department_without_any_figures_has_no_report(tmp_path: Path) -> None:
    book = book_of(tmp_path, {})
    (head,) = book.departments()
    assert publish_department(head, book, "run") is None
    assert not (tmp_path / "2020").exists()


def test_departments_at_any_depth_and_none_in_a_circle(tmp_path: Path) -> None:
    units = (unit("a"), unit("b", "a"), unit("c", "b"), unit("x", "y"), unit("y", "x"), unit("z", "x"))
    faulty = (replace(unit("第7条"), fault="单位代码不合规"), unit("w", "第7条"))
    book = Yearbook(tmp_path, 2020, units + faulty)
    assert [head.code for head in book.departments()] == ["a", "b"]
    assert book.members("a") == ["a", "b", "c"]
    assert [head.code for head in book.departments(["c"])] == ["a", "b"]
    assert [head.code for head in book.departments(["a"])] == ["a"]
