"""What changed is told place by place: nothing that stayed is named, nothing secret is shown."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tasks.changes import describe_changes, flatten
from tests.support.memory import values_of
from tests.support.workbooks import Records, example_records, row

Change = Callable[[Records], object]


def _changes(change: Change, unit: str = "sjzyj", before: Change = lambda _records: None) -> list[str]:
    """What is said when `change` is made to a real unit's records."""
    old = example_records(unit)
    before(old)
    new = example_records(unit)
    before(new)
    change(new)
    return describe_changes(flatten(values_of(old, unit)), flatten(values_of(new, unit)))


def test_nothing_changed() -> None:
    assert _changes(lambda records: None) == []


def test_a_figure() -> None:
    assert _changes(lambda r: row(r, "budget", item="total").update(final=100)) == [
        "预算收支总表 · 合计 · 决算数：14,453,449.00 元 → 1.00 元"
    ]


def test_a_cell_filled_or_emptied() -> None:
    assert _changes(lambda r: r["profile"][0].update(other_name="数字办", rank=None)) == [
        "单位概况 · 机构规格：删除（原为 正处级）",
        "单位概况 · 加挂牌子：新增 数字办",
    ]


def test_words_for_choices_and_flags() -> None:
    def change(records: Records) -> None:
        row(records, "projects", code="P03")["is_key"] = True
        row(records, "declarations", item="fund")["state"] = "present"

    assert _changes(change) == [
        "项目支出 · P03 · 是否重点项目：否 → 是",
        "不涉及事项 · 政府性基金预算支出 · 是否涉及：不涉及 → 涉及",
    ]


def test_an_inserted_project_leaves_the_others_alone() -> None:
    project = {
        "code": "P00",
        "name": "新项目",
        "category": "operation",
        "adjusted": 100,
        "final": 100,
        "surplus": 0,
        "is_key": False,
        "is_classified": False,
    }
    assert _changes(lambda r: r["projects"].insert(0, project)) == [
        "项目支出 · P00：新增（项目编号 P00，项目名称 新项目，项目类别 业务工作专项）"
    ]
    assert _changes(lambda r: r["projects"].pop(0)) == [
        "项目支出 · P01：删除（原为项目编号 P01，项目名称 长沙市新型智慧城市示范城市顶层设计和三年行动计划编制费，项目类别 业务工作专项）"
    ]


def test_an_inserted_paragraph_leaves_the_others_alone() -> None:
    paragraph = {"section": "mandate", "text": "新的一段"}
    assert _changes(lambda r: r["narratives"].insert(0, paragraph)) == [
        "文字说明 · 主要职能第1条：新增（章节 主要职能，正文 新的一段）"
    ]


def test_an_inserted_problem_and_a_changed_one() -> None:
    problem = {"title": "新问题", "problem": "内容", "measure": "措施"}

    def change(records: Records) -> None:
        records["problems"].insert(1, problem)
        records["problems"][-1]["title"] = "固定资产管理不到位"

    assert _changes(change) == [
        "问题与措施 · 第2条：新增（问题概括 新问题，问题及原因 内容，改进措施 措施）",
        "问题与措施 · 第6条 · 问题概括：固定资产管理制度不够健全 → 固定资产管理不到位",
    ]


def test_a_removed_purchase() -> None:
    assert _changes(lambda r: r["procurement"].pop(0)) == [
        "政府采购 · 货物第1条：删除（原为采购类型 货物，采购内容 办公耗材等办公用品，采购支出数 42,400.00 元）"
    ]


def test_order_alone() -> None:
    assert _changes(lambda r: r["projects"].reverse()) == ["行的顺序有调整"]


def test_long_texts_are_shown_where_they_part() -> None:
    def change(records: Records) -> None:
        text = records["problems"][1]["problem"].strip()
        records["problems"][1]["problem"] = text.replace("324.89万元", "325.00万元")

    (sentence,) = _changes(change)
    assert re.fullmatch(
        r"问题与措施 · 第2条 · 问题及原因：…\S{0,12}32(4\.89).{0,40}…（共\d+字） → …\S{0,12}32(5\.00).{0,40}…（共\d+字）",
        sentence,
    )


# --- classified projects ---

SECRET = "天狼星"


def _classify(records: Records) -> None:
    row(records, "projects", code="P03").update(
        is_classified=True,
        name=f"{SECRET}工程",
        description=f"{SECRET}内容",
        result=SECRET,
        supplier=SECRET,
        started=SECRET,
        method="single",
    )


def test_data_of_a_classified_project_is_not_kept() -> None:
    records = example_records("sjzyj")
    _classify(records)
    flat = flatten(values_of(records))
    kept = {place: text for place, text in flat.items() if place.startswith("项目支出 · P03")}
    assert SECRET not in "".join((*kept, *kept.values()))
    assert "925,000" not in "".join(kept.values())
    assert kept["项目支出 · P03 · 是否涉密"] == "是"
    assert not any(
        place.endswith(("项目内容", "项目成效", "供应商", "启动时间", "采购方式")) for place in kept
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"final": 92499900}, ["项目支出 · P03 · 决算数：有变动（涉密项目，不显示）"]),
        ({"name": f"{SECRET}二期"}, ["项目支出 · P03 · 项目名称：有变动（涉密项目，不显示）"]),
        ({"last_final": 100}, ["项目支出 · P03 · 上年决算数：新增 （涉密项目，不显示）"]),
        ({"description": "改写"}, []),  # not in the report, so not in its history
    ],
)
def test_changes_of_a_classified_project_are_told_without_values(
    change: Records, sentence: list[str]
) -> None:
    found = _changes(lambda r: row(r, "projects", code="P03").update(change), before=_classify)
    assert found == sentence


def test_a_project_that_becomes_classified() -> None:
    found = _changes(lambda r: row(r, "projects", code="P03").update(is_classified=True))
    assert "项目支出 · P03 · 是否涉密：否 → 是" in found
    assert "项目支出 · P03 · 决算数：有变动（涉密项目，不显示）" in found
    assert not any("925,000" in sentence for sentence in found)


# --- places that look like others ---


def test_names_that_look_like_numbered_rows() -> None:
    """A target may be called anything, also what our own places look like."""

    def before(records: Records) -> None:
        records["targets"][0]["name"] = "落实第1条"
        records["targets"][1]["name"] = "落实第2条 · 实际完成值"

    assert _changes(lambda r: None, before=before) == []
    assert _changes(lambda r: r["targets"][0].update(actual=62), before=before) == [
        "绩效指标 · 落实第1条 · 实际完成值：61 → 62"
    ]
