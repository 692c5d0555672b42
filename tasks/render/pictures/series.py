"""The same figures over years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.money import percent, wan, wan_cell
from tasks.render.document import Picture
from tasks.render.drawing import Columns, Slot
from tasks.render.pictures.axis import Axis, money_axis

YEARS = 5
_RESTATED = "※"
_MISSING = "无数据"


@dataclass(frozen=True)
class YearPoint:
    """One year's figures in 分 and hundredths of a percent; None where nothing is known."""

    year: int
    adjusted: int | None
    final: int | None
    rate_bp: int | None
    is_restated: bool = False
    """Changed after it was published, as when a unit took over another."""


def series(caption: str, points: Iterable[YearPoint], last_year: int) -> Picture:
    """Budget and expenditure in the five years up to `last_year`, fewer where nothing is known before.

    `points` come in any order, one a year (ValueError where a year comes twice); a year that is missing
    between them is a gap.
    """
    points = list(points)
    by_year = {point.year: point for point in points}
    if len(by_year) != len(points):
        raise ValueError(f"{caption}：有的年度出现了不止一次")
    shown = range(last_year - YEARS + 1, last_year + 1)
    first = min((year for year in shown if year in by_year), default=last_year)
    years = [by_year.get(year) or YearPoint(year, None, None, None) for year in shown if year >= first]
    axis = money_axis(
        max((amount for point in years for amount in (point.adjusted, point.final) if amount), default=0)
    )
    restated = any(point.is_restated for point in years)
    return Picture(
        caption=caption,
        unit="万元",
        alt=f"柱形图，空心柱为全年预算数，实心柱为决算支出。{'；'.join(map(_told, years))}。",
        drawing=Columns(
            slots=tuple(_slot(point, axis) for point in years),
            ticks=axis.ticks,
            heads=("全年预算数", "决算支出", "执行率"),
            outline_label="全年预算数",
            fill_label="决算支出",
            note=f"{_RESTATED} 该年度数据公布后经过调整，图中为调整后的数据。" if restated else "",
        ),
    )


def _is_gap(point: YearPoint) -> bool:
    return point.adjusted is None and point.final is None


def _slot(point: YearPoint, axis: Axis) -> Slot:
    figures = (_cell(point.adjusted), _cell(point.final), percent(point.rate_bp))
    return Slot(
        label=f"{point.year}年{_RESTATED if point.is_restated else ''}",
        outline=axis.place(point.adjusted),
        fill=axis.place(point.final),
        figures=(_MISSING, "", "") if _is_gap(point) else figures,
    )


def _cell(fen: int | None) -> str:
    return _MISSING if fen is None else wan_cell(fen)


def _told(point: YearPoint) -> str:
    year = f"{point.year}年{'（调整后）' if point.is_restated else ''}"
    if _is_gap(point):
        return f"{year}{_MISSING}"
    rate = "" if point.rate_bp is None else f"，执行率{percent(point.rate_bp)}"
    return f"{year}{_amount('全年预算', point.adjusted)}，{_amount('决算支出', point.final)}{rate}"


def _amount(label: str, fen: int | None) -> str:
    return f"{label}{_MISSING}" if fen is None else f"{label}{wan(fen)}万元"
