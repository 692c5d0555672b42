"""The indicators as people read them: every row of the framework, a value or what is missing."""

from __future__ import annotations

import pytest

from expectations.contract import CONTRACT
from expectations.indicators import FRAMEWORK, INDICATORS, Indicator, Kind
from tasks.compute import compute_indicators
from tasks.frames import stack
from tasks.indicator_table import IndicatorRow, indicator_tables
from tasks.quantities import compute_quantities
from tests.support.memory import in_memory
from tests.support.workbooks import Records, example_records, row


def table(records: Records) -> dict[str, IndicatorRow]:
    quantities = compute_quantities(stack([in_memory(records)]), ["sjzyj"])
    rows = indicator_tables(compute_indicators(quantities))["sjzyj"]
    assert [found.indicator for found in rows] == list(INDICATORS)
    return {found.indicator.code: found for found in rows}


def test_the_whole_framework_is_there() -> None:
    by_level: dict[str, list[str]] = {}
    for indicator in FRAMEWORK:
        by_level.setdefault(f"{indicator.level1}·{indicator.level2}", []).append(indicator.label)
    assert {level: len(labels) for level, labels in by_level.items()} == {
        "投入·目标设定": 2,
        "投入·预算配置": 3,
        "过程·预算执行": 8,
        "过程·预算管理": 4,
        "过程·资产管理": 3,
        "产出·职责履行": 4,
        "效果·履职效益": 4,
    }
    assert by_level["过程·预算执行"] == [
        "预算完成率",
        "预算调整率",
        "支付进度率",
        "结转结余率",
        "结转结余变动率",
        "公用经费控制率",
        "“三公”经费控制率",
        "政府采购执行率",
    ]


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.code)
def test_an_indicator_is_complete(indicator: Indicator) -> None:
    assert indicator.label
    assert indicator.formula
    assert indicator.basis
    assert indicator.direction
    assert indicator.inputs or indicator.lacking
    assert set(indicator.items) <= CONTRACT["checklist"]["item"].label_by_code.keys()


def test_every_item_of_the_checklist_belongs_to_one_indicator() -> None:
    used = [item for indicator in INDICATORS for item in indicator.items]
    asked = list(CONTRACT["checklist"]["item"].label_by_code)
    assert sorted([*used, "satisfaction"]) == sorted(asked)
    labels = CONTRACT["checklist"]["item"].label_by_code
    for indicator in INDICATORS:
        if indicator.kind is Kind.CHECKLIST:
            assert {labels[item].partition("：")[0] for item in indicator.items} == {indicator.label}


def test_values_of_the_real_bureau() -> None:
    found = {code: shown.value for code, shown in table(example_records("sjzyj")).items()}
    assert found["adjustment"] == "721.68%"
    assert found["execution.total"] == "98.79%"
    assert found["progress"] == "缺少：月度支付进度"
    assert found["surplus.change"] == "缺少：年末结转结余、上年结转结余"
    assert found["tasks.finished"] == "缺少：实际完成工作数、计划工作数"
    assert found["disclosure"] == "缺少：管理自查“预决算信息公开性”（按规定内容公开；按规定时限公开）"
    assert found["effect.economic"] == "2项绩效指标"
    assert found["effect.ecological"] == "缺少：生态效益类绩效指标"


def test_values_of_what_the_unit_declares() -> None:
    records = example_records("sjzyj")
    records["checklist"] = [
        {"item": "disclosure_content", "is_met": True},
        {"item": "disclosure_time", "is_met": False},
    ]
    records["supplement"] = [
        {"planned_tasks": 40, "finished_tasks": 38, "key_tasks": 0, "key_finished_tasks": 0}
    ]
    found = {code: shown.value for code, shown in table(records).items()}
    assert found["disclosure"] == "1/2项符合"
    assert found["tasks.finished"] == "95.00%"
    assert found["tasks.timely"] == "缺少：及时完成工作数"
    assert found["tasks.key"] == "基数为零，不计算"


def test_last_year() -> None:
    records = example_records("sjzyj")
    row(records, "staffing", category="regular")["last_actual"] = 18
    shown = table(records)
    assert shown["control.regular"].last_value == "90.00%"
    assert shown["execution.total"].last_value == "缺少：上年数据"
