"""Indicators for all units at once: exact integers in, hundredths of a percent out."""

from __future__ import annotations

import pandas as pd

from expectations.indicators import INDICATORS, Kind


def rates(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Divide numerator by denominator: hundredths of a percent, half away from zero, as Int64.

    <NA> where either side is missing or the base is zero: there is no rate then. Exact in int64 for
    numerators up to 4·10^14 (four trillion 元 in 分).
    """
    base = denominator.where(denominator != 0).abs()
    sign = ((numerator < 0) ^ (denominator < 0)).astype("Int64") * -2 + 1
    doubled = numerator.abs() * 20_000 + base
    return (doubled // (base * 2)) * sign


def compute_indicators(quantities: pd.DataFrame) -> pd.DataFrame:
    """Compute all indicators of all units. A row is one indicator of one unit.

    Columns: unit, code, numerator, denominator (Int64, money in 分), rate_bp (Int64, hundredths of a
    percent), missing (the names of the quantities that were not handed in, joined by a space).
    """
    parts = []
    for indicator in INDICATORS:
        numerator, denominator = quantities[indicator.numerator], quantities[indicator.denominator]
        top = numerator - denominator if indicator.kind is Kind.CHANGE else numerator
        missing = numerator.isna().map({True: indicator.numerator + " ", False: ""}) + denominator.isna().map(
            {True: indicator.denominator, False: ""}
        )
        parts.append(
            pd.DataFrame(
                {
                    "unit": quantities.index,
                    "code": indicator.code,
                    "numerator": numerator.array,
                    "denominator": denominator.array,
                    "rate_bp": rates(top, denominator).array,
                    "missing": missing.str.strip().array,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def with_rates(frame: pd.DataFrame) -> pd.DataFrame:
    """Add `rate_bp` to a frame of budget rows: final ÷ adjusted of each row."""
    return frame.assign(rate_bp=rates(frame["final"], frame["adjusted"]))
