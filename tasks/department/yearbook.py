"""What departments' reports and the summary are made from: the ledgers and the states of the units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from expectations.rules import Severity
from tasks.ledger import EARLIER_YEARS, Ledger, load_ledger, load_ledgers
from tasks.neighbours import departments, descendants
from tasks.pull import RegisteredUnit
from tasks.quality import read_standings
from tasks.results import State, UnitResult

NOT_RUN, IMPORTED = "未运行", "历史数据"


@dataclass(frozen=True)
class Standing:
    """How a unit stands after the last run over it; the numbers are those of findings that are not waived."""

    state: str
    errors: int
    warnings: int


class Yearbook:
    """Everything that is known of the units of one year, read from the output folder when it is asked for.

    A plain class on purpose: Prefect searches dataclasses among a task's arguments, down to every figure.
    """

    def __init__(
        self, out: Path, year: int, registered: Sequence[RegisteredUnit], results: Iterable[UnitResult] = ()
    ) -> None:
        self.out = out
        self.year = year
        self.registered = tuple(registered)
        self._results = tuple(results)

    @cached_property
    def ledger(self) -> Ledger:
        """What the units have published for the year."""
        return load_ledger(self.out / str(self.year))

    @cached_property
    def earlier(self) -> Mapping[int, Ledger]:
        """The ledgers of the years before."""
        return load_ledgers(self.out, range(self.year - EARLIER_YEARS, self.year))

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """How every unit of the registry stands: by this run, or by the last one over it."""
        kept = read_standings(self.out / str(self.year))
        found = {}
        for unit in self.registered:
            if entry := kept.get(unit.code):
                numbers = entry["numbers"]
                found[unit.code] = Standing(
                    entry["state"],
                    numbers[str(Severity.CRITICAL)],
                    sum(numbers.values()) - numbers[str(Severity.CRITICAL)],
                )
            else:
                found[unit.code] = Standing(self._state_by_ledger(unit.code), 0, 0)
        for result in self._results:
            counted = [finding for finding in result.findings if not finding.waived]
            errors = sum(finding.severity is Severity.CRITICAL for finding in counted)
            state = State.PUBLISHED if result.is_published else result.state
            found[result.unit] = Standing(str(state), errors, len(counted) - errors)
        return found

    def _state_by_ledger(self, code: str) -> str:
        if code not in self.ledger:
            return NOT_RUN
        return IMPORTED if self.ledger[code].is_imported else str(State.PUBLISHED)

    def departments(self, of: Iterable[str] | None = None) -> list[RegisteredUnit]:
        """The units that have others below them; only those with one of the units `of`, if given."""
        wanted = None if of is None else set(of)
        return [
            head
            for head in departments(self.registered)
            if wanted is None or not wanted.isdisjoint(self.members(head.code))
        ]

    def members(self, head: str) -> list[str]:
        """A department's units: its head first, then all below it in the order of the registry."""
        below = set(descendants(head, self.registered))
        return [head, *(unit.code for unit in self.registered if unit.code in below)]

    def name(self, code: str) -> str:
        """What a unit of the registry is called."""
        return self._names.get(code) or code

    @cached_property
    def _names(self) -> dict[str, str]:
        return {unit.code: unit.name for unit in self.registered}
