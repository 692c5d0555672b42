"""What a batch is judged against beside the rules: other units, other years, waivers, the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from tasks import clock
from tasks.ledger import EARLIER_YEARS, Ledger, load_ledger, load_ledgers
from tasks.pull import RegisteredUnit
from tasks.waivers import FILE, Waiver, load_waivers


class Background:
    """`registered`: all units; `last`, `peers`: last year's and this year's ledger; waivers; the day.

    `earlier`: the ledgers of the years before, last year's among them, by year.

    A plain class on purpose: Prefect searches dataclasses among a task's arguments, down to every figure.
    """

    __slots__ = ("earlier", "last", "peers", "registered", "today", "waivers")

    def __init__(
        self,
        registered: Sequence[RegisteredUnit] = (),
        last: Ledger | None = None,
        peers: Ledger | None = None,
        waivers: Sequence[Waiver] = (),
        today: dt.date | None = None,
        earlier: Mapping[int, Ledger] | None = None,
    ) -> None:
        self.registered = registered
        self.last = last or {}
        self.earlier = earlier or {}
        self.peers = peers or {}
        self.waivers = waivers
        self.today = today or clock.today()


def load_background(registered: Sequence[RegisteredUnit], registry: Path, out: Path, year: int) -> Background:
    """Gather it: the ledgers from the output folder, the waivers from beside the registry.

    Raises WaiverError when the waivers cannot be read.
    """
    earlier = load_ledgers(out, range(year - EARLIER_YEARS, year))
    return Background(
        registered=registered,
        last=earlier.get(year - 1),
        peers=load_ledger(out / str(year)),
        waivers=load_waivers(registry.parent / FILE, {unit.code for unit in registered}),
        earlier=earlier,
    )
