"""Read one unit's workbook: every table of the contract, from sheets to typed rows."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from expectations.contract import CONTRACT, Layout, Table, Type
from tasks.pull.affinity import recognise
from tasks.pull.form_sheet import FormReader
from tasks.pull.grids import Grids
from tasks.pull.list_sheet import ListReader
from tasks.pull.placement import Placement
from tasks.pull.secrets import withhold_targets
from tasks.pull.sheet import SURELY_RENAMED
from tasks.pull.snapshot import Snapshot
from tasks.pull.trouble import ReadingError, Trouble

__all__ = ["Placement", "Sheets", "read_workbook"]

_READERS = {Layout.FORM: FormReader, Layout.LIST: ListReader}
_STRANGE = {"missing_column", "no_header", "missing_row", "empty_table"}
"""Troubles that a sheet with the content of another table has for sure."""


_TOO_MANY_PRECISE = 10
"""Amounts with more than two decimals that are no slips but another unit of money."""


@dataclass(frozen=True)
class Sheets:
    """Everything one workbook says.

    `rows[table]`: one dict a row: column name → typed value (money in 分), plus "sheet_row".
    """

    rows: dict[str, list[dict[str, Any]]]
    placements: dict[str, Placement]
    troubles: list[Trouble]


def read_workbook(snapshot: Snapshot) -> Sheets:
    """Read every table of the contract from a kept workbook.

    Raises ReadingError when the file as a whole cannot be read; everything smaller is a Trouble.
    """
    grids = Grids(snapshot.path.read_bytes(), [table.label for table in CONTRACT.tables])
    found = Sheets({}, {}, [])
    for table in CONTRACT.tables:
        grid = grids.read(table.label)
        if grid is None:
            cutoff = SURELY_RENAMED if table.can_be_absent else 0.5
            near = difflib.get_close_matches(table.label, grids.other_names, n=1, cutoff=cutoff)
            if table.can_be_absent and not near:
                found.rows[table.name] = []
                continue
            detail = f"（现有“{near[0]}”，是否改过名称）" if near else ""
            found.troubles.append(Trouble("missing_sheet", table.name, label=table.label, detail=detail))
            continue
        reader = _READERS[table.layout](table, grid)
        reader.read()
        if _STRANGE & {trouble.problem for trouble in reader.troubles} and (other := recognise(grid, table)):
            found.placements[table.name] = Placement(grid.sheet)
            found.rows[table.name] = []
            found.troubles.append(
                Trouble("swapped_sheet", table.name, sheet=grid.sheet, label=table.label, value=other.label)
            )
            continue
        found.rows[table.name] = reader.rows
        found.placements[table.name] = reader.placement
        found.troubles.extend(reader.troubles)
    _refuse_as_a_whole(found)
    withhold_targets(found.rows, found.placements, found.troubles)
    return found


def _refuse_as_a_whole(found: Sheets) -> None:
    """Say one thing of a workbook instead of the same thing of all its cells."""
    rows = ((table, row) for table in CONTRACT.tables for row in found.rows.get(table.name, ()))
    problems = {trouble.problem for trouble in found.troubles}
    if problems <= {"empty_table"} and not any(_is_filled(table, row) for table, row in rows):
        raise ReadingError("blank_workbook", "各表都没有数据，像是空白填报模板")
    precise = [trouble for trouble in found.troubles if trouble.problem == "too_precise"]
    if len(precise) >= _TOO_MANY_PRECISE:
        first = precise[0]
        like = f"如“{first.sheet}”表 {first.cell} 的 {first.value}"
        raise ReadingError("all_too_precise", f"{len(precise)} 个金额的小数超过两位（{like}）")


def _is_filled(table: Table, row: dict[str, Any]) -> bool:
    """Whether a row holds more than the words that the template comes with."""
    return any(row.get(c.name) is not None for c in table.columns if c.type is not Type.CHOICE)
