"""All units of a batch side by side: how their rates spread, and who stands at the ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.money import percent, wan, wan_cell
from tasks.render.document import Picture
from tasks.render.drawing import Bar, Bars, Panel
from tasks.render.pictures.axis import count_axis, money_axis, rate_axis
from tasks.render.pictures.labels import short

ENDS = 10
"""Units shown at either end."""
ALL = 20
"""Up to so many units are all shown."""

_BANDS = (
    (10_001, "超过100%"),
    (10_000, "100%"),
    (9_500, "95%（含）至100%"),
    (9_000, "90%（含）至95%"),
    (8_000, "80%（含）至90%"),
    (5_000, "50%（含）至80%"),
    (0, "不足50%"),
)
"""From which rate (hundredths of a percent), and what the band is called."""
_NO_RATE = "无预算"


@dataclass(frozen=True)
class UnitRow:
    """One unit's total in 分, its rate in hundredths of a percent or None where it had no budget."""

    name: str
    adjusted: int
    final: int
    rate_bp: int | None


def units_compared(units: Iterable[UnitRow]) -> Picture:
    """The execution of all units: how many have which rate, the largest and the slowest of them.

    Equal units keep the order in which they come. Up to twenty units are all shown, the largest first.
    """
    units = list(units)
    by_size = sorted(units, key=lambda unit: -max(unit.adjusted, unit.final))
    slowest = sorted((unit for unit in units if unit.rate_bp is not None), key=lambda unit: unit.rate_bp or 0)
    bands = _bands(units)
    if len(units) <= ALL:
        panels = [_spread(bands), _money("各单位预算执行情况", by_size)]
    else:
        panels = [
            _spread(bands),
            _money(f"全年预算数最大的{ENDS}个单位", by_size[:ENDS]),
            _rates(f"预算执行率最低的{ENDS}个单位", slowest[:ENDS]),
        ]
    return Picture(
        caption="各单位预算执行情况比较",
        unit="万元",
        alt=_told(units, bands, by_size, slowest),
        drawing=Bars(tuple(panels)),
    )


def _bands(units: Sequence[UnitRow]) -> list[tuple[str, int]]:
    counts = dict.fromkeys((name for _, name in _BANDS), 0)
    for unit in units:
        if unit.rate_bp is not None:
            counts[next(name for lowest, name in _BANDS if max(unit.rate_bp, 0) >= lowest)] += 1
    unrated = sum(unit.rate_bp is None for unit in units)
    return [*counts.items(), *([(_NO_RATE, unrated)] if unrated else [])]


def _spread(bands: list[tuple[str, int]]) -> Panel:
    axis = count_axis(max(count for _, count in bands))
    bars = tuple(Bar(name, None, axis.place(count), (f"{count:,}",)) for name, count in bands)
    return Panel(bars, axis.ticks, ("单位个数",), fill_label="单位个数", title="预算执行率的分布")


def _money(title: str, units: Sequence[UnitRow]) -> Panel:
    axis = money_axis(max((max(unit.adjusted, unit.final) for unit in units), default=0))
    bars = tuple(
        Bar(
            short(unit.name),
            axis.place(unit.adjusted),
            axis.place(unit.final),
            (wan_cell(unit.final), percent(unit.rate_bp)),
        )
        for unit in units
    )
    return Panel(bars, axis.ticks, ("决算支出", "执行率"), "全年预算数", "决算支出", title)


def _rates(title: str, units: Sequence[UnitRow]) -> Panel:
    axis = rate_axis(max((unit.rate_bp or 0 for unit in units), default=0))
    bars = tuple(
        Bar(
            short(unit.name),
            None,
            axis.place(unit.rate_bp),
            (wan_cell(unit.final), percent(unit.rate_bp)),
        )
        for unit in units
    )
    return Panel(bars, axis.ticks, ("决算支出", "执行率"), fill_label="预算执行率", title=title)


def _told(
    units: Sequence[UnitRow],
    bands: list[tuple[str, int]],
    by_size: Sequence[UnitRow],
    slowest: Sequence[UnitRow],
) -> str:
    said = f"条形图，比较{len(units):,}个单位的预算执行情况。"
    spread = [f"{name}的{count:,}个" for name, count in bands if count]
    if spread:
        said += f"预算执行率{'，'.join(spread)}。"
    if by_size:
        said += f"全年预算数最大的是{_unit(by_size[0])}。"
    if slowest:
        said += f"预算执行率最低的是{_unit(slowest[0])}。"
    return said


def _unit(unit: UnitRow) -> str:
    rate = "" if unit.rate_bp is None else f"，执行率{percent(unit.rate_bp)}"
    return f"{unit.name}，全年预算{wan(unit.adjusted)}万元，决算支出{wan(unit.final)}万元{rate}"
