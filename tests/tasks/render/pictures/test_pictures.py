"""What pictures show, and what they say to who cannot see them."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.money import basis_points
from tasks.render.document import Picture
from tasks.render.drawing import Bars, Columns, Panel
from tasks.render.pictures import (
    UnitRow,
    YearPoint,
    execution_by_item,
    execution_by_project,
    series,
    units_compared,
)

WAN = 1_000_000


def panels(picture: Picture) -> tuple[Panel, ...]:
    assert isinstance(picture.drawing, Bars)
    return picture.drawing.panels


def columns(picture: Picture) -> Columns:
    assert isinstance(picture.drawing, Columns)
    return picture.drawing


def row(adjusted: int, final: int, **more: Any) -> dict[str, Any]:
    return {
        "adjusted": adjusted * WAN,
        "final": final * WAN,
        "rate_bp": basis_points(final, adjusted),
        "is_classified": False,
        **more,
    }


def test_items() -> None:
    picture = execution_by_item(
        [
            row(1000, 900, label="工资福利支出", number="1"),
            row(100, 120, label="其中：公务接待费", of_which=True),
            row(0, 0, label="对个人和家庭的补助", number="2"),
        ]
    )
    (panel,) = panels(picture)
    assert [(bar.label, bar.outline, bar.fill) for bar in panel.bars] == [
        ("工资福利支出", 10_000, 9_000),
        ("其中：公务接待费", 1_000, 1_200),
        ("对个人和家庭的补助", None, None),
    ]
    assert [bar.figures for bar in panel.bars] == [("900.00", "90.00%"), ("120.00", "120.00%"), ("-", "")]
    assert [(bar.number, bar.indented) for bar in panel.bars] == [("1", False), ("", True), ("2", False)]
    assert picture.alt == (
        "条形图，空心条为全年预算数，实心条为决算支出。工资福利支出，全年预算1,000.00万元，决算支出900.00万元，"
        "执行率90.00%；对个人和家庭的补助，全年预算0.00万元，决算支出0.00万元。"
    )


def test_projects_keep_the_order_and_the_numbers_of_the_table() -> None:
    picture = execution_by_project(
        [row(10, 10, name="甲"), row(300, 150, name="乙"), row(5, 5, name="丙", is_classified=True)]
    )
    (panel,) = panels(picture)
    assert [(bar.number, bar.label) for bar in panel.bars] == [("1", "甲"), ("2", "乙"), ("3", "涉密项目")]
    assert picture.alt == (
        "条形图，空心条为全年预算数，实心条为决算支出。"
        "共3个项目，合计全年预算315.00万元，决算支出165.00万元，执行率52.38%。"
        "金额最大的是第2项乙，全年预算300.00万元，决算支出150.00万元，执行率50.00%。"
        "执行率达到100.00%的项目2个。"
        "执行率最低的是第2项乙，全年预算300.00万元，决算支出150.00万元，执行率50.00%。"
    )


def test_a_classified_project_is_named_nowhere() -> None:
    picture = execution_by_project([row(9, 1, name="机密甲", is_classified=True), row(1, 1, name="乙")])
    assert "机密甲" not in repr(picture)
    assert "第1项涉密项目" in picture.alt


def test_too_many_projects_for_a_page_share_a_bar() -> None:
    projects = [row(1000 - number, number, name=f"项目{number}") for number in range(40)]
    (panel,) = panels(execution_by_project(projects))
    assert len(panel.bars) == 23
    assert [bar.number for bar in panel.bars] == [*map(str, range(1, 23)), ""]
    assert panel.bars[-1].label == "其余18个项目合计"
    assert panel.bars[-1].figures == ("549.00", "3.15%")  # 22 + … + 39 of 978 + … + 961


def test_a_long_name_is_cut() -> None:
    (panel,) = panels(execution_by_project([row(1, 1, name="长" * 200)]))
    assert panel.bars[0].label == "长" * 31 + "…"


def test_nothing_at_all() -> None:
    for picture in (execution_by_project([]), execution_by_item([]), units_compared([])):
        assert picture.alt.endswith("。")
        assert panels(picture)[0].ticks


def test_a_series_has_gaps_and_marks_what_was_restated() -> None:
    picture = series(
        "近五年整体支出情况",
        [
            YearPoint(2020, 200 * WAN, 100 * WAN, 5_000),
            YearPoint(2017, 50 * WAN, None, None, is_restated=True),
            YearPoint(2012, 1, 1, 1),
        ],
        last_year=2020,
    )
    drawing = columns(picture)
    assert [(slot.label, slot.outline, slot.fill) for slot in drawing.slots] == [
        ("2017年※", 2_500, None),
        ("2018年", None, None),
        ("2019年", None, None),
        ("2020年", 10_000, 5_000),
    ]
    assert [slot.figures for slot in drawing.slots[:2]] == [("50.00", "无数据", ""), ("无数据", "", "")]
    assert drawing.note.startswith("※")
    assert picture.alt == (
        "柱形图，空心柱为全年预算数，实心柱为决算支出。2017年（调整后）全年预算50.00万元，决算支出无数据；"
        "2018年无数据；2019年无数据；2020年全年预算200.00万元，决算支出100.00万元，执行率50.00%。"
    )


def test_a_year_comes_once() -> None:
    point = YearPoint(2020, 1, 1, 10_000)
    assert columns(series("甲", [point], 2020)).note == ""
    with pytest.raises(ValueError, match="不止一次"):
        series("甲", [point, point], 2020)


def unit(number: int, adjusted: int, final: int) -> UnitRow:
    return UnitRow(f"单位{number}", adjusted * WAN, final * WAN, basis_points(final, adjusted))


def test_hundreds_of_units() -> None:
    picture = units_compared(
        [*(unit(n, 1000 + n, 950) for n in range(300)), unit(300, 0, 0), unit(301, 1, 2)]
    )
    spread, largest, slowest = panels(picture)
    assert [(bar.label, bar.figures) for bar in spread.bars] == [
        ("超过100%", ("1",)),
        ("100%", ("0",)),
        ("95%（含）至100%", ("1",)),
        ("90%（含）至95%", ("55",)),
        ("80%（含）至90%", ("132",)),
        ("50%（含）至80%", ("112",)),
        ("不足50%", ("0",)),
        ("无预算", ("1",)),
    ]
    assert [bar.label for bar in largest.bars] == [f"单位{n}" for n in range(299, 289, -1)]
    assert [bar.label for bar in slowest.bars] == [f"单位{n}" for n in range(299, 289, -1)]
    assert [tick.label for tick in slowest.ticks] == ["0%", "50%", "100%"]
    assert "比较302个单位" in picture.alt
    assert (
        "预算执行率最低的是单位299，全年预算1,299.00万元，决算支出950.00万元，执行率73.13%。" in picture.alt
    )


def test_few_units_are_all_shown() -> None:
    spread, units = panels(units_compared([unit(n, 10 + n, 10) for n in range(20)]))
    assert sum(int(bar.figures[0]) for bar in spread.bars) == 20
    assert [bar.label for bar in units.bars] == [f"单位{n}" for n in range(19, -1, -1)]
