"""The report's words: the two real units in full, and sane sentences for whatever a unit hands in."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tasks.render import wording
from tasks.render.document import Document, Heading, Paragraph, Picture, Table
from tasks.render.recorder import WordingError
from tasks.render.wording import write_report
from tasks.years import year_settings
from tests.support.broken import CANARY, CANARY_YUAN
from tests.support.memory import report_on, reports_on, values_of
from tests.support.prose import as_text, flaws
from tests.support.workbooks import Records, example_records, row

GOLDEN = Path(__file__).parents[2] / "golden"
UNITS = ("sjzyj", "dsjzx")
UPDATE = bool(os.environ.get("JIXIAO_UPDATE_GOLDEN"))


def _texts(document: Document) -> list[str]:
    """Everything printed, block by block."""
    found = [*document.title_lines, document.unit_name, document.cover_mark]
    for block in document.blocks:
        match block:
            case Heading() | Paragraph():
                found.append(block.text)
            case Table():
                found += [block.title, *(cell for row in block.rows for cell in row.cells)]
            case Picture():
                found += [block.title, block.alt]
    return found


def _said(document: Document) -> str:
    return "\n".join(_texts(document))


# --- the two real units ---


@pytest.mark.parametrize("unit", UNITS)
def test_whole_report(unit: str) -> None:
    """The report as text. After a change that is meant: JIXIAO_UPDATE_GOLDEN=1 pytest, and read the diff."""
    path = GOLDEN / f"report-{unit}.txt"
    text = as_text(report_on(unit))
    if UPDATE:
        path.write_text(text, encoding="utf-8")
    assert text.splitlines() == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("unit", UNITS)
def test_real_reports_have_no_flaw(unit: str) -> None:
    assert flaws(report_on(unit)) == []


def test_writing_twice_gives_the_same() -> None:
    values = values_of(example_records("dsjzx"), "dsjzx")
    assert write_report(values) == write_report(values)


# --- whatever a unit hands in ---

Change = Callable[[Records], None]


def _clear(*tables: str) -> Change:
    def change(records: Records) -> None:
        for table in tables:
            records.pop(table, None)

    return change


def _no_projects(records: Records) -> None:
    records.pop("projects", None)
    for name in ("adjusted", "final", "surplus"):
        row(records, "budget", item="project")[name] = 0


def _all_zero(records: Records) -> None:
    for table in (
        "budget",
        "basic",
        "projects",
        "procurement",
        "assets",
        "allocations",
        "disposals",
        "staffing",
    ):
        for record in records.get(table, ()):
            record.update({name: 0 for name, value in record.items() if type(value) is int})
    for item in ("total", "general"):
        row(records, "budget", item=item).update(initial=0, change=0)


def _overspent(records: Records) -> None:
    for table in ("budget", "basic", "projects"):
        for record in records.get(table, ()):
            record["surplus"] = -5_000_000
            record["final"] = record["adjusted"] + 5_000_000


def _budget_cut(records: Records) -> None:
    total = row(records, "budget", item="total")
    total.update(initial=total["adjusted"] + 123_000_000, change=-123_000_000)


def _budget_kept(records: Records) -> None:
    total = row(records, "budget", item="total")
    total.update(initial=total["adjusted"], change=0)


def _declared(records: Records) -> None:
    for record in records["declarations"]:
        record.update(state="present", reason="详见附件4")
    row(records, "budget", item="fund").update(adjusted=100_000_000, final=90_000_000, surplus=10_000_000)


def _last_year(records: Records) -> None:
    row(records, "basic", item="three_public")["last_final"] = 50_000_000
    row(records, "budget", item="total").update(carry_in=200_000_000, carry_out=100_000_000)
    for line in records.get("procurement", ()):
        line["budget"] = line["final"]


def _whole_assets(records: Records) -> None:
    records["assets"] = [
        {
            "item": "total",
            "opening": 5_00,
            "increase": 10**9,
            "decrease": 0,
            "closing": 10**9 + 500,
            "in_use": 7,
        },
        {
            "item": "fixed",
            "opening": 1,
            "increase": 10**8,
            "decrease": 0,
            "closing": 10**8 + 1,
            "in_use": 10**7,
        },
        {"item": "intangible", "opening": 0, "increase": 0, "decrease": 0, "closing": 0, "in_use": 0},
    ]


def _assets_half_known(records: Records) -> None:
    records["assets"] = [{"item": "total", "closing": 10**9}]
    records["vehicles"] = [{"closing": 1200}]
    records["allocations"] = [
        {"row_kind": "item", "bought_amount": 100},
        {"row_kind": "total", "bought_amount": 100},
    ]
    records["disposals"] = [
        {"item": "车辆", "way": "sold", "income": 100, "is_remitted": False},
        {"item": "桌子", "count": 1500, "way": "lost", "income": 0},
    ]


def _counts_only(records: Records) -> None:
    records["allocations"] = [
        {"row_kind": "item", "item": "桌", "approved_count": 1200, "bought_count": 1100},
        {"row_kind": "total", "approved_count": 1200, "bought_count": 1100},
    ]
    records["vehicles"] = [{"opening": 1, "bought": 0, "closing": 1}]


def _headings_everywhere(records: Records) -> None:
    for section in (
        "mandate",
        "organisation",
        "assets",
        "topic",
        "outcome",
        "application",
        "other",
        "thrift",
    ):
        records["narratives"] += [
            {
                "section": section,
                "heading": "一、带序号的标题。",
                "subheading": "1.下级标题：",
                "text": "正文，",
            },
            {"section": section, "heading": "（二）另一个", "text": "第一行；\n第二行。\n\n“第三行”"},
            {"section": section, "subheading": "没有上级", "text": "正文"},
        ]


def _required_sections_only(records: Records) -> None:
    records["narratives"] = [r for r in records["narratives"] if r["section"] not in ("topic", "other")]


def _odd_targets(records: Records) -> None:
    records["targets"] = [
        {
            "level1": "output",
            "level2": "数量指标",
            "name": "甲",
            "direction": "at_least",
            "target": 12345,
            "actual": "12345.5",
            "measure": "个",
        },
        {
            "level1": "output",
            "level2": "时效指标",
            "name": "乙",
            "direction": "equal",
            "target": 2020,
            "actual": 2020,
            "measure": "年",
        },
        {
            "level1": "benefit",
            "level2": "社会效益",
            "name": "丙",
            "direction": "qualitative",
            "target": "明显改善",
            "actual": "2020年已改善",
        },
        {
            "level1": "satisfaction",
            "level2": "满意度",
            "name": "“我的”满意度",
            "direction": "at_most",
            "target": 0,
            "actual": "0",
            "deviation": "调查样本1234份",
        },
    ]


def _odd_problems(records: Records) -> None:
    records["problems"] = [
        {"title": "1、预算不准。", "problem": "一是甲；\n二是乙，", "measure": "改进"},
        {"title": "对“三公”管理不严", "problem": "原因：", "measure": "“整改”"},
    ]


def _many_problems(records: Records) -> None:
    records["problems"] = [{"title": f"问题{n}甲", "problem": "原因", "measure": "措施"} for n in range(120)]


def _all_secret(records: Records) -> None:
    for project in records.get("projects", ()):
        project.update(is_classified=True, is_key=True)


def _all_key(records: Records) -> None:
    for project in records.get("projects", ()):
        project.update(
            is_key=True,
            method="none",
            started="2020年",
            supplier="某公司",
            description="甲\n乙，",
            result=None,
        )


def _bare_profile(records: Records) -> None:
    profile = records["profile"][0]
    for name in ("rank", "parent", "founded_on", "founding_basis", "other_name", "funding", "accounting"):
        profile.pop(name, None)


def _full_profile(records: Records) -> None:
    records["profile"][0].update(
        rank="副处级",
        parent="长沙市人民政府",
        founding_basis="长编〔2019〕1号文",
        other_name="数字办",
        funding="财政全额拨款",
        accounting="政府会计制度",
        notice_title="关于印发《办法》的通知",
    )


CHANGES: dict[str, Change] = {
    "no projects": _no_projects,
    "no targets": _clear("targets"),
    "no problems": _clear("problems"),
    "no assets to speak of": _clear("vehicles", "allocations", "disposals"),
    "no vehicles": _clear("vehicles"),
    "no allocations": _clear("allocations"),
    "blank assets": lambda records: records.update(assets=[{"item": "total"}]),
    "all zero": _all_zero,
    "overspent": _overspent,
    "budget cut": _budget_cut,
    "budget kept": _budget_kept,
    "declared funds": _declared,
    "last year": _last_year,
    "whole assets": _whole_assets,
    "assets half known": _assets_half_known,
    "counts only": _counts_only,
    "headings everywhere": _headings_everywhere,
    "required sections only": _required_sections_only,
    "odd targets": _odd_targets,
    "odd problems": _odd_problems,
    "many problems": _many_problems,
    "all key": _all_key,
    "all secret": _all_secret,
    "bare profile": _bare_profile,
    "full profile": _full_profile,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_sane_for(change: Change) -> None:
    for document in reports_on(UNITS, change).values():
        assert flaws(document) == []


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.sampled_from(sorted(CHANGES)), unique=True, min_size=2, max_size=8))
def test_sane_for_any_combination(names: list[str]) -> None:
    def change(records: Records) -> None:
        for name in names:
            CHANGES[name](records)

    for document in reports_on(UNITS, change).values():
        assert flaws(document) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_no_projects, "本年度没有项目支出。"),
        (_no_projects, "资金用于基本支出，保障机构正常运转和人员经费；本年度没有项目支出。"),
        (_clear("problems"), "本次自评没有发现需要说明的问题。"),
        (_required_sections_only, "本年度没有需要单独说明的专项工作。"),
        (_budget_cut, "年初预算1,586.09万元，年中调整减少123.00万元，全年预算1,463.09万元"),
        (_budget_kept, "年初预算1,463.09万元，年中未作调整，全年预算1,463.09万元"),
        (_overspent, "基本支出全年预算592.56万元，决算支出597.56万元，超支5.00万元，预算执行率100.84%"),
        (_declared, "有政府性基金预算支出，全年预算100.00万元，决算支出90.00万元，预算执行率90.00%。详见附"),
        (_declared, "2020年度我局有公共项目资金。详见附件4。"),
        (_last_year, "上年“三公”经费决算50.00万元，本年比上年下降51.02%。"),
        (_last_year, "年末结转结余100.00万元，比上年下降50.00%，结转结余率6.83%。"),
        (_last_year, "政府采购预算449.87万元，政府采购执行率100.00%。"),
        (_whole_assets, "年末固定资产原值100.00万元，其中在用10.00万元，固定资产利用率10.00%。"),
        (_assets_half_known, "2020年末资产原值1,000.00万元。"),
        (_assets_half_known, "公务用车年末1,200辆。"),
        (_assets_half_known, "2020年办公资产配置实际购置金额0.00万元。购置明细为：其他0.00万元。"),
        (_assets_half_known, "处置资产：车辆，处置方式为出售，处置收益1.00元，尚未上缴国库。"),
        (_assets_half_known, "处置资产：桌子，数量1,500台（件），处置方式为报损。"),
        (_counts_only, "配置批复1,200台（件）；实际购置1,100台（件），按数量计算的配置执行率91.67%。"),
        (_counts_only, "公务用车年初1辆，本年购置0辆，年末1辆。"),
        (_odd_targets, "“‘我的’满意度”偏差说明：调查样本1234份。"),
        (_odd_problems, "针对“对‘三公’管理不严”的问题"),
        (_odd_problems, "一是甲。\n二是乙。"),
        (_all_key, "项目于2020年启动。\n甲。\n乙。"),
        (_full_profile, "根据《关于印发〈办法〉的通知》（长财绩〔2021〕2号），"),
        (_full_profile, "是长沙市人民政府所属副处级机关，依据长编〔2019〕1号文设立，于2019年1月22日挂牌"),
        (_full_profile, "挂牌成立，加挂数字办牌子。经费来源为财政全额拨款，执行政府会计制度。内设"),
        (_bare_profile, "长沙市数据资源管理局（以下简称“我局”）是机关。内设"),
    ],
)  # fmt: skip
def test_says(change: Change, expected: str) -> None:
    assert expected in _said(report_on("sjzyj", change))


def test_a_unit_without_any_text_still_gets_its_figures() -> None:
    """The rules ask for the sections; that they are missing must not look like a fault of the program."""
    document = report_on("sjzyj", lambda records: records.update(narratives=[]))
    assert [flaw for flaw in flaws(document) if not flaw.startswith("nothing below")] == []


def test_targets_as_printed() -> None:
    document = report_on("sjzyj", _odd_targets)
    (table,) = [
        block
        for block in document.blocks
        if isinstance(block, Table) and block.caption.startswith("绩效指标")
    ]
    assert "年度指标值和实际完成值见表四。" in _said(document)
    assert [row.cells[2:] for row in table.rows] == [
        ("甲", "≥12,345", "12,345.5", "个"),
        ("乙", "=2020", "2020", "年"),
        ("丙", "明显改善", "2020年已改善", ""),
        ("“我的”满意度", "≤0", "0", ""),
    ]


def test_headings_do_not_depend_on_what_was_typed() -> None:
    """Numbers and punctuation come from the outline: those that a unit typed do not double them."""
    document = report_on("sjzyj", _headings_everywhere)
    headings = [block.number + block.text for block in document.blocks if isinstance(block, Heading)]
    assert "（五）带序号的标题" in headings  # after the four that the unit has under 过紧日子
    assert "1.下级标题" in headings
    assert "（七）没有上级" in headings
    assert not any(
        "一、带" in heading or "（二）另" in heading.replace("（二）另", "（二）另", 1)[4:]
        for heading in headings
    )


def test_a_unit_below_a_department_reports_as_a_unit() -> None:
    assert report_on("dsjzx").title == "2020年度长沙市大数据中心单位整体支出绩效自评报告"
    assert report_on("sjzyj").title == "2020年度长沙市数据资源管理局部门整体支出绩效自评报告"


def test_what_changes_with_the_year() -> None:
    assert year_settings(2020)["topic_title"] == "疫情防控工作情况"
    assert year_settings(1999)["topic_title"] == "年度专项工作情况"

    def next_year(records: Records) -> None:
        records["profile"][0]["year"] = 2021

    document = report_on("sjzyj", next_year, year=2021)
    assert "年度专项工作情况" in _texts(document)
    assert document.title_lines[0].startswith("2021年度")


# --- classified projects ---


def _secret(records: Records) -> None:
    row(records, "projects", code="P01").update(
        name="涉密项目",
        is_classified=True,
        is_key=True,
        description=f"{CANARY}内容",
        result=f"{CANARY}成效",
        supplier=f"{CANARY}公司",
        started=f"{CANARY}年",
        method="inquiry",
        last_final=int(CANARY_YUAN),
    )


def test_report_never_tells_what_a_classified_project_is_about() -> None:
    document = report_on("sjzyj", _secret)
    said = _said(document)
    assert CANARY not in said
    assert "询价" not in said
    assert CANARY_YUAN not in said.replace(",", "")
    assert "该项目为涉密项目，建设内容和供应商不在本报告中列示。" in said
    assert document.cover_mark == "内部资料　注意保存"
    assert report_on("sjzyj").cover_mark == ""


def test_pictures_do_not_name_a_classified_project() -> None:
    def secret(records: Records) -> None:
        row(records, "projects", code="P01").update(name=f"{CANARY}工程", is_classified=True)

    pictures = [block for block in report_on("sjzyj", secret).blocks if isinstance(block, Picture)]
    assert CANARY not in repr(pictures)
    assert "金额最大的是第1项涉密项目，全年预算456.00万元" in pictures[1].alt
    assert "涉密项目" not in repr(
        [block for block in report_on("sjzyj").blocks if isinstance(block, Picture)]
    )


def test_the_same_texts_are_told_of_an_open_project() -> None:
    """Guards the test above: these fields do reach the report where nothing is classified."""

    def opened(records: Records) -> None:
        _secret(records)
        row(records, "projects", code="P01")["is_classified"] = False

    said = _said(report_on("sjzyj", opened))
    for word in (f"{CANARY}内容", f"{CANARY}成效", f"{CANARY}公司", f"{CANARY}年", "询价"):
        assert word in said


# --- text of units is only ever text ---

HOSTILE = [
    "{{ 7*7 }}",
    "{% raw %}甲{% endraw %}",
    "{# 注 #}",
    "{{ cycler.__init__.__globals__ }}",
    "=cmd|' /C calc'!A0",
    "<b>粗</b>",
    "<script>alert(1)</script>",
    "&amp; ]]>",
    "#let x = 1",
    "\x00projects\x00",
    "\x00nothing\x00",
    "\x00\x00projects\x00",
    "%s %(x)s {0} {label}",
    "\\n\\0",
    "表九",
    "a\u202eb",
]


def _everywhere(text: str) -> Change:
    """Put a text into every free text of a unit."""

    def change(records: Records) -> None:
        records["profile"][0].update(
            name=text,
            short_name=text,
            rank=text,
            parent=text,
            founding_basis=text,
            other_name=text,
            funding=text,
            accounting=text,
            departments=text,
            notice_title=text,
            notice_number=text,
        )
        for project in records["projects"]:
            project.update(name=text, supplier=text, started=text, description=text, result=text, is_key=True)
        for table, names in (
            ("procurement", ["item"]),
            ("disposals", ["item", "note"]),
            ("declarations", ["reason"]),
            ("targets", ["level2", "name", "target", "actual", "measure", "deviation"]),
            ("problems", ["title", "problem", "measure"]),
            ("narratives", ["heading", "subheading", "text"]),
        ):
            for record in records[table]:
                record.update(dict.fromkeys(names, text))

    return change


PLAIN = "寻常文字"


@cache
def _plain() -> str:
    return as_text(report_on("sjzyj", _everywhere(PLAIN)))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_comes_out_as_it_went_in(text: str) -> None:
    """Nothing but the text itself differs from a report in which there are plain words in its place."""
    assert _plain().count(PLAIN) > 200
    assert as_text(report_on("sjzyj", _everywhere(text))) == _plain().replace(PLAIN, text)


# --- the recorder ---


def test_text_outside_of_a_block_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = jinja2.Environment(
        loader=jinja2.DictLoader({"report.j2": "{{ section('甲') }} 漏出来的文字"}), autoescape=False
    )
    monkeypatch.setattr(wording, "_environment", lambda kind: broken)
    with pytest.raises(WordingError, match="漏出来的文字"):
        write_report(values_of(example_records("sjzyj")))


def test_a_misspelt_value_is_an_error() -> None:
    values: dict[str, Any] = dict(values_of(example_records("sjzyj")))
    values["budget"] = {name: row for name, row in values["budget"].items() if name != "general"}
    with pytest.raises(Exception, match="general"):
        write_report(values)
