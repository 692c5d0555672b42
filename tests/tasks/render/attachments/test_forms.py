"""What the attachments say: numbers of the year, forms filled in, gaps named, secrets kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tasks import years
from tasks.render import attachments as package
from tasks.render.attachments import Attachment, AttachmentSettingsError, build_attachments
from tasks.render.attachments.layout import place_cells, walk
from tasks.render.attachments.model import MISSING, NONE, Cell, Figure
from tasks.render.attachments.words import form_words
from tasks.score import ProfileError, load_profile
from tasks.score.projects import load_project_profile
from tests.support.broken import CANARY
from tests.support.memory import values_of
from tests.support.workbooks import Records, example_records, row
from tests.tasks.render.attachments.units import complete, with_project_targets

UNSCORED = form_words("score", 2020)["indicators"]["unscored"]


def forms_of(
    change: Callable[[Records], None] | None = None, unit: str = "sjzyj", year: int = 2020
) -> tuple[Attachment, ...]:
    records = example_records(unit)
    if change:
        change(records)
    return build_attachments(values_of(records, unit, year))


def form(forms: Iterable[Attachment], number: str) -> Attachment:
    (found,) = [one for one in forms if one.number == number]
    return found


def rows(attachment: Attachment, grid: int) -> list[list[str]]:
    return [[cell.text for cell in line] for line in attachment.grids[grid].body]


def all_text(forms: Iterable[Attachment]) -> str:
    return "\n".join(
        part
        for one in forms
        for part in (
            one.title,
            *one.lead,
            one.statement,
            *one.notes,
            *(c.text for g in one.grids for c in g.cells()),
        )
    )


# --- which ones, under which number ---


def test_numbers_are_those_of_the_year() -> None:
    labels = [(one.label, one.state) for one in forms_of()]
    projects = [(f"附件3-{n}", "filled") for n in range(1, 8)]
    assert labels == [
        ("附件1", "filled"),
        ("附件2", "filled"),
        *projects,
        ("附件4", "none"),
        ("附件7", "none"),
    ]
    assert [one.label for one in forms_of(year=2021)][-1] == "附件4"


def test_what_does_not_apply_says_why() -> None:
    def with_reason(records: Records) -> None:
        row(records, "declarations", item="public_project")["reason"] = "职能不涉及。"

    assert (
        form(forms_of(with_reason), "4").statement
        == "2020年度我局没有公共项目资金，本附件不涉及。理由：职能不涉及。"
    )

    def present(records: Records) -> None:
        row(records, "declarations", item="public_project").update(state="present", reason="见专项报告")

    apart = form(forms_of(present), "7")
    assert (apart.state, apart.statement) == (
        "separate",
        "2020年度我局有公共项目资金，本附件另行报送（见专项报告）。",
    )


def test_a_unit_without_projects_declares_the_form() -> None:
    only = form(forms_of(lambda records: records.pop("projects") and None), "3")
    assert (only.state, only.statement) == ("none", "2020年度没有项目支出，本表不涉及。")


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{"key": "basic_data", "title": "甲"}], "第1个附件应恰有 key、title"),
        ([{"key": "basic_data", "title": "甲", "number": "1"}], "第1个附件应恰有 key、title"),
        ([{"key": "basic", "title": "甲", "number": 1}], "key 现为“basic”"),
        (
            [
                {"key": "basic_data", "title": "甲", "number": 1},
                {"key": "unit_score", "title": "乙", "number": 1},
            ],
            "附件号有重复",
        ),
        (
            [
                {"key": "project_score", "title": "甲", "number": 1},
                {"key": "project_score", "title": "乙", "number": 2},
            ],
            "附件 project_score 写了两次",
        ),
    ],
)
def test_a_wrong_list_is_explained(monkeypatch: pytest.MonkeyPatch, entries: list[Any], message: str) -> None:
    values = values_of(example_records("sjzyj"))
    settings = {**years.year_settings(2020), "attachments": entries}
    monkeypatch.setattr(package, "year_settings", lambda _: settings)
    with pytest.raises(AttachmentSettingsError, match=message):
        build_attachments(values)


# --- the basic data sheet ---


def test_basic_data_of_the_bureau() -> None:
    sheet = form(forms_of(), "1")
    assert rows(sheet, 0) == [["在职人员", "20", MISSING, "19", "95.00%"]]
    money = {line[0].strip("\u3000"): line[1:] for line in rows(sheet, 1)}
    assert money["“三公”经费"] == [MISSING, "25.50", "24.49"]
    assert money["项目支出"] == [MISSING, "870.53", "870.48"]
    assert money["1.业务工作专项"] == [MISSING, "870.53", "870.48"]
    # None this year; of last year nothing was handed in.
    assert money["2.运行维护专项"] == [MISSING, "-", "-"]
    assert money["其中：办公经费"] == [MISSING] * 3
    assert money["政府采购金额"] == [NONE, MISSING, "449.87"]
    assert money["部门基本支出预算调整"] == [NONE, MISSING, NONE]
    assert rows(sheet, 2) == [["本年没有完工的楼堂馆所项目", *[NONE] * 6]]
    assert rows(sheet, 3)[0][0].startswith("节约办公经费；节约用电；")
    assert sheet.signature == ("填表人：", "填报日期：", "联系电话：", "单位负责人签字：")


def test_basic_data_with_every_figure() -> None:
    sheet = form(forms_of(complete), "1")
    text = all_text([sheet])
    assert MISSING not in text
    assert "4.未分类的项目" in text
    assert rows(sheet, 2) == [["业务用房", "1,200.5", "1,180.25", "98.31%", "300.00", "300.00", "100.00%"]]
    formulas = sum(bool(cell.formula) for grid in sheet.grids for cell in grid.cells())
    assert formulas == 1 + 3 * (2 + 1 + 4) + 2  # rates of staff and building; three columns of seven sums


def test_a_category_without_projects_has_nothing_last_year_where_last_year_is_known() -> None:
    def with_last_year(records: Records) -> None:
        for project in records["projects"]:
            project["last_final"] = 100

    money = {line[0].strip("\u3000"): line[1:] for line in rows(form(forms_of(with_last_year), "1"), 1)}
    assert money["2.运行维护专项"] == ["-", "-", "-"]


def test_a_sum_that_was_filled_in_as_displayed_is_no_formula() -> None:
    def rounded(records: Records) -> None:
        row(records, "basic", item="three_public")["final"] += 100

    line = next(line for line in form(forms_of(rounded), "1").grids[1].body if "三公" in line[0].text)
    assert [bool(cell.formula) for cell in line[1:]] == [False, True, False]


# --- the score forms ---


def test_unit_score_names_what_is_missing_and_gives_no_grade() -> None:
    sheet = form(forms_of(), "2")
    funds = rows(sheet, 0)
    assert funds[0] == ["年度资金总额", "178.06", "1,463.09", "1,445.34", "3", "98.79%", "2.96"]
    assert rows(sheet, 1)[0][0] == MISSING
    last = rows(sheet, 2)[-1]
    assert last == ["已评分项目合计", "24", "22.96", "有22项未评分（分值76分），不计总分，不定等级。"]
    for line in rows(sheet, 2)[:-1]:
        assert (line[-2] == UNSCORED) == ("缺少：" in line[-1])


def test_unit_score_that_is_complete_has_a_grade() -> None:
    records = example_records("sjzyj")
    complete(records)
    values = values_of(records)
    last = rows(form(build_attachments(values), "2"), 2)[-1]
    assert values["score"].missing == ()
    assert last == ["总分", "100", last[2], f"等级：{values['score'].grade}"]
    assert 0 < float(last[2]) < 100


def test_a_project_without_targets_gets_no_full_score() -> None:
    sheet = form(forms_of(), "3-1")
    assert [line[-3:-1] for line in rows(sheet, 1)[:-1]] == [
        ["50", UNSCORED],
        ["30", UNSCORED],
        ["10", UNSCORED],
    ]
    assert rows(sheet, 1)[-1][1:3] == ["10", "10"]
    assert rows(sheet, 1)[0][:5] == ["产出指标", NONE, NONE, MISSING, MISSING]


def test_a_published_form_does_not_tell_the_unit_what_to_do() -> None:
    reasons = [line[-1] for number in ("2", "3-1") for line in rows(form(forms_of(), number), -1)]
    assert "缺少：满意度指标（“绩效指标”表中没有填报）。" in reasons
    assert not [reason for reason in reasons if "不适用的" in reason or "写明依据" in reason]


def test_a_project_is_scored_by_its_own_targets() -> None:
    forms = forms_of(with_project_targets)
    lines = rows(form(forms, "3-1"), 1)
    # 30 + 20 × 99 ÷ 100 + 30 × 9 ÷ 10 + 10, and 10 for the budget
    assert [line[-2] for line in lines] == ["30", "19.8", "27", "10", "96.8"]
    assert lines[-1] == ["总分", "100", "96.8", "等级：优"]
    assert "P01的指标" not in all_text([form(forms, "2")])
    # of the second project: 50 ÷ 3
    assert [line[-2] for line in rows(form(forms, "3-2"), 1)] == ["16.67", UNSCORED, UNSCORED, "26.67"]


def test_of_a_classified_project_only_name_and_amounts() -> None:
    def classify(records: Records) -> None:
        with_project_targets(records)
        secret = dict.fromkeys(("supplier", "started", "description", "result"), CANARY)
        records["projects"][2].update(secret, method="single")
        for target in records["targets"]:
            if target.get("project") == "P03":
                target.update(name=CANARY, level2=CANARY, measure=CANARY, deviation=CANARY)

    forms = forms_of(classify)
    sheet = form(forms, "3-3")
    assert rows(sheet, 0) == [["年度资金总额", MISSING, "92.50", "92.50", NONE, "100.00%", NONE]]
    assert rows(sheet, 1) == [["涉密项目，绩效指标及完成情况不在本表列示。"]]
    assert CANARY not in all_text(forms)
    assert "31415" not in all_text(forms)


def test_projects_cannot_be_scored_by_a_profile_for_units() -> None:
    assert load_project_profile("national", 2020) == load_profile("national", 2020)
    with pytest.raises(ProfileError, match="在职人员控制率"):
        load_project_profile("hunan", 2020)


# --- the grid ---


def test_cells_reach_down_and_across() -> None:
    body = ((Cell("a", rows=2), Cell("b", columns=2)), (Cell("c"), Cell("d")))
    assert [(cell.text, top, left) for cell, top, left in walk(body, 3)] == [
        ("a", 0, 0),
        ("b", 0, 1),
        ("c", 1, 1),
        ("d", 1, 2),
    ]
    with pytest.raises(ValueError, match="row 0"):
        list(walk(((Cell("a"),),), 2))


@pytest.mark.parametrize("change", [None, complete, with_project_targets])
def test_every_form_fills_its_columns(change: Callable[[Records], None] | None) -> None:
    for one in forms_of(change):
        for grid in one.grids:
            assert sum(grid.widths) == 100
        place_cells(one)


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure("wan", 1_463_089_900), "1,463.09"),
        (Figure("wan", 1_600), "-"),
        (Figure("yuan", 2_629_484_00), "2,629,484.00"),
        (Figure("rate", 9_879), "98.79%"),
        (Figure("points", 278), "2.78"),
        (Figure("count", 1_200), "1,200"),
        (Figure("number", 60112), "60,112"),
    ],
)
def test_figures_as_printed(figure: Figure, text: str) -> None:
    assert figure.text == text


def test_a_year_may_word_a_form_otherwise(year_files: Path) -> None:
    (year_files / "2020.toml").write_text(
        '[forms.basic_data.staff]\nregular = "在编人员"\n', encoding="utf-8"
    )
    staff = form_words("basic_data", 2020)["staff"]
    assert (staff["regular"], staff["approved"]) == ("在编人员", "编制数")
