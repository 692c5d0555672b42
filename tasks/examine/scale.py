"""Amounts that are ten thousand times too small or too large: filled in 万元 where 元 is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from expectations.contract import CONTRACT, Layout
from tasks.examine.relations import Cell, Relation
from tasks.examine.slips import Slip, Tell, row_name, with_surplus
from tasks.money import divide_half_up, yuan
from tasks.pull import Submission, Trouble

_SCALE = 10_000
_LEAST_PAY, _MOST_PAY = 1_000_00, 10_000_000_00
"""元 a head and year, in 分: no pay is below or above."""


def scale_slips(broken: Iterable[Relation], amounts: Mapping[Cell, int]) -> Iterator[Slip]:
    """Cells that people fill in one go are at the wrong scale: one, a row, a column, a table.

    Of slips that explain as much, the one with the fewest cells, and too small before too large.
    """
    suspects = sorted({cell for relation in broken for _, cell in relation.terms if amounts[cell]})
    extents: dict[tuple[Any, ...], str] = {}
    for table, row, column in suspects:
        extents[table, row, column] = ""
        extents[table, row, None] = "整行"
        if CONTRACT[table].layout is Layout.LIST:
            extents[table, None, column] = "整列"
            extents[table, None, None] = "整表"
    for (table, row, column), extent in extents.items():
        cells = [c for c in amounts if c[0] == table and row in (None, c[1]) and column in (None, c[2])]
        filled = [cell for cell in cells if amounts[cell]]
        if extent and len(filled) == 1:
            continue
        yield _slip({cell: amounts[cell] * _SCALE for cell in cells}, filled, extent, amounts, is_up=True)
        if all(abs(amounts[cell]) >= _SCALE for cell in filled):
            smaller = {cell: divide_half_up(amounts[cell], _SCALE) for cell in cells}
            yield _slip(smaller, filled, extent, amounts, is_up=False)
        if not extent and (both := with_surplus({filled[0]: amounts[filled[0]] * _SCALE}, amounts)):
            yield _slip(both, filled, extent, amounts, is_up=True)


def _slip(
    instead: Mapping[Cell, int], filled: list[Cell], extent: str, amounts: Mapping[Cell, int], *, is_up: bool
) -> Slip:
    rank = (2, -len(instead), int(is_up))
    tell = _tell(instead, filled, extent, is_up=is_up)
    return Slip(filled[0], instead, 1, rank, tell, may_be_any=True, is_rounded=is_up)


def _tell(instead: Mapping[Cell, int], filled: list[Cell], extent: str, *, is_up: bool) -> Tell:
    def tell(submission: Submission, amounts: Mapping[Cell, int], _relations: str) -> Trouble:
        cell = filled[0]
        table_name, number, column = cell
        table = CONTRACT[table_name]
        name = row_name(submission, cell)
        label = {
            "": "·".join(part for part in (name, table[column].label) if part),
            "整行": f"{name or '该行'}（整行）",
            "整列": f"{table[column].label}（整列）",
            "整表": f"{table.label}（整表）",
        }[extent]
        others = len(filled) - 1
        right = f"约 {yuan(instead[cell])} 元" if is_up else f"{yuan(instead[cell])} 元"
        placement = submission.placements[table_name]
        return Trouble(
            "wrong_scale",
            table_name,
            column,
            placement.sheet,
            placement.address(column, number),
            number,
            label,
            yuan(amounts[cell]) + (f" 等 {others + 1} 个数" if others else ""),
            right + (f"，其余 {others} 个数同样处理" if others else ""),
            "疑为按万元填写，小了一万倍" if is_up else "疑为多乘了一万",
        )

    return tell


def pay_out_of_reach(submission: Submission, figures: Mapping[str, int | None]) -> Iterator[Trouble]:
    """Yield the trouble of a workbook that is at the wrong scale as a whole, told by the pay a head.

    It agrees with itself but for rounding: whether it does is for the caller to know.
    """
    pay, heads = figures.get("basic.wages.final"), figures.get("staffing.regular.actual")
    if not pay or not heads or "basic" not in submission.placements:
        return
    if _LEAST_PAY * heads <= pay <= _MOST_PAY * heads:
        return
    row = next((row for row in submission.rows["basic"] if row.get("item") == "wages"), None)
    if row is None:
        return
    placement, number = submission.placements["basic"], row["sheet_row"]
    is_small = pay < _LEAST_PAY * heads
    column = CONTRACT["basic"]["final"]
    yield Trouble(
        "wrong_scale",
        "basic",
        column.name,
        placement.sheet,
        placement.address(column.name, number),
        number,
        f"工资福利支出·{column.label}",
        yuan(pay),
        "乘以 10000 后的数，各表金额同样处理" if is_small else "除以 10000 后的数，各表金额同样处理",
        f"在职 {heads} 人，人均{'不足 1,000 元' if is_small else '超过 1,000 万元'}，"
        + ("疑为整个工作簿按万元填写" if is_small else "疑为多乘了一万"),
    )
