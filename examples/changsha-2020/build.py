"""Build the two example workbooks, sjzyj.xlsx and dsjzx.xlsx, from the TOML files beside this script.

Usage, with the project installed: python examples/changsha-2020/build.py
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.contract import CONTRACT, Layout, Table, Type
from tasks.render.workbook import write_workbook

FOLDER = Path(__file__).parent
UNITS = ("sjzyj", "dsjzx")


def read_records(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Read a unit's records: table name → rows, amounts in 分.

    Raises ValueError for an amount that is not a whole number of 分.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    for table in CONTRACT.tables:
        if table.layout is Layout.FORM and table.name in data:
            data[table.name] = [data[table.name]]
    return {name: [_in_fen(CONTRACT[name], row) for row in rows] for name, rows in data.items()}


def _in_fen(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    amounts = [column.name for column in table.columns if column.type is Type.AMOUNT and column.name in row]
    fen = {name: Decimal(row[name]) * 100 for name in amounts}
    if broken := [name for name, amount in fen.items() if amount != int(amount)]:
        raise ValueError(f"{table.name}: more than two decimals in {broken}")
    return row | {name: int(amount) for name, amount in fen.items()}


if __name__ == "__main__":
    for unit in UNITS:
        write_workbook(FOLDER / f"{unit}.xlsx", read_records(FOLDER / f"{unit}.toml"))
