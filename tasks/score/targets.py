"""The unit's own targets: how far each was reached, and how they share the weight of their level."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tasks.score.earned import Basis, Earned, Part, Parts, ShareRule, shown_number, shown_percent
from tasks.score.profile import Line, Profile
from tasks.value_names import Values

Row = Mapping[str, Any]
"""One row of the table `targets`, with the labels that `tasks/values.py` adds."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_STATED = re.compile(r"(.*?)[（(]?(\d+(?:\.\d+)?)[%％][）)]?")
_ONE, _NONE = Fraction(1), Fraction(0)
_MAX_QUOTED = 20


def assess_targets(line: Line, values: Values, profile: Profile) -> Earned | Parts:
    """Assess the targets of the line's level; Earned where there is nothing to share the weight."""
    rows = [row for row in values["targets"] if row["level1"] == line.target_level]
    if not rows:
        return _without_targets(line, values)
    weights, lack = _weights(rows, profile)
    if lack:
        return Earned(missing=(lack,))
    total = sum(weights)
    parts = tuple(
        Part(row["level2"] or "", row["name"] or "", weight / total, assess_target(row, profile))
        for row, weight in zip(rows, weights, strict=True)
    )
    return Parts(parts, _notes(line, rows, total))


def assess_target(row: Row, profile: Profile) -> Earned:
    """Assess one target."""
    measure = row["measure"] or ""
    target, actual = row["target"], row["actual"]
    sign = row["direction_label"] if row["direction"] not in (None, "qualitative") else ""
    said = Earned(
        target=f"{sign}{target}{measure}" if target is not None else "",
        actual=f"{actual}{measure}" if actual is not None else "",
        deviation=row["deviation"] or "",
    )
    if row["direction"] == "qualitative":
        return _qualitative(actual, said, profile)
    lacks = [
        lack
        for lack in (
            "指标性质" if row["direction"] is None else "",
            _lack("年度指标值", target),
            _lack("实际完成值", actual),
        )
        if lack
    ]
    if lacks:
        return replace(said, missing=tuple(lacks))
    return _quantitative(row["direction"], Fraction(target), Fraction(actual), said, profile)


def _quantitative(
    direction: str, target: Fraction, actual: Fraction, said: Earned, profile: Profile
) -> Earned:
    """In proportion where the target is above zero; else it is met or it is not."""
    is_met = _IS_MET[direction](actual, target)
    ratio = actual / target if target > 0 else None
    rule = ShareRule.MET if ratio is None else ShareRule(direction)
    said = replace(said, basis=Basis(rule, actual, target, direction))
    limit = profile.over_limit / 100
    if direction == "at_least" and ratio is not None and ratio > limit:
        far = f"完成值为指标值的{shown_percent(ratio * 100)}，超过{shown_number(profile.over_limit)}%"
        if not said.deviation:
            return replace(said, missing=(f"偏差原因（{far}）",), is_unexplained=True, basis=None)
        return replace(said, share=_ONE, note=f"{far}，已说明原因")
    if is_met:
        is_far_below = direction == "at_most" and ratio is not None and ratio < 2 - limit
        note = "完成值明显低于指标值，请核实" if is_far_below else ""
        if direction == "at_least" and target == 0:
            note = "指标值为0，任何完成值都达到，请核实"
        return replace(said, share=_ONE, note=note)
    unexplained = "" if said.deviation else "（未填写偏差原因）"
    if ratio is None:
        return replace(said, share=_NONE, why=f"完成值{said.actual}，未达到{said.target}{unexplained}")
    share = max(ratio, _NONE) if ratio < 1 else 1 / ratio
    why = f"完成值为指标值的{shown_percent(ratio * 100)}，按比例计分{unexplained}"
    return replace(said, share=share, why=why)


_IS_MET: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "at_least": lambda actual, target: actual >= target,
    "at_most": lambda actual, target: actual <= target,
    "equal": lambda actual, target: actual == target,
}


def _qualitative(actual: str | None, said: Earned, profile: Profile) -> Earned:
    """By the result word, with a percentage within its band where the unit states one: 部分达成（75%）."""
    text = "".join((actual or "").split())
    stated = _STATED.fullmatch(text)
    word, part = (stated[1], Fraction(stated[2])) if stated else (text, None)
    band = next((band for band in profile.qualitative if word in band.words), None)
    if band is None:
        words = "”“".join(band.words[0] for band in profile.qualitative)
        now = f"，现为“{text[:_MAX_QUOTED]}”" if text else ""
        return replace(said, missing=(f"定性结果（在“{words}”中选填一个{now}）",))
    share = band.default if part is None else part
    if not (band.low <= share < band.high or share == band.high == 100):
        within = f"{shown_number(band.low)}%（含）至{shown_number(band.high)}%"
        return replace(said, missing=(f"正确的定性结果（“{word}”应在{within}之间）",))
    unexplained = "" if said.deviation else "（未填写偏差原因）"
    return replace(
        said,
        basis=Basis(ShareRule.AT_LEAST, share, Fraction(100)),
        share=share / 100,
        why=f"定性结果为“{word}”，按{shown_number(share)}%计分{unexplained}",
    )


def _lack(label: str, value: str | None) -> str:
    if value is None:
        return label
    if not _NUMBER.fullmatch(value):
        return f"{label}的数字（现为“{value[:_MAX_QUOTED]}”）"
    return ""


def _weights(rows: Sequence[Row], profile: Profile) -> tuple[list[Fraction], str]:
    """The weights that the unit gave its targets, or what is wrong with them."""
    given = [row["weight"] for row in rows]
    if profile.equal_without_weights and all(weight is None for weight in given):
        return [_ONE] * len(rows), ""
    usable = [weight is not None and bool(_NUMBER.fullmatch(weight)) for weight in given]
    if not all(usable):
        names = "、".join(str(row["name"]) for row, fine in zip(rows, usable, strict=True) if not fine)
        return [], f"绩效指标的分值（{names}）"
    weights = [Fraction(weight) for weight in given]
    if min(weights) < 0 or sum(weights) == 0:
        return [], "正确的绩效指标分值（不为负数，合计大于零）"
    return weights, ""


def _notes(line: Line, rows: Sequence[Row], total: Fraction | int) -> tuple[str, ...]:
    if all(row["weight"] is None for row in rows):
        return (f"“{line.level1}”各项绩效指标未填分值，按项数平均分配",)
    if total * 100 != line.weight:
        return (f"“{line.level1}”各项绩效指标分值之和为{shown_number(Fraction(total))}，已按比例折算",)
    return ()


def _without_targets(line: Line, values: Values) -> Earned:
    """No target of this level: forgotten, or declared not to apply, which needs its grounds."""
    if line.may_not_apply and values["sums"]["checklist.satisfaction.is_met"] == 0:
        answers = values["tables"]["checklist"]
        grounds = next((row["grounds"] for row in answers if row["item"] == "satisfaction"), None)
        if grounds:
            return Earned(left_out=f"声明不适用（{grounds}）")
        return Earned(missing=("管理自查中满意度指标不适用的依据",), is_unexplained=True)
    return Earned(missing=(f"{line.name}（“绩效指标”表中没有填报）",))
