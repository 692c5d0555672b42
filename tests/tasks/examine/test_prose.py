"""Free text: what is found in it, and what is left in peace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from expectations.rules import RULES, NoTrouble
from tasks.examine.prose import find_prose_troubles
from tasks.frames import stack
from tasks.pull import Submission
from tasks.quantities import compute_quantities
from tasks.validate import validate
from tests.support.workbooks import Records, submit

UNIT = "sjzyj"


def quantities_of(submission: Submission) -> dict[str, Any]:
    frame = compute_quantities(stack([submission]), [submission.unit.code])
    return dict(frame.astype(object).where(frame.notna(), None).iloc[0])


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    return submit(tmp_path_factory.mktemp("real"), UNIT)


def found_in(submission: Submission, text: str, table: str = "narratives", column: str = "text") -> list[Any]:
    row = {**submission.rows[table][0], column: text}
    changed = Submission(
        submission.unit, submission.snapshot, submission.rows | {table: [row]}, submission.placements
    )
    if table != "projects":
        changed.rows["projects"] = submission.rows["projects"]
    troubles = find_prose_troubles(changed, quantities_of(submission), 2020)
    return [(t.problem, t.value, t.expected) for t in troubles if (t.table, t.column) == (table, column)]


@pytest.mark.parametrize("unit", ["sjzyj", "dsjzx"])
def test_the_real_units_texts_are_left_in_peace(tmp_path: Path, unit: str) -> None:
    submission = submit(tmp_path, unit)
    assert list(find_prose_troubles(submission, quantities_of(submission), 2020)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("由XX公司承建", [("placeholder", "XX", "")]),
        ("由某某公司承建", [("placeholder", "某某", "")]),
        ("共完成____项", [("placeholder", "____", "")]),
        ("共{{ count }}项", [("placeholder", "{{ count }}", "")]),
        ("见附表（略）", [("placeholder", "（略）", "")]),
        ("保障市我局正常运转", [("template_residue", "市我局", "我局")]),
        ("电子政务基础设施设施运维", [("repeated_words", "设施设施", "")]),
        ("根据长财绩[2021]2号", [("document_number", "长财绩[2021]2号", "长财绩〔2021〕2号")]),
        ("预算为1,4653.09万元", [("malformed_number", "1,4653.09", "")]),
        ("年度投资14.07亿，已纳入计划", [("missing_unit", "14.07亿", "")]),
        ("于20200年完成", [("impossible_year", "20200年", "")]),
        ("资金结余17.74万元", [("contradicted_figure", "17.74万元", "17.75万元")]),
        ("全年预算为1,463.10万元", [("contradicted_figure", "1,463.10万元", "1,463.09万元")]),
        ("“三公”经费决算金额为24.50万元", [("contradicted_figure", "24.50万元", "24.49万元")]),
        ("信息化建设项目管理经费支出263.95万元", [("contradicted_figure", "263.95万元", "262.95万元")]),
    ],
)
def test_found(real: Submission, text: str, found: list[Any]) -> None:
    assert found_in(real, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "根据长财绩〔2021〕2号",
        "资金结余17.75万元",  # as the data say
        "资金结余0.05万元",  # the surplus of the projects
        "全年预算1,463.1万元",  # fewer decimals, rounded half up
        "年初预算178.06万元",
        "信息化建设项目管理经费支出262.95万元",
        "归集数据146.81亿条，追缴税收9.80亿元",
        "一步一步推进，一个一个落实",
        "送审金额60,112.23万元，核减16764.53万元",
        "编制2021—2025年规划，2019年成立",
        "采用5G、IPv6等技术，建成XXL机房",
    ],
)
def test_left_in_peace(real: Submission, text: str) -> None:
    assert found_in(real, text) == []


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("突出规划协同。", [("heading_punctuation", "。", "")]),
        ("（一）突出规划协同", [("heading_number", "（一）", "")]),
        ("1.突出规划协同", [("heading_number", "1.", "")]),
        ("突出规划协同", []),
        ("5G网络建设", []),
    ],
)
def test_headings(real: Submission, heading: str, found: list[Any]) -> None:
    assert found_in(real, heading, column="heading") == found


def test_findings_name_the_cell(tmp_path: Path) -> None:
    def change(records: Records) -> None:
        records["narratives"][1]["text"] = "资金结余17.74万元。"

    verdict = validate([submit(tmp_path, UNIT, change)], 2020)
    (finding,) = verdict.findings[UNIT]
    assert (finding.rule, finding.sheet, finding.cell) == ("N201", "文字说明", "D5")
    assert finding.message == "“正文”称结余为 17.74万元，而数据为 17.75万元"
    assert verdict.is_blocked(UNIT)


def test_every_problem_has_its_rule() -> None:
    problems = {rule.check.problem for rule in RULES if isinstance(rule.check, NoTrouble)}
    assert {
        "placeholder", "template_residue", "repeated_words", "document_number", "malformed_number",
        "missing_unit", "impossible_year", "heading_punctuation", "heading_number", "contradicted_figure",
    } <= problems  # fmt: skip
