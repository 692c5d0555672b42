"""The words a rule is written in. A rule is data: what must hold, and what to say when it does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a broken rule does. The value is the word shown to people."""

    CRITICAL = "错误"
    """The unit gets no new report; its last good version stays."""
    WARNING = "提醒"
    """The report is published and the finding listed."""
    INFO = "提示"


class Scope(StrEnum):
    """What a rule compares."""

    FILE = "文件"
    CELL = "单元格"
    ROW = "行"
    TABLE = "表内"
    CROSS_TABLE = "表间"
    REGISTRY = "与名录"
    ACROSS_YEARS = "跨年度"
    ACROSS_UNITS = "跨单位"


class Tolerance(StrEnum):
    """How far two figures may be apart. There is no flat tolerance: what is allowed follows from display."""

    EXACT = "精确"
    """Nothing: the same quantity has one value."""
    HALF_STEP = "半步长"
    """Half a displayed step (0.01 万元) for each figure, for units that filled in displayed figures only."""
    RATE_INTERVAL = "比率区间"
    """A stated rate must be one that the displayed figures can give, rounded to the decimals it has."""


@dataclass(frozen=True)
class Years:
    """The budget years for which something holds; no limit where a bound is None."""

    since: int | None = None
    until: int | None = None

    def __contains__(self, year: int) -> bool:
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)

    def __str__(self) -> str:
        if self.since is None and self.until is None:
            return "各年度"
        return f"{self.since or ''}—{self.until or ''}年度"


@dataclass(frozen=True)
class NoTrouble:
    """Reading met no problem of this kind (see `expectations/rules/reading.py`)."""

    problem: str


@dataclass(frozen=True)
class Present:
    """The column is filled in every row of the table."""

    table: str
    column: str


@dataclass(frozen=True)
class Unique:
    """No two rows of a unit agree in the columns; the first one names the cell to blame."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class NotNegative:
    """The column is never below zero."""

    table: str
    column: str


@dataclass(frozen=True)
class Matches:
    """The text of the column matches the regular expression as a whole.

    With `where`, a column and some of its codes, only in the rows that have one of them.
    """

    table: str
    column: str
    pattern: str
    where: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class SameAsRegistry:
    """The profile says what the registry (or the run) says."""

    column: str


@dataclass(frozen=True)
class RowBalance:
    """Within each row of a table: target = Σ sign·column (or target ≤ Σ when `at_most`).

    With `if_known`, rows for which a term does not exist have nothing to be compared with.
    """

    table: str
    target: str
    terms: tuple[tuple[int, str], ...]
    at_most: bool = False
    if_known: bool = False


@dataclass(frozen=True)
class Balance:
    """Within each unit: target = Σ sign·quantity (or target ≤ Σ when `at_most`).

    Quantities are named `table.row.column` for fixed rows and kinds, `table.*.column` for the sum of a
    list (see `tasks/quantities.py`); `last:` in front means what the unit published for the year before,
    `units:` the sum over a department's units (see `tasks/neighbours.py`). The target names the cell to
    blame. With no terms, target = 0.
    """

    target: str
    terms: tuple[tuple[int, str], ...]
    at_most: bool = False


@dataclass(frozen=True)
class SteadyFrom:
    """Within each unit: the target is not further from the base than `percent` of it.

    Differences up to `floor` (in the quantity's own unit) are never of interest.
    """

    target: str
    base: str
    percent: int
    floor: int


Check = (
    NoTrouble | Present | Unique | NotNegative | Matches | SameAsRegistry | RowBalance | Balance | SteadyFrom
)


@dataclass(frozen=True)
class Rule:
    """One rule.

    `message` and `remedy` are `str.format` texts; the fields they may use are `label` (what the blamed
    cell holds), `value`, `expected`, `difference`, `equation` (the relation with its figures), `detail`
    (what reading says), `place` (sheet and cell).
    """

    code: str
    title: str
    severity: Severity
    scope: Scope
    check: Check
    message: str
    remedy: str
    basis: str
    tolerance: Tolerance = Tolerance.EXACT
    years: Years = Years()

    @property
    def is_beyond_the_unit(self) -> bool:
        """Whether it compares the unit with other units or years."""
        return self.scope in (Scope.ACROSS_YEARS, Scope.ACROSS_UNITS)
