"""Read one line of a scoring profile and check it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from expectations.contract import CONTRACT
from expectations.indicators import INDICATOR_BY_CODE, Kind
from tasks.score.earned import shown_number, shown_points
from tasks.score.profile import Band, Better, Line, Method, NewUnit
from tasks.score.toml_place import Place

_LEVELS = tuple(CONTRACT["targets"]["level1"].label_by_code)


def read_line(place: Place, level1: str) -> Line:
    """Read a line of the group `level1`.

    Raises ProfileError for whatever is wrong with it.
    """
    method = place.word("kind", Method)
    weight = place.points("weight")
    if weight == 0:
        place.fail("weight 为 0", "请填写分值，或删去该项")
    indicator = target_level = ""
    label = None
    if method is Method.TARGETS:
        target_level = place.text("level")
        if target_level not in _LEVELS:
            place.fail(f"level 现为“{target_level}”", f"请改为 {'、'.join(_LEVELS)} 之一")
    else:
        indicator = place.text("indicator")
        label = _indicator_label(place, indicator, method)
    bands, better = _bands(place) if method is Method.BANDS else ((), Better.HIGHER)
    line = Line(
        id=place.text("id", indicator or target_level),
        level1=level1,
        level2=place.text("level2", ""),
        name=place.text("name", label),
        weight=weight,
        method=method,
        indicator=indicator,
        target_level=target_level,
        bands=bands,
        better=Better.LOWER if method is Method.DEDUCT else better,
        free_up_to=place.number("free_up_to") if method is Method.DEDUCT else Line.free_up_to,
        points=_points_off(place, method),
        floor=place.points("floor", 0) if method is Method.DEDUCT else 0,
        is_pro_rata=place.flag("pro_rata", True) if method is Method.DEDUCT else True,
        ignores_sign=place.flag("ignores_sign"),
        is_full_when_zero=place.flag("full_when_zero"),
        has_exclusions=place.flag("exclusions"),
        new_unit=place.word("new_unit", NewUnit) if place.has("new_unit") else None,
        new_unit_years=int(place.number("new_unit_years", 1)),
        may_not_apply=place.flag("may_not_apply"),
        moves_to=place.text("moves_to", ""),
    )
    place.close()
    place.name += f"“{line.name}”"
    _check_line(place, line)
    return line


def _indicator_label(place: Place, code: str, method: Method) -> str:
    known = INDICATOR_BY_CODE.get(code)
    if known is None:
        place.fail(f"没有 {code} 这个指标", f"请改为下列之一：{'、'.join(INDICATOR_BY_CODE)}")
    is_checklist = known.kind is Kind.CHECKLIST
    if known.kind is Kind.INDIVIDUAL or is_checklist != (method is Method.CHECKLIST):
        place.fail(f"指标 {code}（{known.label}）不能用 {method} 评分", "请更换 kind 或 indicator")
    return known.label


def _points_off(place: Place, method: Method) -> Fraction:
    if method is Method.DEDUCT:
        return Fraction(place.points("points"))
    if method is Method.CHECKLIST:
        return Fraction(place.points("points", 0))
    return Fraction(0)


def _check_line(place: Place, line: Line) -> None:
    if line.method is Method.DEDUCT and line.points == 0:
        place.fail("points 为 0，超过多少都不扣分", "请填写每超过一个百分点扣几分")
    if line.floor > line.weight:
        place.fail("floor 高于分值", "请改为不高于 weight 的数")
    if line.bands:
        best = max(band.points for band in line.bands)
        if best > line.weight or (best < line.weight and not line.is_full_when_zero):
            place.fail(
                f"各档最高 {shown_points(best)} 分，而分值为 {shown_points(line.weight)}",
                "请使最好一档等于该项分值",
            )
    if (line.may_not_apply or line.new_unit is NewUnit.LEFT_OUT) and not line.moves_to:
        place.fail("该项可能不参评，但没有 moves_to", "请写明不参评时分值移至哪一项")
    if line.method in (Method.CHECKLIST, Method.TARGETS) and (
        line.new_unit or line.has_exclusions or line.ignores_sign or line.is_full_when_zero
    ):
        place.fail("new_unit、exclusions、ignores_sign、full_when_zero 不用于此类项", "请删去这些字段")
    if line.has_exclusions and line.indicator != "adjustment":
        place.fail("exclusions 只用于预算调整率", "请删去该字段")
    if line.may_not_apply and line.method is not Method.TARGETS:
        place.fail("may_not_apply 只用于 kind 为 targets 的项", "请删去该字段")


def _bands(place: Place) -> tuple[tuple[Band, ...], Better]:
    better = place.word("better", Better)
    found = []
    for row in place.tables("bands", "档次"):
        found.append(Band(row.maybe_number("from"), row.maybe_number("to"), row.points("points")))
        row.close()
        low, high = found[-1].low, found[-1].high
        if low is not None and high is not None and low >= high:
            row.fail("from 不小于 to", "请核对该档的上下限")
    found.sort(key=lambda band: (band.low is not None, band.low or 0))
    if found[0].low is not None or found[-1].high is not None:
        place.fail("档次没有覆盖全部数值", "最低一档请不写 from，最高一档请不写 to")
    for one, two in pairwise(found):
        if one.high is None or two.low is None or one.high > two.low:
            place.fail(
                f"档次有重叠（{_limit(one.high)} 与 {_limit(two.low)}）", "请使上一档的 to 等于下一档的 from"
            )
        if one.high < two.low:
            place.fail(
                f"档次有空档（{_limit(one.high)} 至 {_limit(two.low)}）", "请使上一档的 to 等于下一档的 from"
            )
        if (one.points > two.points) if better is Better.HIGHER else (one.points < two.points):
            place.fail("表现较好的一档得分反而较低", "请核对各档的 points 和 better")
    return tuple(found), better


def _limit(value: Fraction | None) -> str:
    return "无界" if value is None else f"{shown_number(value)}"
