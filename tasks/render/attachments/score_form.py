"""The score forms: 部门整体支出绩效自评表, and one 项目支出绩效自评表 for each project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from tasks.money import MISSING
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
from tasks.render.attachments.words import Words, form_words
from tasks.score import LineState, ScoreLine, ScoreSheet
from tasks.score.earned import shown_points
from tasks.score.projects import EXECUTION
from tasks.values import Values

_WIDE = (9, 13, 18, 11, 11, 7, 7, 24)
_NARROW = (11, 11, 13, 13, 13, 7, 11, 21)
"""Of the columns: on landscape paper for the unit, upright for a project."""
_COLUMNS = ("initial", "adjusted", "final")
_LARGE = re.compile(r"([≥≤=]?-?)([1-9]\d{3,})(\D.*|\.\d.*|)", re.DOTALL)


def unit_score(values: Values, number: str, title: str) -> Attachment:
    """Fill in the form of the unit as a whole."""
    sheet: ScoreSheet = values["score"]
    profile = values["profile"]
    words = form_words("score", values["year"])
    return Attachment(
        "unit_score",
        number,
        title,
        "filled",
        lead=tuple(line.format(name=profile["name"], year=values["year"]) for line in words["unit"]["lead"]),
        grids=(
            _funds(values, sheet, number, words["funds"]),
            _goals(values, words["goals"]),
            _indicators(sheet, number, words["unit"]["indicators"], _WIDE, words["indicators"]),
        ),
        notes=_notes(sheet, words),
        signature=tuple(words["signature"]),
        is_wide=True,
    )


def project_score(values: Values, project: Mapping[str, Any], number: str, title: str) -> Attachment:
    """Fill in the form of one project; of a classified one nothing but its name and amounts."""
    sheet: ScoreSheet | None = values["project_scores"].get(project["code"])
    profile = values["profile"]
    words = form_words("score", values["year"])
    own = words["project"]
    return Attachment(
        "project_score",
        number,
        title,
        "filled",
        subject=project["name"],
        lead=tuple(
            line.format(
                project=project["name"],
                parent=profile["parent"] or profile["name"],
                name=profile["name"],
                year=values["year"],
            )
            for line in own["lead"]
        ),
        grids=(
            _project_funds(project, sheet, number, words["funds"]),
            _indicators(sheet, number, own["indicators"], _NARROW, words["indicators"])
            if sheet
            else Grid(own["indicators"], _NARROW, (), ((text(own["withheld"], columns=8),),)),
        ),
        notes=_notes(sheet, words) if sheet else (),
        signature=tuple(words["signature"]),
    )


def _funds(values: Values, sheet: ScoreSheet, number: str, words: Words) -> Grid:
    budget = values["budget"]
    rows: dict[str, tuple[Cell, ...]] = {}
    parts = {
        code: tuple(
            figure("wan", budget.get(code, {}).get(column), f"{number}.{code}.{column}")
            for column in _COLUMNS
        )
        for code in (*words["nature"], *words["source"])
        if code != "other" or code in budget
    }
    amounts = tuple(
        total(
            budget["total"][column],
            tuple(parts[code][at] for code in words["nature"]),
            f"{number}.total.{column}",
        )
        for at, column in enumerate(_COLUMNS)
    )
    execution = _execution(sheet)
    rows["total"] = (
        text(words["total"], columns=2, look="total"),
        *amounts,
        *_scored(execution, amounts, budget["total"]["rate_bp"], number, words),
    )
    for groups, caption in (
        (words["source"], words["by_source"]),
        (words["nature"], words["by_nature"]),
    ):
        known = [(code, label) for code, label in groups.items() if code in parts]
        for at, (code, label) in enumerate(known):
            start = (text(caption, "center", rows=len(known)),) if at == 0 else ()
            rows[code] = (*start, text(label), *parts[code], *_unscored(parts[code], budget[code]["rate_bp"]))
    return _fund_grid(tuple(rows.values()), _WIDE, words)


def _project_funds(project: Mapping[str, Any], sheet: ScoreSheet | None, number: str, words: Words) -> Grid:
    amounts = tuple(figure("wan", project[column], f"{number}.total.{column}") for column in _COLUMNS)
    start = text(words["total"], columns=2, look="total")
    if sheet is None:
        return _fund_grid(((start, *amounts, *_unscored(amounts, project["rate_bp"])),), _NARROW, words)
    return _fund_grid(
        ((start, *amounts, *_scored(_execution(sheet), amounts, project["rate_bp"], number, words)),),
        _NARROW,
        words,
    )


def _fund_grid(rows: tuple[tuple[Cell, ...], ...], widths: tuple[int, ...], words: Words) -> Grid:
    columns = (*_COLUMNS, "weight", "rate", "points")
    heads = (head(words["item"], 2), *(head(words[column]) for column in columns))
    return Grid(words["title"], widths, (heads,), rows)


def _execution(sheet: ScoreSheet) -> ScoreLine | None:
    return next((line for line in sheet.lines if line.id == EXECUTION), None)


def _scored(
    line: ScoreLine | None, amounts: tuple[Cell, ...], bp: int | None, number: str, words: Words
) -> tuple[Cell, ...]:
    executed = rate(amounts[2], amounts[1], bp, f"{number}.execution")
    if line is None:
        return Cell(NONE), executed, Cell(NONE)
    return _weight(line, number, 0), executed, _points(line, number, 0, words)


def _unscored(amounts: tuple[Cell, ...], bp: int | None) -> tuple[Cell, ...]:
    return Cell(NONE), rate(amounts[2], amounts[1], bp), Cell(NONE)


def _goals(values: Values, words: Words) -> Grid:
    said = values["supplement"] or {}
    outcome = values["narratives"].get("outcome", [])
    told = "；".join(group["heading"] for group in outcome if group["heading"])
    result = said.get("goal_result") or (words["reference"].format(told=told) if told else None)
    return Grid(
        words["title"],
        _WIDE,
        ((head(words["expected"], 4), head(words["actual"], 4)),),
        ((text(said.get("goal"), columns=4), text(result, columns=4)),),
    )


def _indicators(sheet: ScoreSheet, number: str, title: str, widths: tuple[int, ...], words: Words) -> Grid:
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
                body.append((*merged, *_line(at, line, number, words)))
    body.append(_total(sheet, number, words))
    columns = ("level1", "level2", "level3", "target", "actual", "weight", "points", "remark")
    return Grid(title, widths, (tuple(head(words[column]) for column in columns),), tuple(body))


def numbered(sheet: ScoreSheet) -> list[tuple[int, ScoreLine]]:
    """The lines with the numbers that name their cells; 0 is the one of budget execution."""
    others = (line for line in sheet.lines if line.id != EXECUTION)
    execution = _execution(sheet)
    return [*([(0, execution)] if execution else []), *enumerate(others, start=1)]


def _line(at: int, line: ScoreLine, number: str, words: Words) -> tuple[Cell, ...]:
    said = "；".join(part.rstrip("。；") for part in (line.deviation, line.remark) if part)
    # A level without any target of its own would stand there by its name a second time.
    own = line.level3 != line.level1
    return (
        text(line.level3) if own else Cell(NONE),
        text(_grouped(line.target) or MISSING, "center"),
        text(_grouped(line.actual) or MISSING, "center"),
        _weight(line, number, at),
        _points(line, number, at, words),
        Cell(f"{said}。" if said else "", align="left"),
    )


def _grouped(value: str) -> str:
    """A value with its measure, digits in thousands as elsewhere: ≥1,500项; but not a year."""
    number = _LARGE.fullmatch(value)
    return f"{number[1]}{int(number[2]):,}{number[3]}" if number and number[3] != "年" else value


def _weight(line: ScoreLine, number: str, at: int) -> Cell:
    name = f"{number}.weight{'' if line.score is not None else '.unscored'}.{at}"
    return replace(figure("points", line.weight, name), align="center")


def _points(line: ScoreLine, number: str, at: int, words: Words) -> Cell:
    if line.score is None:
        return Cell(words["unscored"])
    formula: Formula = (Cells((working_name(number, at),)),)
    return replace(figure("points", line.score, f"{number}.points.{at}", formula), align="center")


def working_name(number: str, at: int) -> str:
    """The name of the cell in the working sheet that computes the points of a line."""
    return f"working.{number}.{at}"


def _total(sheet: ScoreSheet, number: str, words: Words) -> tuple[Cell, ...]:
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
            text(words["total"], "center", columns=5, look="total"),
            weights,
            points,
            text(words["grade"].format(grade=sheet.grade), look="total"),
        )
    left = sum(line.score is None for line in sheet.lines)
    said = words["incomplete"].format(left=left, weight=shown_points(10_000 - sheet.scored_weight))
    return text(words["scored_total"], "center", columns=5, look="total"), weights, points, text(said)


def _notes(sheet: ScoreSheet, words: Words) -> tuple[str, ...]:
    own = (f"{note}。" for note in dict.fromkeys(sheet.notes))
    unsaid = any(line.state is LineState.MISSING for line in sheet.lines)
    missing = (words["unscored_note"],) if unsaid else ()
    return (words["basis"].format(basis=sheet.profile.basis), *own, *missing)
