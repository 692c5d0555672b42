"""What a report is written from: typed, labelled, grouped, and for each unit its own."""

from __future__ import annotations

import pytest

from tasks.values import build_values, quantity_label
from tests.support.memory import in_memory, sound, values_of
from tests.support.workbooks import example_records, row


def test_units_keep_their_own() -> None:
    submissions = [in_memory(example_records(unit), unit) for unit in ("sjzyj", "dsjzx")]
    together = build_values(sound(submissions), ["sjzyj", "dsjzx"], 2020)
    for unit in ("sjzyj", "dsjzx"):
        assert together[unit] == values_of(example_records(unit), unit)
    assert together["sjzyj"] == build_values(sound(submissions), ["sjzyj"], 2020)["sjzyj"]


def test_plain_values() -> None:
    values = values_of(example_records("sjzyj"))
    assert values["budget"]["total"]["final"] == 1445344900
    assert type(values["budget"]["total"]["final"]) is int
    assert values["budget"]["basic"]["initial"] is None
    assert values["budget"]["total"]["rate_bp"] == 9879
    assert values["budget"]["fund"]["rate_bp"] is None
    assert values["projects"][0]["is_key"] is True
    assert values["projects"][0]["method_label"] == "单一来源"
    assert values["projects"][2]["method_label"] is None
    assert values["profile"]["department_names"] == [
        "办公室",
        "规划发展处",
        "数据资源处",
        "应用推广处",
        "数据产业处",
    ]
    assert values["staffing"][0]["label"] == "在职人员"
    assert values["staffing"][0]["rate_bp"] == 9500
    assert [line["final"] for line in values["procurement"]["goods"]["lines"]] == [4240000, 17680000]
    assert values["procurement"]["goods"]["final"] == 21920000
    assert values["vehicles"]["closing"] == 2


def test_what_could_not_be_computed_and_what_it_lacks() -> None:
    values = values_of(example_records("sjzyj"))
    assert values["missing"] == [
        {"label": "结转结余率", "inputs": "年末结转结余"},
        {"label": "结转结余变动率", "inputs": "年末结转结余、上年结转结余"},
        {"label": "“三公”经费变动率", "inputs": "“三公”经费上年决算数"},
        {"label": "政府采购执行率", "inputs": "采购预算数"},
        {"label": "固定资产利用率", "inputs": "固定资产在用原值、固定资产年末原值"},
    ]


def test_a_rate_without_a_base_is_not_missing() -> None:
    records = example_records("sjzyj")
    row(records, "budget", item="total").update(carry_in=0, carry_out=0)
    values = values_of(records)
    assert values["rates"]["surplus.change"] is None
    assert not any(entry["label"].startswith("结转结余") for entry in values["missing"])


@pytest.mark.parametrize(
    ("quantity", "label"),
    [
        ("budget.total.initial", "年初预算数"),
        ("basic.three_public.last_final", "“三公”经费上年决算数"),
        ("assets.fixed.in_use", "固定资产在用原值"),
        ("procurement.total.budget", "采购预算数"),
        ("staffing.regular.approved", "在职人员编制（核定）数"),
    ],
)
def test_quantity_label(quantity: str, label: str) -> None:
    assert quantity_label(quantity) == label


def test_paragraphs_are_grouped_where_their_heading_first_appears() -> None:
    records = example_records("sjzyj")
    records["narratives"] = [
        {"section": "thrift", "text": "开头"},
        {"section": "thrift", "heading": "甲", "text": "甲一\n\n  甲二  "},
        {"section": "thrift", "heading": "乙", "text": "乙一"},
        {"section": "thrift", "heading": "甲", "subheading": "小", "text": "甲三"},
        {"section": "thrift", "subheading": "丙", "text": "丙一"},
    ]
    assert values_of(records)["narratives"] == {
        "thrift": [
            {"heading": None, "parts": [{"subheading": None, "paragraphs": ["开头"]}]},
            {
                "heading": "甲",
                "parts": [
                    {"subheading": None, "paragraphs": ["甲一", "甲二"]},
                    {"subheading": "小", "paragraphs": ["甲三"]},
                ],
            },
            {"heading": "乙", "parts": [{"subheading": None, "paragraphs": ["乙一"]}]},
            {"heading": "丙", "parts": [{"subheading": None, "paragraphs": ["丙一"]}]},
        ]
    }
