"""The score forms: 部门整体支出绩效自评表, and one 项目支出绩效自评表 for each project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from tasks.money import MISSING
from tasks.render.attachments.basic_data import SIGNATURE
from tasks.render.attachments.model import (
    NONE,
    Attachment,
    Cell,
    Cells,
    Formula,
    Grid,
    figure,
    head,
    rate,
    text,
    total,
)
from tasks.score import ScoreLine, ScoreSheet, State
from tasks.score.outcome import shown_points
from tasks.score.projects import EXECUTION
from tasks.values import Values

_WIDE = (9, 13, 18, 11, 11, 7, 7, 24)
_NARROW = (11, 11, 13, 13, 13, 7, 11, 21)
"""Of the columns: on landscape paper for the unit, upright for a project."""
UNSCORED = "未评分"
_MONEY_HEAD = ("年初预算数", "全年预算数（A）", "全年执行数（B）", "分值", "执行率（B/A）", "得分")
_COLUMNS = ("initial", "adjusted", "final")
_BY_SOURCE = (
    ("general", "一般公共预算"),
    ("fund", "政府性基金预算"),
    ("capital", "国有资本经营预算"),
    ("insurance", "社会保险基金预算"),
    ("other", "其他资金"),
)
_BY_NATURE = (("basic", "基本支出"), ("project", "项目支出"))
_LARGE = re.compile(r"([≥≤=]?-?)([1-9]\d{3,})(\D.*|\.\d.*|)", re.DOTALL)
_WITHHELD = "涉密项目，绩效指标及完成情况不在本表列示。"


def unit_score(values: Values, number: str, title: str) -> Attachment:
    """Fill in the form of the unit as a whole."""
    sheet: ScoreSheet = values["score"]
    profile = values["profile"]
    return Attachment(
        "unit_score",
        number,
        title,
        "filled",
        lead=(f"部门（单位）名称：{profile['name']}", f"预算年度：{values['year']}年"),
        grids=(_funds(values, sheet, number), _goals(values), _indicators(sheet, number, "三", _WIDE)),
        notes=_notes(sheet),
        signature=SIGNATURE,
        is_wide=True,
    )


def project_score(values: Values, project: Mapping[str, Any], number: str, title: str) -> Attachment:
    """Fill in the form of one project; of a classified one nothing but its name and amounts."""
    sheet: ScoreSheet | None = values["project_scores"].get(project["code"])
    profile = values["profile"]
    return Attachment(
        "project_score",
        number,
        title,
        "filled",
        lead=(
            f"项目名称：{project['name']}",
            f"主管部门：{profile['parent'] or profile['name']}　　实施单位：{profile['name']}",
            f"预算年度：{values['year']}年",
        ),
        grids=(
            _project_funds(project, sheet, number),
            _indicators(sheet, number, "二", _NARROW)
            if sheet
            else Grid("二、绩效指标", _NARROW, (), ((text(_WITHHELD, columns=8),),)),
        ),
        notes=_notes(sheet) if sheet else (),
        signature=SIGNATURE,
    )


def _funds(values: Values, sheet: ScoreSheet, number: str) -> Grid:
    budget = values["budget"]
    rows: dict[str, tuple[Cell, ...]] = {}
    parts = {
        code: tuple(
            figure("wan", budget.get(code, {}).get(column), f"{number}.{code}.{column}")
            for column in _COLUMNS
        )
        for code, _ in (*_BY_NATURE, *_BY_SOURCE)
        if code != "other" or code in budget
    }
    amounts = tuple(
        total(
            budget["total"][column],
            tuple(parts[code][at] for code, _ in _BY_NATURE),
            f"{number}.total.{column}",
        )
        for at, column in enumerate(_COLUMNS)
    )
    execution = _execution(sheet)
    rows["total"] = (
        text("年度资金总额", columns=2, look="total"),
        *amounts,
        *_scored(execution, amounts, budget["total"]["rate_bp"], number),
    )
    for groups, caption in ((_BY_SOURCE, "按收入性质分"), (_BY_NATURE, "按支出性质分")):
        known = [(code, label) for code, label in groups if code in parts]
        for at, (code, label) in enumerate(known):
            start = (text(caption, "center", rows=len(known)),) if at == 0 else ()
            rows[code] = (*start, text(label), *parts[code], *_unscored(parts[code], budget[code]["rate_bp"]))
    return _fund_grid(tuple(rows.values()), _WIDE)


def _project_funds(project: Mapping[str, Any], sheet: ScoreSheet | None, number: str) -> Grid:
    amounts = tuple(figure("wan", project[column], f"{number}.total.{column}") for column in _COLUMNS)
    start = text("年度资金总额", columns=2, look="total")
    if sheet is None:
        return _fund_grid(((start, *amounts, *_unscored(amounts, project["rate_bp"])),), _NARROW)
    return _fund_grid(
        ((start, *amounts, *_scored(_execution(sheet), amounts, project["rate_bp"], number)),), _NARROW
    )


def _fund_grid(rows: tuple[tuple[Cell, ...], ...], widths: tuple[int, ...]) -> Grid:
    heads = (head("资金构成", 2), *(head(label) for label in _MONEY_HEAD))
    return Grid("一、年度资金情况（单位：万元）", widths, (heads,), rows)


def _execution(sheet: ScoreSheet) -> ScoreLine | None:
    return next((line for line in sheet.lines if line.id == EXECUTION), None)


def _scored(
    line: ScoreLine | None, amounts: tuple[Cell, ...], bp: int | None, number: str
) -> tuple[Cell, ...]:
    executed = rate(amounts[2], amounts[1], bp, f"{number}.execution")
    if line is None:
        return Cell(NONE), executed, Cell(NONE)
    return _weight(line, number, 0), executed, _points(line, number, 0)


def _unscored(amounts: tuple[Cell, ...], bp: int | None) -> tuple[Cell, ...]:
    return Cell(NONE), rate(amounts[2], amounts[1], bp), Cell(NONE)


def _goals(values: Values) -> Grid:
    said = values["supplement"] or {}
    outcome = values["narratives"].get("outcome", [])
    told = "；".join(group["heading"] for group in outcome if group["heading"])
    result = said.get("goal_result") or (f"{told}。详见报告“产出成果及效益情况”部分。" if told else None)
    return Grid(
        "二、年度总体目标",
        _WIDE,
        ((head("预期目标", 4), head("实际完成情况", 4)),),
        ((text(said.get("goal"), columns=4), text(result, columns=4)),),
    )


def _indicators(sheet: ScoreSheet, number: str, ordinal: str, widths: tuple[int, ...]) -> Grid:
    lines = [(at, line) for at, line in numbered(sheet) if line.id != EXECUTION]
    body: list[tuple[Cell, ...]] = []
    for level1, of_level1 in groupby(lines, key=lambda pair: pair[1].level1):
        group1 = list(of_level1)
        for level2, of_level2 in groupby(group1, key=lambda pair: pair[1].level2):
            group2 = list(of_level2)
            for at, line in group2:
                merged = []
                if at == group1[0][0]:
                    merged.append(text(level1, "center", rows=len(group1)))
                if at == group2[0][0]:
                    merged.append(text(level2 or NONE, "center", rows=len(group2)))
                body.append((*merged, *_line(at, line, number)))
    body.append(_total(sheet, number))
    heads = (
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    )
    return Grid(f"{ordinal}、绩效指标", widths, (tuple(head(label) for label in heads),), tuple(body))


def numbered(sheet: ScoreSheet) -> list[tuple[int, ScoreLine]]:
    """The lines with the numbers that name their cells; 0 is the one of budget execution."""
    others = (line for line in sheet.lines if line.id != EXECUTION)
    execution = _execution(sheet)
    return [*([(0, execution)] if execution else []), *enumerate(others, start=1)]


def _line(at: int, line: ScoreLine, number: str) -> tuple[Cell, ...]:
    said = "；".join(part.rstrip("。；") for part in (line.deviation, line.remark) if part)
    return (
        text(line.level3),
        text(_grouped(line.target) or MISSING, "center"),
        text(_grouped(line.actual) or MISSING, "center"),
        _weight(line, number, at),
        _points(line, number, at),
        Cell(f"{said}。" if said else "", align="left"),
    )


def _grouped(value: str) -> str:
    """A value with its measure, digits in thousands as elsewhere: ≥1,500项; but not a year."""
    number = _LARGE.fullmatch(value)
    return f"{number[1]}{int(number[2]):,}{number[3]}" if number and number[3] != "年" else value


def _weight(line: ScoreLine, number: str, at: int) -> Cell:
    name = f"{number}.weight{'' if line.score is not None else '.unscored'}.{at}"
    return replace(figure("points", line.weight, name), align="center")


def _points(line: ScoreLine, number: str, at: int) -> Cell:
    if line.score is None:
        return Cell(UNSCORED)
    formula: Formula = (Cells((working_name(number, at),)),)
    name = f"{number}.points.{at}"
    return replace(figure("points", line.score, name, formula), align="center")


def working_name(number: str, at: int) -> str:
    """The name of the cell in the working sheet that computes the points of a line."""
    return f"working.{number}.{at}"


def _total(sheet: ScoreSheet, number: str) -> tuple[Cell, ...]:
    scored = [at for at, line in numbered(sheet) if line.score is not None]
    weights, points = (
        replace(
            figure(
                "points",
                value,
                f"{number}.{what}.total",
                ("ROUND(SUM(", Cells(tuple(f"{number}.{what}.{at}" for at in scored)), "),2)")
                if scored
                else (),
                look="total",
            ),
            align="center",
        )
        for what, value in (("weight", sheet.scored_weight), ("points", sheet.scored_points))
    )
    if sheet.is_complete:
        return (
            text("总分", "center", columns=5, look="total"),
            weights,
            points,
            text(f"等级：{sheet.grade}", look="total"),
        )
    left = sum(line.score is None for line in sheet.lines)
    said = f"有{left}项未评分（分值{shown_points(10_000 - sheet.scored_weight)}分），不计总分，不定等级。"
    return text("已评分项目合计", "center", columns=5, look="total"), weights, points, text(said)


def _notes(sheet: ScoreSheet) -> tuple[str, ...]:
    own = (f"{note}。" for note in dict.fromkeys(sheet.notes))
    unsaid = any(line.state is State.MISSING for line in sheet.lines)
    missing = ("“未评分”是缺少评分所需的数据，缺什么见该行末栏；未评分的不按满分计算。",) if unsaid else ()
    return (f"评分依据：{sheet.profile.basis}。", *own, *missing)
