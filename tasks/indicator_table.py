"""The indicators of each unit as people read them: value of this year and the last, or what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expectations.contract import CONTRACT
from expectations.indicators import INDICATOR_BY_CODE, Indicator, Kind
from tasks.money import percent
from tasks.value_names import quantity_label

_ITEM_LABELS = CONTRACT["checklist"]["item"].label_by_code
NO_BASE = "基数为零，不计算"
NO_LAST_YEAR = "缺少：上年数据"
_FIELDS = ("unit", "code", "numerator", "denominator", "rate_bp", "last_bp", "missing")


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator of one unit, ready to be printed."""

    indicator: Indicator
    value: str
    """98.79%, 3/3项符合, or 缺少：… with the inputs that were not handed in."""
    last_value: str


def indicator_tables(computed: pd.DataFrame) -> dict[str, list[IndicatorRow]]:
    """The rows of each unit, in the order of the catalogue; `computed` is what `compute_indicators` gives."""
    tables: dict[str, list[IndicatorRow]] = {}
    fields = [computed[name].tolist() for name in _FIELDS]
    for unit, code, *figures, missing in zip(*fields, strict=True):
        numerator, denominator, rate_bp, last_bp = (None if pd.isna(n) else int(n) for n in figures)
        indicator = INDICATOR_BY_CODE[code]
        value = _value(indicator, numerator, denominator, rate_bp, missing.split())
        last_value = NO_LAST_YEAR if last_bp is None else percent(last_bp)
        tables.setdefault(unit, []).append(IndicatorRow(indicator, value, last_value))
    return tables


def missing_inputs(indicator: Indicator, names: Iterable[str]) -> list[str]:
    """What people call the inputs that were not handed in, items of a checklist together.

    `names` are the quantities among the indicator's inputs that are missing.
    """
    names = list(names)
    if indicator.kind is Kind.CHECKLIST and names:
        asked = "；".join(_ITEM_LABELS[name.split(".")[1]].partition("：")[2] for name in names)
        return [f"{CONTRACT['checklist'].label}“{indicator.label}”（{asked}）"]
    if indicator.lacking and indicator.kind is not Kind.INDIVIDUAL:
        return [indicator.lacking]
    return [quantity_label(name) for name in names]


def _value(indicator: Indicator, numerator: Any, denominator: Any, rate_bp: Any, names: list[str]) -> str:
    if indicator.kind is Kind.INDIVIDUAL:
        return f"{numerator}项绩效指标" if numerator else f"缺少：{indicator.lacking}"
    if missing := missing_inputs(indicator, names):
        return f"缺少：{'、'.join(missing)}"
    if indicator.kind is Kind.CHECKLIST:
        return f"{numerator}/{denominator}项符合"
    return NO_BASE if rate_bp is None else percent(rate_bp)
