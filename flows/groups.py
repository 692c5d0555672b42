"""How many units one task run takes.

A task run costs some 20 ms and a node in the UI. Up to a hundred units each unit is a task run of its own;
above that, units are grouped so that a step never has more than a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

MAX_RUNS_A_STEP = 100


class Group:
    """Units that one task run handles together, each with what the step needs for it.

    A plain class on purpose: Prefect searches dataclasses, lists and dicts among a task's arguments for
    futures, which takes longer than the task for thousands of rows. It leaves this alone.
    """

    __slots__ = ("items", "label")

    def __init__(self, label: str, items: Sequence[Any]) -> None:
        self.label = label
        self.items = tuple(items)

    def __str__(self) -> str:
        return self.label

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def group_units(items: Sequence[Any], label: Callable[[Any], str]) -> list[Group]:
    """Groups of one unit labelled by `label`, or, for a big batch, of several with a running number."""
    size = -(-len(items) // MAX_RUNS_A_STEP) or 1
    if size == 1:
        return [Group(label(item), [item]) for item in items]
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    return [Group(f"第{n}组（{len(part)}个单位）", part) for n, part in enumerate(parts, start=1)]
