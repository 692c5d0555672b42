"""Score sheets: the two real units computed by hand, what must hold for any unit, exclusions and gaps."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.score import LineState, ProfileError, ScoreLine, ScoreSheet, load_profile, score
from tasks.score.profile import FULL
from tasks.score.scoring import apportion
from tests.support.memory import values_of
from tests.support.workbooks import Records, example_records, row

NATIONAL, HUNAN = load_profile("national"), load_profile("hunan")


def sheet_of(records: Records, profile: Any = NATIONAL, unit: str = "sjzyj") -> ScoreSheet:
    return score(values_of(records, unit), profile)


def line_of(sheet: ScoreSheet, id_: str) -> ScoreLine:
    (line,) = [line for line in sheet.lines if line.id == id_]
    return line


def scored(sheet: ScoreSheet) -> list[tuple[str, int, int]]:
    return [(line.level3, line.weight, line.score) for line in sheet.lines if line.score is not None]


# --- the two real units, by hand ---


def test_bureau_by_the_national_profile() -> None:
    sheet = sheet_of(example_records("sjzyj"))
    # 14,453,449 ÷ 14,630,899 = 0.987872…; × 10 points = 9.87872… → 9.88
    assert scored(sheet) == [("预算执行率", 1000, 988)]
    # 50 points to 9 targets: 5.555… each; 9 × 5.55 = 49.95, so the first five get 5.56
    assert [line.weight for line in sheet.lines if line.id == "output"] == [556] * 5 + [555] * 4
    assert (sheet.scored_points, sheet.scored_weight) == (988, 1000)
    assert sheet.total is None
    assert sheet.grade == ""
    assert len(sheet.missing) == 9 + 2 + 1
    assert sheet.missing[0] == "受理审批政府投资信息化项目：缺少指标性质、年度指标值"


def test_centre_by_the_national_profile() -> None:
    sheet = sheet_of(example_records("dsjzx"), NATIONAL, "dsjzx")
    assert scored(sheet) == [
        # 272,299,800 ÷ 273,683,050 = 0.994945…; × 10 = 9.94945… → 9.95
        ("预算执行率", 1000, 995),
        # 1,625 ≥ 500 and 235 ≥ 200: reached; 50 ÷ 9 = 5.56 for each of the first five
        ("政务服务事项接入数", 556, 556),
        ("公共服务和社会服务事项上线数", 556, 556),
    ]
    assert (sheet.scored_points, sheet.scored_weight) == (2107, 2112)
    over = sheet.lines[1]
    assert over.target == "≥500项"
    assert over.actual == "1625项"
    assert over.note == "完成值为指标值的325.00%，超过130%，已说明原因"


def test_bureau_by_the_hunan_profile() -> None:
    sheet = sheet_of(example_records("sjzyj"), HUNAN)
    assert scored(sheet) == [
        ("在职人员控制率", 500, 500),  # 19 ÷ 20 = 95 %, not above 100 %
        ("重点支出安排率", 500, 400),  # (456.00 + 262.95) ÷ 870.53 = 82.59 %: 80–90 → 4
        ("预算完成率", 300, 296),  # 0.987872 × 3 = 2.9636 → 2.96
        ("预算调整率", 300, 300),  # 1,285.03 ÷ 178.06 = 721.68 %, but founded in 2019
        ("“三公”经费控制率", 600, 600),  # 24.49 ÷ 25.50 = 96.04 %
        ("公用经费控制率", 200, 200),  # 58.77 ÷ 59.93 = 98.07 %
    ]
    assert (sheet.scored_points, sheet.scored_weight) == (2296, 2400)
    adjustment = line_of(sheet, "adjustment")
    assert adjustment.actual == "721.68%"
    assert adjustment.note == "预算调整率721.68%，剔除情形：单位成立于2019年，属新设立单位，不作为扣分依据"
    assert (
        line_of(sheet, "share.key_projects").reason == "重点支出安排率82.59%，在不低于80%且低于90%一档，扣1分"
    )
    assert line_of(sheet, "execution.total").reason == "预算完成率98.79%，低于100%，按比例计分，扣0.04分"


def test_centre_by_the_hunan_profile() -> None:
    sheet = sheet_of(example_records("dsjzx"), HUNAN, "dsjzx")
    assert scored(sheet) == [
        ("在职人员控制率", 500, 500),  # 35 ÷ 37 = 94.59 %
        ("重点支出安排率", 500, 500),  # 25,675.53 ÷ 25,928.40 = 99.02 %: from 90 on → 5
        ("预算完成率", 300, 298),  # 0.994945 × 3 = 2.9848 → 2.98
        ("“三公”经费控制率", 600, 600),  # 6.20 ÷ 10.00 = 62.00 %
        ("公用经费控制率", 200, 200),  # 163.92 ÷ 167.82 = 97.68 %
        ("政务服务事项接入数", 278, 278),  # 25 ÷ 9 = 2.777…; 9 × 2.77 = 24.93, so the first seven get 2.78
        ("公共服务和社会服务事项上线数", 278, 278),
    ]
    assert (sheet.scored_points, sheet.scored_weight) == (2654, 2656)
    assert line_of(sheet, "adjustment").missing == ("年中调整数", "年初预算数")


# --- a complete sheet ---


def complete() -> Records:
    """The bureau with two targets reached and one missed by a tenth; satisfaction does not apply."""
    records = example_records("sjzyj")
    named = {"level2": "数量指标", "direction": "at_least", "target": "100", "measure": "个"}
    records["targets"] = [
        {"level1": "output", "name": "甲", "actual": "100", "weight": "30"} | named,
        {"level1": "output", "name": "乙", "actual": "90", "weight": "20"} | named,
        {"level1": "benefit", "name": "丙", "actual": "100", "weight": "30"} | named,
    ]
    records["checklist"].append({"item": "satisfaction", "is_met": False, "grounds": "不直接面向社会公众"})
    return records


def test_a_complete_sheet_has_a_total_and_a_grade() -> None:
    sheet = sheet_of(complete())
    # 9.88 + 30 + 20 × 0.9 + (30 + 10 moved) = 97.88
    assert sheet.is_complete
    assert [(line.level3, line.weight, line.score) for line in sheet.lines] == [
        ("预算执行率", 1000, 988),
        ("甲", 3000, 3000),
        ("乙", 2000, 1800),
        ("丙", 4000, 4000),
        ("满意度指标", 0, 0),
    ]
    assert sheet.total == 9788
    assert sheet.grade == "优"
    assert sheet.missing == ()
    last = sheet.lines[-1]
    assert last.state is LineState.LEFT_OUT
    assert last.note == "不参评：声明不适用（不直接面向社会公众），分值10分移至“效益指标”"
    assert sheet.lines[2].reason == "完成值为指标值的90.00%，按比例计分（未填写偏差原因），扣2分"


def test_a_declaration_without_grounds_does_not_move_points() -> None:
    records = complete()
    row(records, "checklist", item="satisfaction")["grounds"] = None
    line = sheet_of(records).lines[-1]
    assert (line.state, line.weight, line.score) == (LineState.UNEXPLAINED, 1000, None)


def test_a_year_without_a_profile() -> None:
    with pytest.raises(ProfileError, match="不适用于2019年"):
        score(values_of(example_records("sjzyj"), year=2019), NATIONAL)


# --- exclusions ---


def adjustment(change: Any) -> ScoreLine:
    records = example_records("sjzyj")
    records["profile"][0]["founded_on"] = None
    change(records)
    return line_of(sheet_of(records, HUNAN), "adjustment")


def test_without_an_excluded_cause_the_band_decides() -> None:
    line = adjustment(lambda records: None)
    assert line.score == 0
    assert line.reason == "预算调整率721.68%，在高于30%一档，扣3分"


def test_a_claimed_amount_is_taken_off() -> None:
    # 12,850,299 − 12,672,239 = 178,060 元 ÷ 1,780,600 = 10 %, which belongs to the band up to 10: 2 points
    claim = {"excluded_change": 1_267_223_900, "excluded_reason": "市政府临时交办"}
    line = adjustment(lambda records: records.update(supplement=[claim]))
    assert line.score == 200
    assert line.note == "预算调整率721.68%，剔除1,267.22万元（市政府临时交办）后为10.00%，按剔除后的数评分"


@pytest.mark.parametrize(
    ("claim", "state", "missing"),
    [
        ({"excluded_change": 100}, LineState.UNEXPLAINED, "剔除理由"),
        (
            {"excluded_change": 1_285_029_901, "excluded_reason": "交办"},
            LineState.MISSING,
            "正确的可剔除的预算调整额（现为1,285.03万元，而调整数为1,285.03万元）",
        ),
    ],
)
def test_a_claim_that_cannot_be_accepted(claim: dict[str, Any], state: LineState, missing: str) -> None:
    line = adjustment(lambda records: records.update(supplement=[claim]))
    assert (line.score, line.state, line.missing) == (None, state, (missing,))


def test_reductions_count_like_additions() -> None:
    line = adjustment(lambda r: row(r, "budget", item="total").update(initial=100_00, change=-15_00))
    assert line.actual == "-15.00%"
    assert line.score == 100


@pytest.mark.parametrize(("founded", "is_new"), [(2020, True), (2019, True), (2018, False), (2021, False)])
def test_who_is_new(founded: int, is_new: bool) -> None:
    line = adjustment(lambda r: r["profile"][0].update(founded_on=dt.date(founded, 1, 22)))
    assert line.score == (300 if is_new else 0)


@pytest.mark.parametrize(("founded", "weights"), [(2020, (1000, 0)), (2019, (500, 500))])
def test_a_unit_without_a_year_before_is_not_compared_with_it(founded: int, weights: tuple[int, int]) -> None:
    records = example_records("sjzyj")
    records["profile"][0]["founded_on"] = dt.date(founded, 6, 1)
    sheet = sheet_of(records, HUNAN)
    assert tuple(line_of(sheet, id_).weight for id_ in ("control.regular", "change.three_public")) == weights
    assert (line_of(sheet, "change.three_public").state is LineState.LEFT_OUT) == (founded == 2020)


# --- no base ---


@pytest.mark.parametrize(
    ("adjusted", "final", "points", "actual"),
    [(0, 0, 600, "无"), (0, 1, 0, "无法计算"), (100, 100, 600, "100.00%")],
)
def test_a_limit_without_a_base(adjusted: int, final: int, points: int, actual: str) -> None:
    records = example_records("sjzyj")
    row(records, "basic", item="three_public").update(adjusted=adjusted, final=final)
    line = line_of(sheet_of(records, HUNAN), "control.three_public")
    assert (line.score, line.actual) == (points, actual)


def test_nothing_to_measure_moves_the_weight() -> None:
    records = example_records("sjzyj")
    row(records, "procurement", kind="total").update(budget=0, final=0)
    sheet = sheet_of(records, HUNAN)
    assert line_of(sheet, "procurement").state is LineState.LEFT_OUT
    assert line_of(sheet, "control.public").weight == 400
    assert sum(line.weight for line in sheet.lines) == FULL


@pytest.mark.parametrize(
    ("carry_in", "carry_out", "points"),
    [(0, 0, 300), (100, 0, 300), (100, 100, 200), (100, 50, 200), (100, 101, 0), (0, 1, 0)],
)
def test_carry_over(carry_in: int, carry_out: int, points: int) -> None:
    records = example_records("sjzyj")
    row(records, "budget", item="total").update(carry_in=carry_in, carry_out=carry_out)
    assert line_of(sheet_of(records, HUNAN), "surplus.change").score == points


# --- checklists ---


def test_checklists() -> None:
    records = example_records("sjzyj")
    records["checklist"] = [
        {"item": item, "is_met": item != "funds_appraised"}
        for item in ("funds_lawful", "funds_approved", "funds_appraised", "funds_purpose", "funds_intact")
    ]
    line = line_of(sheet_of(records, HUNAN), "funds")
    assert (line.score, line.actual) == (200, "4/5项符合")
    assert line.reason == "不符合：管理自查“资金使用合规性：重大开支经过论证”，每项扣1分，扣1分"
    records["checklist"].pop()
    line = line_of(sheet_of(records, HUNAN), "funds")
    assert line.score is None
    assert line.missing == ("管理自查“资金使用合规性”（无截留、挤占、挪用、虚列）",)


# --- what holds for any unit ---


MAYBE = st.none() | st.integers(0, 200) | st.integers(0, 10**12)
WORDS = st.sampled_from([None, "完成", "达成", "部分达成（70%）", "0", "-5", "12.5", "100", "131"])


@st.composite
def units(draw: st.DrawFn) -> Records:
    records = example_records("sjzyj")
    for table, column in (("basic", "item"), ("budget", "item"), ("staffing", "category")):
        for record in records[table]:
            record.update({name: draw(MAYBE) for name in record if name != column})
    row(records, "budget", item="total").update(carry_in=draw(MAYBE), carry_out=draw(MAYBE))
    row(records, "procurement", kind="total").update(budget=draw(MAYBE), final=draw(MAYBE))
    records["profile"][0]["founded_on"] = draw(
        st.sampled_from([None, dt.date(2020, 1, 1), dt.date(1990, 1, 1)])
    )
    records["targets"] = [
        {
            "level1": draw(st.sampled_from(["output", "benefit", "satisfaction"])),
            "level2": "甲",
            "name": f"指标{number}",
            "direction": draw(st.sampled_from([None, "at_least", "at_most", "equal", "qualitative"])),
            "target": draw(WORDS),
            "actual": draw(WORDS),
            "weight": draw(st.sampled_from([None, "0", "1", "3.33", "-1", "十"])),
            "deviation": draw(st.sampled_from([None, "已说明"])),
        }
        for number in range(draw(st.integers(0, 6)))
    ]
    return records


@settings(max_examples=25, deadline=None)
@given(units(), st.sampled_from([NATIONAL, HUNAN]))
def test_any_sheet_adds_up(records: Records, profile: Any) -> None:
    sheet = sheet_of(records, profile)
    assert sum(line.weight for line in sheet.lines) == FULL
    for line in sheet.lines:
        if line.score is None:
            assert line.missing
            assert line.state in (LineState.MISSING, LineState.UNEXPLAINED)
        else:
            assert not line.missing
            assert 0 <= line.score <= line.weight
            assert bool(line.reason) == (line.score < line.weight), line
    assert sheet.is_complete == (sheet.total is not None) == bool(sheet.grade)
    assert sheet.scored_points == sum(line.score or 0 for line in sheet.lines) <= sheet.scored_weight <= FULL


@given(st.integers(0, FULL), st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any))
def test_shares_add_up_and_are_near(weight: int, parts: list[int]) -> None:
    exact = [Fraction(part, sum(parts)) for part in parts]
    found = apportion(weight, exact)
    assert sum(found) == weight
    assert all(abs(own - weight * part) < 1 for own, part in zip(found, exact, strict=True))
