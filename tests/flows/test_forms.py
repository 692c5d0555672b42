"""What an operator may fill in, and how a wrong entry is refused: in Chinese, naming every field."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.forms import RERUN, AnnualForm, RefusedError, RerunForm, check_form, offering
from tests.support.workbooks import registered

HERE = ZoneInfo("Asia/Shanghai")
GOOD = {"year": 2020, "units": ["sjzyj", " dsjzx", "dsjzx"], "reason": "已更正"}


def test_units_are_taken_once_and_in_order() -> None:
    assert check_form(RerunForm, GOOD).units == ["dsjzx", "sjzyj"]


def test_a_unit_may_be_given_with_its_name() -> None:
    chosen = ["dsjzx 长沙市大数据中心", "sjzyj\u3000长沙市数据资源管理局", "dsjzx"]
    assert check_form(RerunForm, GOOD | {"units": chosen}).units == ["dsjzx", "sjzyj"]


def test_the_registered_units_are_offered() -> None:
    """What the schema says the server passes on to its form: a list of texts to choose from."""
    sound, faulty = registered("dsjzx", "a.xlsx"), registered("sjzyj", "b.xlsx", fault="代码重复")
    with offering([sound, faulty]):
        assert _offered()["items"] == {"type": "string", "enum": ["dsjzx 长沙市大数据中心"]}
    assert _offered()["items"] == {"type": "string"}, "without a registry, free text"


def _offered() -> dict[str, Any]:
    return dict(RerunForm.model_json_schema()["properties"]["units"])


@pytest.mark.parametrize("filled", [{}, {"year": None}, AnnualForm()])
def test_the_year_of_the_batch_may_be_left_out(filled: Any) -> None:
    assert check_form(AnnualForm, filled).year is None


@pytest.mark.parametrize(
    ("filled", "message"),
    [
        (GOOD | {"year": 20}, "“预算年度”应为四位数字，如 2020；现为 20"),
        (GOOD | {"year": "二〇二〇"}, "“预算年度”应为四位数字，如 2020；现为 二〇二〇"),
        (GOOD | {"year": 9000}, f"“预算年度”不能晚于今年（{dt.datetime.now(HERE).year}）；现为 9000"),
        (GOOD | {"units": []}, "“单位”至少填一个单位代码"),
        (GOOD | {"units": [" "]}, "“单位”至少填一个单位代码"),
        (GOOD | {"units": "dsjzx"}, "“单位”应为单位代码的列表"),
        (GOOD | {"reason": " "}, "“重跑原因”没有填写"),
        (GOOD | {"registry": "/etc"}, "“registry”不是本表单的内容"),
        ({}, "“预算年度”没有填写；“单位”没有填写；“重跑原因”没有填写"),
        (RERUN, "“预算年度”没有填写；“单位”没有填写；“重跑原因”没有填写"),
    ],
)
def test_a_wrong_entry_is_refused(filled: Any, message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_form(RerunForm, filled)
    assert str(refused.value) == message


def test_a_refused_form_ends_the_run_with_the_message_alone() -> None:
    from flows.operations import rerun

    state = rerun.fn(GOOD | {"year": 20})  # type: ignore[arg-type]  as Prefect hands it over
    assert (state.type.value, state.name) == ("FAILED", "填写有误")
    assert state.message == "“预算年度”应为四位数字，如 2020；现为 20"
