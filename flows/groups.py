"""How many units one task run takes.

A task run costs some 20 ms here, as much again in the server, and a node in the UI. Up to a hundred units
each unit is a task run of its own; in a bigger batch a step has a few dozen task runs of many units each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

MAX_SINGLE = 100
RUNS_OF_A_BIG_STEP = 25


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


def single_units(items: Sequence[Any], label: Callable[[Any], str]) -> list[Group]:
    """Return a group for each unit, labelled by `label`."""
    return [Group(label(item), [item]) for item in items]


def group_units(items: Sequence[Any], label: Callable[[Any], str]) -> list[Group]:
    """Return groups of one unit, or, for a big batch, of several with a running number."""
    if len(items) <= MAX_SINGLE:
        return single_units(items, label)
    size = -(-len(items) // RUNS_OF_A_BIG_STEP)
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    return [Group(f"第{n}组（{len(part)}个单位）", part) for n, part in enumerate(parts, start=1)]
