"""Empty the outbox into the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from tasks.store.address import Address
from tasks.store.entering import enter
from tasks.store.errors import StoreAwayError, StoreError, explained
from tasks.store.opening import open_store
from tasks.store.outbox import Outbox
from tasks.store.records import Record
from tasks.turn import TurnError, take_turn


@dataclass
class Synced:
    """What became of the records that waited: how many were entered, how many runs go on, what failed."""

    entered: int = 0
    running: int = 0
    failures: list[str] = field(default_factory=list)


def sync(out: Path, address: Address, own_year: int | None = None) -> Synced:
    """Enter all records of the outbox of `out`, the earliest first.

    A run that has not ended is entered as interrupted once nobody has the turn of its year; `own_year` is the
    year whose turn the caller has. A record that cannot be entered stays and does not stop the others.

    Raises StoreError when the store cannot be opened, StoreAwayError also when it goes away, OSError when the
    outbox cannot be read or written.
    """
    outbox, synced = Outbox(out), Synced()
    with outbox.alone():
        ready = _ready(outbox, out, own_year, synced)
        first = next(ready, None)
        if first is None:
            return synced
        with open_store(address) as connection:
            for path, record in chain([first], ready):
                try:
                    with explained(str(address)):
                        synced.entered += enter(connection, record)
                except StoreAwayError:
                    raise
                except StoreError as error:
                    synced.failures.append(f"{path.name}：{error}")
                else:
                    outbox.remove(path)
    return synced


def _ready(outbox: Outbox, out: Path, own_year: int | None, synced: Synced) -> Iterator[tuple[Path, Record]]:
    """Read one record after the other; one that was interrupted is kept as such first."""
    for path in outbox.waiting():
        try:
            record = outbox.read(path)
        except StoreError as error:
            synced.failures.append(str(error))
            continue
        if record.is_running:
            if record.run["year"] != own_year and not has_ended(out, record):
                synced.running += 1
                continue
            outbox.put(record := record.interrupted())
        yield path, record


def has_ended(out: Path, record: Record) -> bool:
    """Whether the run of a record that says 运行中 is over all the same: a living one has its year's turn."""
    try:
        with take_turn(out / str(record.run["year"]), lambda: None, seconds=0):
            return True
    except TurnError:
        return False
