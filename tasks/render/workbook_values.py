"""From the values of a record to what the cells of the fill-in workbook hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from expectations.contract import Column, Layout, Table, Type

Rows = Sequence[Mapping[str, object]]
Cell = str | int | float | dt.date | None
"""What ends up in a cell: words, a number, a date, or nothing."""

MAX_AMOUNT_YUAN = 10**12
"""With the two decimals these are 14 digits: a spreadsheet keeps 15."""
_MAX_TEXT = 32_767  # Excel's limit; XlsxWriter would cut the rest off without a word
_DIGITS = re.compile(r"-?(?:0|[1-9]\d{0,8})(?:\.\d{1,6})?")
_ACCEPTED: dict[Type, tuple[type, ...]] = {
    Type.TEXT: (str,),
    Type.AMOUNT: (int,),
    Type.COUNT: (int,),
    Type.NUMBER: (int, Decimal, str),
    Type.CHOICE: (str,),
    Type.FLAG: (bool,),
    Type.DATE: (dt.date,),
}


def displayed(table: Table, rows: Rows) -> list[dict[str, Cell]]:
    """Return the rows of a table as its cells hold them, fixed rows in their order and complete.

    Raises ValueError for a column or a value that the table cannot hold.
    """
    if table.layout is Layout.FORM and len(rows) > 1:
        raise ValueError(f"{table.name}: a form has one row, not {len(rows)}")
    names = {column.name for column in table.columns}
    for row in rows:
        if unknown := set(row) - names:
            raise ValueError(f"{table.name}: columns not in the contract: {sorted(unknown)}")
    return [
        {column.name: _checked(table, column, row.get(column.name)) for column in table.columns}
        for row in _with_fixed_rows(table, rows)
    ]


def _with_fixed_rows(table: Table, rows: Rows) -> Rows:
    if not table.fixed_by:
        return rows
    ordered: list[Mapping[str, object]] = []
    for choice in table[table.fixed_by].choices:
        found = [row for row in rows if row.get(table.fixed_by) == choice.code]
        is_printed = choice.required or table.can_be_absent  # a form of questions, each to be seen
        ordered += found or ([{table.fixed_by: choice.code}] if is_printed else [])
    known = table[table.fixed_by].label_by_code
    return ordered + [row for row in rows if row.get(table.fixed_by) not in known]


def _checked(table: Table, column: Column, value: object) -> Cell:
    if value is None:
        return None
    # Exact types: True is also an int and a datetime is also a date, and both would be written wrongly.
    fits = type(value) in _ACCEPTED[column.type]
    cell = _cell(column, value) if fits else None
    if cell is None:
        raise ValueError(f"{table.name}.{column.name}: {str(value)[:60]!r} is not a valid {column.type.name}")
    return cell


def _cell(column: Column, value: Any) -> Cell:
    """Return a value of the right type as its cell holds it, None if no cell can."""
    match column.type:
        case Type.AMOUNT:
            if abs(value) > MAX_AMOUNT_YUAN * 100:
                return None
            return value // 100 if value % 100 == 0 else float(Decimal(value) / 100)
        case Type.FLAG:
            return "是" if value else "否"
        case Type.CHOICE:
            return column.label_by_code.get(value)
        case Type.NUMBER if isinstance(value, int):
            return value
        case Type.NUMBER if _DIGITS.fullmatch(str(value)):
            return float(str(value))
        case Type.NUMBER | Type.TEXT if isinstance(value, str):
            return value if len(value) <= _MAX_TEXT else None
        case Type.COUNT | Type.DATE:
            return value  # type: ignore[no-any-return]
        case _:
            return None
