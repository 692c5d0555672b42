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
from tasks.store.outbox import Outbox, damaged
from tasks.store.records import Record
from tasks.turn import TurnError, take_turn

_SENSELESS = (ValueError, TypeError, OverflowError)
"""What a record raises whose fields have values of a wrong kind: only a damaged file has such."""


@dataclass
class Synced:
    """What became of the records that waited: how many were entered, how many runs go on, what failed.

    `own_failure`: why the caller's own record was not entered; empty when it was.
    """

    entered: int = 0
    running: int = 0
    failures: list[str] = field(default_factory=list)
    own_failure: str = ""


def sync(out: Path, address: Address, own: Record | None = None) -> Synced:
    """Enter all records of the outbox of `out`, the earliest first.

    A run that has not ended is entered as interrupted once nobody has the turn of its year; `own` is the
    record of the caller, who has the turn of its year. A record that cannot be entered stays and does not
    stop the others.

    Raises StoreError when the store cannot be opened, StoreAwayError also when it goes away, OSError when the
    outbox cannot be read or written.
    """
    outbox, synced = Outbox(out), Synced()
    failed: dict[Path, str] = {}
    with outbox.alone():
        ready = _ready(outbox, out, own, synced, failed)
        if first := next(ready, None):
            with open_store(address) as connection:
                for path, record in chain([first], ready):
                    try:
                        with explained(str(address)):
                            synced.entered += enter(connection, record)
                    except StoreAwayError:
                        raise
                    except StoreError as error:
                        failed[path] = f"{path.name}：{error}"
                    except _SENSELESS:
                        failed[path] = str(damaged(path))
                    else:
                        outbox.remove(path)
    if own:
        synced.own_failure = failed.pop(outbox.path_of(own), "")
    synced.failures = list(failed.values())
    return synced


def _ready(
    outbox: Outbox, out: Path, own: Record | None, synced: Synced, failed: dict[Path, str]
) -> Iterator[tuple[Path, Record]]:
    """Read one record after the other; one that was interrupted is kept as such first."""
    for path in outbox.waiting():
        try:
            record = outbox.read(path)
            if record.is_running:
                is_of_own_year = own is not None and record.run["year"] == own.run["year"]
                if not is_of_own_year and not has_ended(out, record):
                    synced.running += 1
                    continue
                outbox.put(record := record.interrupted())
        except StoreError as error:
            failed[path] = str(error)
        except _SENSELESS:
            failed[path] = str(damaged(path))
        else:
            yield path, record


def has_ended(out: Path, record: Record) -> bool:
    """Whether the run of a record that says 运行中 is over all the same: a living one has its year's turn."""
    try:
        with take_turn(out / str(record.run["year"]), lambda: None, seconds=0):
            return True
    except TurnError:
        return False
