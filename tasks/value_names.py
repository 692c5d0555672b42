"""What stands for a unit's values in other modules, and what people call a quantity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.contract import CONTRACT, Type

Values = Mapping[str, Any]
"""Everything the wording may say of one unit: see `tasks/values.py`. Money is int 分, rates int hundredths of
a percent, None where nothing was handed in (or a rate has no base)."""


def quantity_label(quantity: str) -> str:
    """What people call a quantity: budget.total.initial → 合计年初预算数."""
    name, code, column = quantity.split(".")
    table = CONTRACT[name]
    row = next((c.label_by_code[code] for c in table.columns if code in c.label_by_code), "")
    if table[column].type is Type.FLAG:
        return f"{table.label}“{row}”"
    row = "" if code == "total" else row.removeprefix("其中：").removesuffix("合计")
    return f"{row}{table[column].label.removeprefix('其中：')}"
