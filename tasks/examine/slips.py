"""Slips that people make when they fill in amounts, each as what the cells should hold instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from expectations.contract import CONTRACT
from tasks.examine.relations import Cell, Relation
from tasks.money import yuan
from tasks.pull import Submission, Trouble

_LISTS = ("projects", "disposals")
_SURPLUS = "surplus"

Tell = Callable[[Submission, Mapping[Cell, int], str], Trouble]
"""From a submission, its amounts, and the relations that a slip explains (in words) to the trouble."""


@dataclass(frozen=True)
class Slip:
    """One slip. `instead`: what the cells should hold, in 分; `main`: the cell to point at.

    `least`: how many relations it must explain to be believed; `rank`: which of two is preferred that explain
    as many; `may_be_any`: whether one may be named of several that would do; `is_rounded`: whether the new
    amounts lack what is below 0.01 万元.
    """

    main: Cell
    instead: Mapping[Cell, int]
    least: int
    rank: tuple[int, ...]
    tell: Tell
    may_be_any: bool = False
    is_rounded: bool = False


def with_surplus(instead: Mapping[Cell, int], amounts: Mapping[Cell, int]) -> dict[Cell, int] | None:
    """The same with the surplus of the row computed anew; None where the row has none that changes."""
    ((table, row, column),) = instead
    adjusted, final, surplus = ((table, row, name) for name in ("adjusted", "final", _SURPLUS))
    if column not in ("adjusted", "final") or not {adjusted, final, surplus} <= amounts.keys():
        return None
    whole = {**amounts, **instead}
    return {**instead, surplus: whole[adjusted] - whole[final]}


def figure_slips(broken: Iterable[Relation], amounts: Mapping[Cell, int]) -> Iterator[Slip]:
    """One figure is wrong (and the surplus of its row with it, where that is computed in the sheet)."""
    seen = set()
    for relation in broken:
        if relation.at_most:
            continue
        residual = relation.residual(amounts)
        for coefficient, cell in relation.terms:
            if residual % coefficient or (cell, residual // coefficient) in seen:
                continue
            seen.add((cell, residual // coefficient))
            right = amounts[cell] - residual // coefficient
            if right < 0 and not CONTRACT[cell[0]][cell[2]].signed:
                continue
            alone = {cell: right}
            yield Slip(cell, alone, 2, (0, -1), _tell_figure(alone))
            if both := with_surplus(alone, amounts):
                yield Slip(cell, both, 2, (0, -2), _tell_figure(both))


def row_slips(broken: Iterable[Relation], amounts: Mapping[Cell, int]) -> Iterator[Slip]:
    """A row of a list is one too many: often the same item entered twice."""
    rows = sorted({cell[:2] for relation in broken for _, cell in relation.terms if cell[0] in _LISTS})
    for table, row in rows:
        cells = [cell for cell in amounts if cell[:2] == (table, row)]
        filled = [cell for cell in cells if amounts[cell]]
        if filled:
            nothing = dict.fromkeys(cells, 0)
            yield Slip(filled[0], nothing, 2, (1, -len(cells)), _tell_row(filled[0]), may_be_any=True)


def row_of(submission: Submission, cell: Cell) -> dict[str, object]:
    """The row of a submission in which a cell lies."""
    return next(row for row in submission.rows[cell[0]] if row["sheet_row"] == cell[1])


def row_name(submission: Submission, cell: Cell) -> str:
    """The fixed word of the row in which a cell lies; empty in a list."""
    by = CONTRACT[cell[0]].fixed_by
    name = CONTRACT[cell[0]][by].label_by_code.get(str(row_of(submission, cell).get(by)), "") if by else ""
    return name.removeprefix("其中：")


def _tell_figure(instead: Mapping[Cell, int]) -> Tell:
    def tell(submission: Submission, amounts: Mapping[Cell, int], relations: str) -> Trouble:
        cell, *others = instead
        table, number, column = cell
        placement = submission.placements[table]
        label = "·".join(part for part in (row_name(submission, cell), CONTRACT[table][column].label) if part)
        right = yuan(instead[cell])
        if others:
            right += f"（本期结余相应为 {yuan(instead[others[0]])}）"
        place = placement.sheet, placement.address(column, number), number
        return Trouble("wrong_figure", table, column, *place, label, yuan(amounts[cell]), right, relations)

    return tell


def _tell_row(cell: Cell) -> Tell:
    def tell(submission: Submission, amounts: Mapping[Cell, int], relations: str) -> Trouble:
        table, number, column = cell
        placement = submission.placements[table]
        place = placement.sheet, placement.address(column, number), number
        label = CONTRACT[table][column].label
        return Trouble("extra_row", table, column, *place, label, yuan(amounts[cell]), "", relations)

    return tell
