"""Find the one slip behind many broken relations.

A broken relation alone does not say which of its figures is wrong. So slips that people make are tried: what
mends broken relations and breaks none is the cause. Where several would do, none is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from expectations.rules import RULE_BY_CODE, Rule
from tasks.examine.relations import Cell, Relation, amounts_of, relations_of
from tasks.examine.scale import scale_slips
from tasks.examine.slips import Slip, figure_slips, row_slips
from tasks.pull import Submission, Trouble


@dataclass
class Causes:
    """What was found in one unit: the troubles, and the relations (rule, sheet row or 0) they explain."""

    troubles: list[Trouble] = field(default_factory=list)
    explained: set[tuple[str, int]] = field(default_factory=set)


def find_causes(submission: Submission, figures: Mapping[str, int | None], rules: Iterable[Rule]) -> Causes:
    """Explain the broken relations of a submission, as far as one slip after the other explains them.

    `figures`: named quantities with their neighbours (see `tasks/neighbours.py`).
    """
    amounts = amounts_of(submission)
    relations = list(relations_of(submission, figures, rules, amounts))
    found = Causes()
    while slip := _best(submission, amounts, relations):
        touched = {r for r in relations if any(cell in slip.instead for _, cell in r.terms)}
        explained = sorted({r.rule for r in touched if r.residual(amounts)})
        found.explained |= {(r.rule, r.row) for r in touched if r.residual(amounts)}
        titles = dict.fromkeys(RULE_BY_CODE[code].title for code in explained if code in RULE_BY_CODE)
        found.troubles.append(slip.tell(submission, amounts, "、".join(titles)))
        amounts |= slip.instead
        # What is left of a rescaled figure is rounded: its relations have said what they can.
        relations = [relation for relation in relations if relation not in touched]
    return found


def _best(submission: Submission, amounts: Mapping[Cell, int], relations: Iterable[Relation]) -> Slip | None:
    """The slip that mends most and breaks nothing; None where two figures would do as well."""
    by_cell: dict[Cell, list[Relation]] = defaultdict(list)
    for relation in relations:
        for _, cell in relation.terms:
            by_cell[cell].append(relation)
    broken = {relation for relation in relations if relation.residual(amounts)}
    if not broken:
        return None
    # Of what may be classified nothing could be told but the cell, which the relations tell too.
    hidden = {
        ("projects", row["sheet_row"])
        for row in submission.rows.get("projects", ())
        if row.get("is_classified") is not False
    }
    best: list[tuple[tuple[int, ...], Slip]] = []
    for slip in (
        *scale_slips(broken, amounts),
        *row_slips(broken, amounts),
        *figure_slips(broken, amounts),
    ):
        mended = _mended(slip, amounts, broken, by_cell)
        if mended < slip.least or slip.main[:2] in hidden:
            continue
        merit = (mended, *slip.rank)
        if best and merit < best[0][0]:
            continue
        best = [(merit, slip), *(best if best and merit == best[0][0] else [])]
    slips = [slip for _, slip in best]
    is_ambiguous = len({slip.main for slip in slips}) > 1 and not slips[0].may_be_any
    return None if not slips or is_ambiguous else max(slips, key=lambda slip: slip.main)


def _mended(
    slip: Slip,
    amounts: Mapping[Cell, int],
    broken: set[Relation],
    by_cell: Mapping[Cell, list[Relation]],
) -> int:
    """How many broken relations a slip explains; 0 if one that holds would not."""
    touched = {relation for cell in slip.instead for relation in by_cell[cell]}
    mended = 0
    for relation in touched:
        holds = relation.holds_with(amounts, slip.instead, rounded=slip.is_rounded)
        if relation not in broken and not holds:
            return 0
        mended += relation in broken and holds and relation.can_tell(amounts, slip.instead)
    return mended
