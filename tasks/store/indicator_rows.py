"""The indicators of published units as rows of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from expectations.indicators import INDICATOR_BY_CODE, Indicator, Kind
from tasks.compute import compute_indicators
from tasks.indicator_table import missing_inputs
from tasks.ledger import Ledger
from tasks.values import last_quantities

_FIELDS = ("unit", "code", "numerator", "denominator", "rate_bp", "last_bp", "missing")


def indicator_rows(
    quantities: pd.DataFrame, units: Sequence[str], year: int, earlier: Mapping[int, Ledger]
) -> list[dict[str, Any]]:
    """Compute the indicators of the given units, which have a row each among the quantities.

    `earlier`: the ledgers of the years before. A row: unit, code, numerator, denominator (分, heads, items),
    rate_bp, last_rate_bp (hundredths of a percent), missing (Chinese names of what was not handed in); None
    for what is not known.
    """
    if not units:
        return []
    own = quantities.loc[list(units)]
    last = last_quantities(own, earlier[year - 1]) if year - 1 in earlier else None
    computed = compute_indicators(own, last)
    rows = []
    for unit, code, *figures, missing in zip(*(computed[name].tolist() for name in _FIELDS), strict=True):
        numerator, denominator, rate, last_rate = (None if pd.isna(n) else int(n) for n in figures)
        rows.append(
            {
                "unit": unit,
                "code": code,
                "numerator": numerator,
                "denominator": denominator,
                "rate_bp": rate,
                "last_rate_bp": last_rate,
                "missing": _missing(INDICATOR_BY_CODE[code], numerator, missing.split()),
            }
        )
    return rows


def _missing(indicator: Indicator, numerator: int | None, names: Sequence[str]) -> str:
    if indicator.kind is Kind.INDIVIDUAL:
        return "" if numerator else indicator.lacking
    return "、".join(missing_inputs(indicator, names))
