"""Find amounts that are ten thousand times too small or too large: filled in 万元 where 元 is asked for.

A broken relation alone does not say which of its figures is wrong. So each set of cells that people fill in
one go (a cell, a row, a column, a table) is tried at the other scale: what mends broken relations and breaks
none is the explanation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from expectations.contract import CONTRACT, Layout
from expectations.rules import Rule
from tasks.examine.relations import SCALE, Cell, Relation, amounts_of, relations_of
from tasks.money import divide_half_up, yuan
from tasks.pull import Submission, Trouble

_LEAST_PAY, _MOST_PAY = 1_000_00, 10_000_000_00
"""元 a head and year, in 分: no pay is below or above."""


@dataclass(frozen=True)
class Explanation:
    """Cells that are at the wrong scale: `up` when they are too small."""

    cells: tuple[Cell, ...]
    up: bool
    extent: str


@dataclass
class Suspicion:
    """What was found in one unit: the troubles, and the relations (rule, sheet row or 0) they explain."""

    troubles: list[Trouble] = field(default_factory=list)
    explained: set[tuple[str, int]] = field(default_factory=set)


def find_wrong_scales(
    submission: Submission, figures: Mapping[str, int | None], rules: Iterable[Rule]
) -> Suspicion:
    """Find what was filled at the wrong scale in a submission that breaks a relation.

    `figures`: named quantities with their neighbours (see `tasks/neighbours.py`).
    """
    amounts = amounts_of(submission)
    relations = list(relations_of(submission, figures, rules, amounts))
    by_cell: dict[Cell, list[Relation]] = defaultdict(list)
    for relation in relations:
        for _, cell in relation.terms:
            by_cell[cell].append(relation)
    suspicion = Suspicion()
    while explanation := _best(amounts, relations, by_cell):
        touched = {relation for cell in explanation.cells for relation in by_cell[cell]}
        suspicion.explained |= {(r.rule, r.row) for r in touched if r.is_broken(amounts)}
        suspicion.troubles.append(_trouble(submission, explanation, amounts))
        for cell in explanation.cells:
            amount = amounts[cell]
            amounts[cell] = amount * SCALE if explanation.up else divide_half_up(amount, SCALE)
        # What is left of a rescaled figure is rounded: its relations have said what they can.
        relations = [relation for relation in relations if relation not in touched]
        by_cell = {cell: [r for r in found if r not in touched] for cell, found in by_cell.items()}
    return suspicion


# --- explanations ---


def _best(
    amounts: Mapping[Cell, int], relations: Iterable[Relation], by_cell: Mapping[Cell, list[Relation]]
) -> Explanation | None:
    """The set that mends most and breaks nothing; of equal ones the smallest, too small before too large."""
    broken = [relation for relation in relations if relation.is_broken(amounts)]
    best: tuple[tuple[int, int, bool], Explanation] | None = None
    for explanation in _candidates(broken, amounts):
        cells = frozenset(explanation.cells)
        touched = {relation for cell in explanation.cells for relation in by_cell[cell]}
        still = sum(r.is_broken(amounts, cells, explanation.up) for r in touched if r not in broken)
        mended = sum(
            r.can_tell(amounts, cells) and not r.is_broken(amounts, cells, explanation.up)
            for r in touched
            if r in broken
        )
        if still or not mended:
            continue
        merit = (mended, -len(cells), explanation.up)
        if best is None or merit > best[0]:
            best = merit, explanation
    return best[1] if best else None


def _candidates(broken: Iterable[Relation], amounts: Mapping[Cell, int]) -> Iterator[Explanation]:
    suspects = sorted({cell for relation in broken for _, cell in relation.terms if amounts[cell]})
    extents: dict[tuple[Any, ...], str] = {}
    for table, row, column in suspects:
        extents[table, row, column] = ""
        extents[table, row, None] = "整行"
        if CONTRACT[table].layout is Layout.LIST:
            extents[table, None, column] = "整列"
            extents[table, None, None] = "整表"
    for (table, row, column), extent in extents.items():
        cells = tuple(
            cell
            for cell in amounts
            if cell[0] == table and row in (None, cell[1]) and column in (None, cell[2])
        )
        filled = [cell for cell in cells if amounts[cell]]
        if extent and len(filled) == 1:
            continue
        yield Explanation(cells, True, extent)
        if all(abs(amounts[cell]) >= SCALE for cell in filled):
            yield Explanation(cells, False, extent)


def _trouble(submission: Submission, explanation: Explanation, amounts: Mapping[Cell, int]) -> Trouble:
    filled = [cell for cell in explanation.cells if amounts[cell]]
    table_name, number, column = filled[0]
    table = CONTRACT[table_name]
    row = next(row for row in submission.rows[table_name] if row["sheet_row"] == number)
    amount = amounts[filled[0]]
    name = table[table.fixed_by].label_by_code.get(str(row.get(table.fixed_by)), "") if table.fixed_by else ""
    label = {
        "": "·".join(part for part in (name.removeprefix("其中："), table[column].label) if part),
        "整行": f"{name.removeprefix('其中：') or '该行'}（整行）",
        "整列": f"{table[column].label}（整列）",
        "整表": f"{table.label}（整表）",
    }[explanation.extent]
    placement = submission.placements[table_name]
    others = len(filled) - 1
    right = yuan(amount * SCALE if explanation.up else divide_half_up(amount, SCALE))
    about = f"约 {right} 元" if explanation.up else f"{right} 元"
    how = "疑为按万元填写，小了一万倍" if explanation.up else "疑为多乘了一万"
    return Trouble(
        "wrong_scale",
        table_name,
        column,
        placement.sheet,
        placement.address(column, number),
        number,
        label,
        yuan(amount) + (f" 等 {others + 1} 个数" if others else ""),
        about + (f"，其余 {others} 个数同样处理" if others else ""),
        how,
    )


def pay_out_of_reach(submission: Submission, figures: Mapping[str, int | None]) -> Iterator[Trouble]:
    """Yield the trouble of a workbook that agrees with itself but is at the wrong scale as a whole."""
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
        "以元为单位的数，并核对其他各表",
        f"在职 {heads} 人，人均{'不足 1,000 元' if is_small else '超过 1,000 万元'}，"
        + ("疑为整个工作簿按万元填写" if is_small else "疑为多乘了一万"),
    )
