"""Indicators for all units at once: exact integers in, hundredths of a percent out."""

from __future__ import annotations

import pandas as pd

from expectations.indicators import INDICATORS, Indicator, Kind

_THEN = {"last_final": "final", "last_actual": "actual", "carry_in": "carry_out"}
"""Columns about the year before, and what the same column was called then."""


def rates(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Divide numerator by denominator: hundredths of a percent, half away from zero, as Int64.

    <NA> where either side is missing or the base is zero: there is no rate then. Exact in int64 for
    numerators up to 4·10^14 (four trillion 元 in 分).
    """
    base = denominator.where(denominator != 0).abs()
    sign = ((numerator < 0) ^ (denominator < 0)).astype("Int64") * -2 + 1
    doubled = numerator.abs() * 20_000 + base
    return (doubled // (base * 2)) * sign


def compute_indicators(quantities: pd.DataFrame, last: pd.DataFrame | None = None) -> pd.DataFrame:
    """Compute all indicators of all units. A row is one indicator of one unit.

    `last`: the quantities of the year before, where there are any. They also stand in for what this year's
    workbook leaves blank of the year before.

    Columns: unit, code, numerator, denominator (Int64: money in 分, heads, tasks, items of a checklist),
    rate_bp (Int64, hundredths of a percent), last_bp (the same of the year before), missing (the names of the
    quantities that were not handed in, joined by a space).
    """
    before = None if last is None else last.reindex(quantities.index).astype("Int64")
    if before is not None:
        quantities = with_last_year(quantities, before)
    parts = []
    for indicator in INDICATORS:
        numerator, denominator = _operands(indicator, quantities)
        last_bp = None if before is None else _rate(indicator, *_operands(indicator, before))
        if indicator.last_year:
            top, base = (quantities[name] for name in indicator.last_year)
            of_this_workbook = rates(top, base)
            last_bp = of_this_workbook if last_bp is None else last_bp.fillna(of_this_workbook)
        parts.append(
            pd.DataFrame(
                {
                    "unit": quantities.index,
                    "code": indicator.code,
                    "numerator": numerator.array,
                    "denominator": denominator.array,
                    "rate_bp": _rate(indicator, numerator, denominator).array,
                    "last_bp": (_nothing(quantities) if last_bp is None else last_bp).array,
                    "missing": _missing(indicator, quantities).array,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _operands(indicator: Indicator, quantities: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """What is divided by what; of a checklist, the items met and their number once all are answered."""
    if indicator.kind is Kind.CHECKLIST:
        answers = quantities[list(indicator.inputs)]
        return answers.sum(axis=1, skipna=False), answers.notna().sum(axis=1).astype("Int64")
    numerator, denominator = (
        quantities[name] if name else _nothing(quantities)
        for name in (indicator.numerator, indicator.denominator)
    )
    return numerator, denominator


def _rate(indicator: Indicator, numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    return rates(numerator - denominator if indicator.kind is Kind.CHANGE else numerator, denominator)


def _missing(indicator: Indicator, quantities: pd.DataFrame) -> pd.Series:
    names = pd.Series("", index=quantities.index, dtype="object")
    for name in indicator.inputs:
        names += quantities[name].isna().map({True: f"{name} ", False: ""})
    return names.str.strip()


def with_last_year(quantities: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Fill what the unit left blank of the year before with what it handed in then.

    `before`: the quantities of that year, with the same index.
    """
    known: dict[str, pd.Series] = {}
    for name in quantities:
        row, _, column = str(name).rpartition(".")
        then = f"{row}.{_THEN.get(column, '')}"
        if then in before:
            known[str(name)] = quantities[name].fillna(before[then])
    return quantities.assign(**known)


def _nothing(quantities: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NA, index=quantities.index, dtype="Int64")


def with_rates(frame: pd.DataFrame) -> pd.DataFrame:
    """Add `rate_bp` to a frame of budget rows: final ÷ adjusted of each row."""
    return frame.assign(rate_bp=rates(frame["final"], frame["adjusted"]))
