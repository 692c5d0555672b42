"""Figures from beyond a unit's own submission: its last year, and the units of its department.

They are quantities like any other (see `tasks/quantities.py`), with a prefix:

* `last:budget.total.final`: what the unit published for the year before (as restated, where it was);
* `units:budget.total.final`: the sum over the unit itself and all units below it in the registry.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import pandas as pd

from expectations.rules import Balance, Rule, SteadyFrom
from tasks.ledger import Ledger
from tasks.pull import RegisteredUnit
from tasks.pull.registry import circles

LAST, UNITS = "last:", "units:"


def with_neighbours(
    quantities: pd.DataFrame,
    rules: Iterable[Rule],
    registered: Sequence[RegisteredUnit],
    last: Ledger,
    peers: Ledger,
) -> pd.DataFrame:
    """Add the neighbours' figures that the rules ask for; <NA> where one is not known.

    `last` is last year's ledger; `peers` this year's, for units that are not among the quantities. A sum of
    which one unit is missing is itself missing; so is every sum while the registry leaves open which units
    belong to it.
    """
    names = sorted({name for rule in rules for name in _names(rule) if ":" in name})
    is_open = any(unit.misplaced and not unit.parent for unit in registered)
    parents = {unit.code: unit.parent for unit in registered}
    below = {  # in a circle nobody can say who is above whom
        unit: [] if is_open or circles(parents, unit) else descendants(unit, registered)
        for unit in quantities.index
    }
    before = {unit: last[unit].to_compare() for unit in quantities.index if unit in last}
    columns = {}
    for name in names:
        prefix, _, own = name.rpartition(":")
        if f"{prefix}:" == LAST:
            values = [before[unit].get(own) if unit in before else None for unit in quantities.index]
        else:
            values = [_sum([unit, *below[unit]], quantities[own], peers, own) for unit in quantities.index]
        columns[name] = pd.Series(values, index=quantities.index, dtype="Int64")
    return pd.concat([quantities, pd.DataFrame(columns, index=quantities.index)], axis=1)


def descendants(code: str, registered: Iterable[RegisteredUnit]) -> list[str]:
    """All units below one in the registry, whatever the depth; a circle ends where it closes."""
    children: dict[str, list[str]] = {}
    for unit in registered:
        children.setdefault(unit.parent, []).append(unit.code)
    found = {code: None}  # a dict keeps the order and is searched at once
    waiting = deque([code])
    while waiting:
        new = [child for child in children.get(waiting.popleft(), ()) if child not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)[1:]


def departments(registered: Iterable[RegisteredUnit]) -> list[RegisteredUnit]:
    """The units that have others below them, in the order of the registry.

    Without those of a circle, and those whose registration is faulty: they have no folder.
    """
    registered = tuple(registered)
    parents = {unit.code: unit.parent for unit in registered}
    above = set(parents.values())
    heads = [unit for unit in registered if unit.code in above and not unit.fault]
    return [unit for unit in heads if not circles(parents, unit.code)]


def _names(rule: Rule) -> list[str]:
    match rule.check:
        case Balance(target, terms):
            return [target, *(name for _, name in terms)]
        case SteadyFrom(target, base):
            return [target, base]
    return []


def _sum(units: Sequence[str], here: pd.Series, peers: Ledger, name: str) -> int | None:
    """Add up over a department; None for a unit that has none below it, or where one figure is missing.

    `here`: the figure of the units of the batch; `peers` have it under `name`.
    """
    if len(units) == 1:
        return None
    figures = [
        here[unit] if unit in here.index else peers[unit].figures.get(name) if unit in peers else None
        for unit in units
    ]
    known = [int(figure) for figure in figures if figure is not None and figure is not pd.NA]
    return sum(known) if len(known) == len(units) else None
