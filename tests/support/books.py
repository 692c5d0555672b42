"""A year of units without workbooks: a ledger on disk and the yearbook over it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tasks.department.yearbook import Yearbook
from tasks.entries import make_entry
from tasks.frames import stack
from tasks.ledger import Entry, Ledger, enter
from tasks.pull import RegisteredUnit
from tasks.quantities import compute_quantities
from tests.support.memory import in_memory
from tests.support.workbooks import NAMES, example_records

YEAR = 2020


def unit(code: str, parent: str = "", name: str = "", misplaced: str = "") -> RegisteredUnit:
    return RegisteredUnit(code, name or code, "institution", parent, f"{code}.xlsx", "", misplaced=misplaced)


def entry(figures: Mapping[str, int], name: str = "", **more: object) -> Entry:
    return Entry(name, 1, "", dict(figures), {}, {}, {}, **more)  # type: ignore[arg-type]


def real_ledger() -> dict[str, Entry]:
    """What the two real units published for 2020."""
    submissions = [in_memory(example_records(code), code) for code in NAMES]
    quantities = compute_quantities(stack(submissions), list(NAMES))
    return {s.unit.code: make_entry(s, quantities, 1) for s in submissions}


REAL_UNITS = (unit("sjzyj", name=NAMES["sjzyj"]), unit("dsjzx", "sjzyj", NAMES["dsjzx"]))


def book_of(
    out: Path,
    ledger: Ledger,
    registered: tuple[RegisteredUnit, ...] = REAL_UNITS,
    earlier: Mapping[int, Ledger] | None = None,
) -> Yearbook:
    """The yearbook over these ledgers, written to an output folder."""
    for year, entries in {YEAR: ledger, **(earlier or {})}.items():
        enter(out / str(year), entries)
    return Yearbook(out, YEAR, registered)
