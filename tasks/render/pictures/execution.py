"""Budget and expenditure side by side: by item of the basic expenditure, and by project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tasks.money import basis_points, percent, wan, wan_cell
from tasks.render.document import Picture
from tasks.render.drawing import Bar, Bars, Panel
from tasks.render.pictures.axis import Axis, money_axis
from tasks.render.pictures.labels import CLASSIFIED, short

MOST_BARS = 23
"""Bars that one page holds with names of two lines."""

Row = Mapping[str, Any]


def execution_by_item(rows: Iterable[Row]) -> Picture:
    """The basic expenditure by item.

    `rows` are in the order of the table, without its sum; each has `label`, `adjusted` and `final` (分),
    `rate_bp` (hundredths of a percent or None) and, where it is part of a row above it, `of_which`.
    """
    rows = list(rows)
    axis = _axis(rows)
    bars = [
        _bar(row, row["label"], axis, number=str(row.get("number") or ""), indented=bool(row.get("of_which")))
        for row in rows
    ]
    said = "；".join(f"{row['label']}，{_amounts(row)}" for row in rows if not row.get("of_which"))
    return Picture(
        caption="基本支出预算执行情况",
        unit="万元",
        alt=f"条形图，空心条为全年预算数，实心条为决算支出。{said}。" if said else "条形图，没有数据。",
        drawing=_drawing(bars, axis),
    )


def execution_by_project(projects: Sequence[Row]) -> Picture:
    """The project expenditure by project, in the order and with the numbers of the table.

    Each row has `name`, `adjusted` and `final` (分), `rate_bp` and `is_classified`. The largest projects
    have bars of their own where there are too many for a page, the others one for all of them. A classified
    project is not named: pictures get copied out of a report that is marked 内部资料.
    """
    numbered = list(enumerate(projects, start=1))
    kept, rest = _largest(numbered)
    rows = [row for _, row in kept]
    together = _together([row for _, row in rest])
    axis = _axis([*rows, together] if rest else rows)
    bars = [_bar(row, _name(row), axis, number=str(number)) for number, row in kept]
    if rest:
        bars.append(_bar(together, f"其余{len(rest)}个项目合计", axis))
    return Picture(
        caption="项目支出预算执行情况",
        unit="万元",
        alt=f"条形图，空心条为全年预算数，实心条为决算支出。{_told(numbered)}",
        drawing=_drawing(bars, axis),
    )


def _largest(numbered: list[tuple[int, Row]]) -> tuple[list[tuple[int, Row]], list[tuple[int, Row]]]:
    """The projects that get bars of their own, and the others; both in the order of the table."""
    if len(numbered) <= MOST_BARS:
        return numbered, []
    by_size = sorted(numbered, key=lambda item: (-_size(item[1]), item[0]))
    own = {number for number, _ in by_size[: MOST_BARS - 1]}
    return (
        [item for item in numbered if item[0] in own],
        [item for item in numbered if item[0] not in own],
    )


def _together(rows: list[Row]) -> Row:
    adjusted, final = (sum(row[name] or 0 for row in rows) for name in ("adjusted", "final"))
    return {"adjusted": adjusted, "final": final, "rate_bp": basis_points(final, adjusted)}


def _told(numbered: list[tuple[int, Row]]) -> str:
    """The main figures in sentences."""
    total = _together([row for _, row in numbered])
    said = f"共{len(numbered):,}个项目，合计{_amounts(total)}。"
    if len(numbered) < 2:
        return said
    number, largest = max(numbered, key=lambda item: (_size(item[1]), -item[0]))
    said += f"金额最大的是第{number}项{_name(largest)}，{_amounts(largest)}。"
    rated = [(number, row) for number, row in numbered if row["rate_bp"] is not None]
    full = sum(row["rate_bp"] >= 10_000 for _, row in rated)
    if full:
        said += f"执行率达到100.00%的项目{full:,}个。"
    if rated and full < len(rated):
        number, lowest = min(rated, key=lambda item: (item[1]["rate_bp"], item[0]))
        said += f"执行率最低的是第{number}项{_name(lowest)}，{_amounts(lowest)}。"
    return said


def _name(project: Row) -> str:
    return CLASSIFIED if project["is_classified"] else project["name"]


def _size(row: Row) -> int:
    return max(row["adjusted"] or 0, row["final"] or 0)


def _axis(rows: Iterable[Row]) -> Axis:
    return money_axis(max((_size(row) for row in rows), default=0))


def _bar(row: Row, label: str, axis: Axis, *, number: str = "", indented: bool = False) -> Bar:
    return Bar(
        label=short(label),
        outline=axis.place(row["adjusted"]),
        fill=axis.place(row["final"]),
        figures=(wan_cell(row["final"]), percent(row["rate_bp"])),
        number=number,
        indented=indented,
    )


def _drawing(bars: list[Bar], axis: Axis) -> Bars:
    return Bars((Panel(tuple(bars), axis.ticks, ("决算支出", "执行率"), "全年预算数", "决算支出"),))


def _amounts(row: Row) -> str:
    rate = "" if row["rate_bp"] is None else f"，执行率{percent(row['rate_bp'])}"
    return f"全年预算{wan(row['adjusted'])}万元，决算支出{wan(row['final'])}万元{rate}"
