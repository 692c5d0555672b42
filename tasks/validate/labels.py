"""What people call cells, rows and figures, and what may not be said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from expectations.contract import CONTRACT, Layout, Type
from tasks.findings import HIDDEN, UNDECLARED
from tasks.money import yuan
from tasks.neighbours import LAST, UNITS

INNER_QUOTES = str.maketrans("“”", "‘’")

_LABELS = {
    "profile.*.listed_departments": "“内设机构”中列出的个数",
}
_JOINED = {
    "published_final": "上年发布的决算数",
    "project_final": "该项目决算数",
    "vehicle_final": "公务用车购置及运行维护费决算数",
}
"""Columns that are put beside a table's own (see `tasks/validate/plan.py`)."""


def relation_label(quantity: str, beside: str = "") -> str:
    """Name a quantity of a relation, without what it shares with the quantity it stands beside."""
    if quantity.startswith(LAST):
        return f"上年发布的{relation_label(quantity.removeprefix(LAST))}"
    if quantity.startswith(UNITS):
        return f"本级与所属各单位{relation_label(quantity.removeprefix(UNITS))}之和"
    if quantity in _LABELS:
        return _LABELS[quantity]
    table_name, code, column_name = quantity.split(".")
    table = CONTRACT[table_name]
    if column_name not in {c.name for c in table.columns}:
        return ""
    column = table[column_name].label
    beside_table, beside_code, beside_column = beside.split(".") if beside else ("", "", "")
    is_shared = bool(beside) and column == CONTRACT[beside_table][beside_column].label
    if code == "*" and table.layout is Layout.LIST:
        return f"“{table.label}”表各行{'' if is_shared else column}之和"
    if (table_name, code) == (beside_table, beside_code) or code == "*":
        return column
    row = next((c.label_by_code[code] for c in table.columns if code in c.label_by_code), "")
    row = "明细之和" if (table_name, code) == ("allocations", "item") else row.removeprefix("其中：")
    if beside_table not in ("", table_name):
        row = f"“{table.label}”中的{row}"
    return row if is_shared else f"{row}·{column}"


def row_label(table: str, column: str, row: Mapping[str, Any] | pd.Series) -> str:
    """Name a cell of a row: by the row's fixed word, where it has one, and the column."""
    label = CONTRACT[table][column].label.removeprefix("其中：")
    by = CONTRACT[table].fixed_by
    if by and by != column and isinstance(row[by], str):
        label = f"{CONTRACT[table][by].label_by_code[row[by]].removeprefix('其中：')}·{label}"
    return label.translate(INNER_QUOTES)


def column_label(table: str, column: str) -> str:
    """Name a column, also one that was put beside the table's own."""
    return _JOINED[column] if column in _JOINED else CONTRACT[table][column].label


def show(table: str, column: str, value: Any) -> str:
    """Show a value as the clerk knows it; nothing for what is not in any cell (a count of our own)."""
    known = {c.name: c for c in CONTRACT[table].columns}
    if value is None or pd.isna(value):
        return ""
    if column in _JOINED:
        return yuan(int(value))
    if column not in known:
        return ""
    if known[column].type is Type.AMOUNT:
        return yuan(int(value))
    return known[column].label_by_code.get(value, str(value))


def unit_of(table: str, column: str) -> str:
    """The unit in which a column is filled; empty for a count of our own."""
    return str(CONTRACT[table][column].unit) if column in {c.name for c in CONTRACT[table].columns} else ""


def join_terms(parts: Iterable[tuple[int, str, str]]) -> str:
    """Write (sign, label, figure) as one side of an equation."""
    shown = "".join(f"{'＋' if sign > 0 else '－'}{label} {figure}".rstrip() for sign, label, figure in parts)
    return shown.removeprefix("＋")


def cover(table: str, row: Mapping[str, Any] | pd.Series) -> str:
    """Tell what stands in place of a row's values; empty unless the project is or may be classified."""
    if table != "projects":
        return ""
    is_classified = row.get("is_classified")
    if is_classified is None or pd.isna(is_classified):
        return UNDECLARED
    return HIDDEN if is_classified else ""
