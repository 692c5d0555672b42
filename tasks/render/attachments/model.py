"""Attachments before they have a format: forms of cells that all four writers read.

A cell that shows a figure holds the figure itself and, where it follows from other cells, the formula that a
spreadsheet computes it by. Names of cells are unique within a unit's attachments. Every text is plain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from tasks.money import MISSING, percent, wan_cell, yuan
from tasks.score.earned import shown_points

Kind = Literal["wan", "yuan", "rate", "points", "count", "number"]
"""分 shown in 万元 or in 元, hundredths of a percent or of a point, a whole number, any exact number."""
Align = Literal["left", "center", "right"]
Look = Literal["text", "head", "total"]

NONE = "——"
"""What a form prints where there is nothing to fill in."""
_GAP = "\u3000" * 5
"""Room to sign: on upright paper the line is just full."""


@dataclass(frozen=True)
class Figure:
    """A figure as computed; it is rounded only where it is shown."""

    kind: Kind
    value: int | Fraction

    @property
    def text(self) -> str:
        """The figure as printed."""
        match self.kind:
            case "wan":
                return wan_cell(int(self.value))
            case "yuan":
                return yuan(int(self.value))
            case "rate":
                return percent(int(self.value))
            case "points":
                return shown_points(int(self.value))
            case "count":
                return f"{int(self.value):,}"
            case _:
                whole = Fraction(self.value)
                return f"{whole.numerator:,}" if whole.denominator == 1 else f"{float(whole):,.10g}"


@dataclass(frozen=True)
class Cells:
    """The names of cells in a formula, separated by commas when there are several."""

    names: tuple[str, ...]


Formula = tuple[str | Cells, ...]
"""A formula in pieces: text, and cells whose addresses the spreadsheet writer fills in."""


@dataclass(frozen=True)
class Cell:
    """One cell, from its upper left corner; cells that it covers are not listed."""

    text: str = ""
    figure: Figure | None = None
    formula: Formula = ()
    name: str = ""
    columns: int = 1
    rows: int = 1
    align: Align = "center"
    look: Look = "text"


@dataclass(frozen=True)
class Grid:
    """A ruled table within a form; its head is repeated on every page."""

    title: str
    widths: tuple[int, ...]
    """Of the columns, in percent."""
    head: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]

    def cells(self) -> Iterator[Cell]:
        """All cells, row by row."""
        for row in (*self.head, *self.body):
            yield from row


@dataclass(frozen=True)
class Attachment:
    """One attachment of the report."""

    key: str
    number: str
    """4, or 3-1 for the first of several under one number."""
    title: str
    state: Literal["filled", "none", "separate"]
    """Filled in; not applicable; handed in apart from the report."""
    subject: str = ""
    """What it is about where there are several of a kind: a project's name."""
    lead: tuple[str, ...] = ()
    """Lines above the form: whose it is, in which unit its amounts are."""
    statement: str = ""
    """What is said instead of a form."""
    grids: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    """What is to be signed by hand, below the form."""
    is_wide: bool = False
    """Whether it needs landscape paper."""

    @property
    def label(self) -> str:
        """附件3-1."""
        return f"附件{self.number}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the writers of documents, who need no figures and formulas."""
        return {
            "label": self.label,
            "title": self.title,
            "subject": self.subject,
            "lead": self.lead,
            "statement": self.statement,
            "notes": self.notes,
            "signature": (_GAP * (2 if self.is_wide else 1)).join(self.signature),
            "signers": self.signature,
            "is_wide": self.is_wide,
            "grids": [
                {
                    "title": grid.title,
                    "widths": grid.widths,
                    "head": [[_plain(cell) for cell in row] for row in grid.head],
                    "body": [[_plain(cell) for cell in row] for row in grid.body],
                }
                for grid in self.grids
            ],
        }


def _plain(cell: Cell) -> dict[str, Any]:
    return {
        "text": cell.text,
        "columns": cell.columns,
        "rows": cell.rows,
        "align": cell.align,
        "look": cell.look,
    }


def text(words: str | None, align: Align = "left", indent: int = 0, **more: int | str) -> Cell:
    """A cell of words, some characters to the right; what was not handed in is said to be so."""
    shown = "\u3000" * indent + words if words else MISSING
    return Cell(shown, align=align if words else "center", **more)  # type: ignore[arg-type]


def head(words: str, columns: int = 1, rows: int = 1) -> Cell:
    """A cell of the head."""
    return Cell(words, columns=columns, rows=rows, look="head")


def figure(
    kind: Kind, value: int | Fraction | None, name: str = "", formula: Formula = (), **more: int | str
) -> Cell:
    """A cell with a figure; what was not handed in is said to be so."""
    if value is None:
        return Cell(MISSING, **more)  # type: ignore[arg-type]
    shown = Figure(kind, value)
    return Cell(shown.text, shown, formula, name, align="right", **more)  # type: ignore[arg-type]


def rate(top: Cell, base: Cell, bp: int | None, name: str = "", **more: int | str) -> Cell:
    """A cell with the rate of two others; empty where there is none."""
    if bp is None:
        return Cell(NONE, **more)  # type: ignore[arg-type]
    formula: Formula = ()
    if top.name and base.name:
        formula = ("ROUND(", Cells((top.name,)), "/", Cells((base.name,)), ",4)")
    return figure("rate", bp, name, formula, **more)


def total(
    value: int | None, parts: tuple[Cell, ...], name: str, kind: Kind = "wan", **more: int | str
) -> Cell:
    """A cell with the sum of others; a plain figure where a part is missing or was filled in as displayed."""
    figures = [part.figure for part in parts]
    adds_up = bool(parts) and all(figures) and sum(one.value for one in figures if one) == value
    return figure(kind, value, name, sum_of(tuple(part.name for part in parts)) if adds_up else (), **more)


def sum_of(names: tuple[str, ...]) -> Formula:
    """Add up without the noise of binary fractions: six decimals of 万元 are 分."""
    return ("ROUND(SUM(", Cells(names), "),6)")
