"""How exactly a unit filled in its amounts: to the 分, or as displayed, in steps of 0.01 万元."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from expectations.contract import CONTRACT

DISPLAY_STEP = 10_000
"""0.01 万元 in 分: what reports and budget systems display."""
HALF_STEP = DISPLAY_STEP // 2
_ENOUGH = 20
"""Different amounts other than zero that are not all round by chance."""


def filled_as_displayed(frames: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Find the units that copied displayed figures: every amount they gave is a multiple of 0.01 万元.

    Their sums may be off by rounding; everybody else's may not.
    """
    parts = [
        pd.DataFrame({"unit": frame["unit"], "amount": frame[name]}).dropna()
        for table in CONTRACT.tables
        for frame in (frames[table.name],)
        for name in table.amounts
    ]
    amounts = pd.concat(parts, ignore_index=True)
    amounts = amounts[amounts["amount"] != 0]
    by_unit = amounts.groupby("unit")["amount"]
    is_round = by_unit.agg(lambda values: not (values % DISPLAY_STEP).any())
    return frozenset(is_round.index[is_round & (by_unit.nunique() >= _ENOUGH)])
