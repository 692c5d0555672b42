"""What a picture shows, before it has a format: labels as they are printed, and places on an axis.

Places are integers in ten-thousandths of the axis: fine enough for any printer, and the same everywhere.
A place is not a figure; every figure that is printed comes as a label made by `tasks/money.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WHOLE = 10_000
"""Ten-thousandths: the length of an axis."""


@dataclass(frozen=True)
class Tick:
    """A mark on the axis with its label."""

    at: int
    label: str


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart: an outlined bar (the budget) and a filled one in it (what was spent).

    `None` is no bar at all; `figures` stand at the right, one for each of the panel's `heads`.
    """

    label: str
    outline: int | None
    fill: int | None
    figures: tuple[str, ...]
    number: str = ""
    """The row's number in the report's table, so that both can be read side by side."""
    indented: bool = False
    """Part of the row before it."""


@dataclass(frozen=True)
class Panel:
    """Bars on one axis."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    heads: tuple[str, ...]
    outline_label: str = ""
    """What the outlined bars are; empty where there are none."""
    fill_label: str = ""
    title: str = ""


@dataclass(frozen=True)
class Bars:
    """Horizontal bars in one or more panels, one below the other."""

    panels: tuple[Panel, ...]
    shape: Literal["bars"] = "bars"


@dataclass(frozen=True)
class Slot:
    """A year of a series, the outlined column beside the filled one; both None is a gap."""

    label: str
    outline: int | None
    fill: int | None
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Columns:
    """Upright columns side by side, the figures in rows below them."""

    slots: tuple[Slot, ...]
    ticks: tuple[Tick, ...]
    heads: tuple[str, ...]
    outline_label: str
    fill_label: str
    note: str = ""
    shape: Literal["columns"] = "columns"


Drawing = Bars | Columns
