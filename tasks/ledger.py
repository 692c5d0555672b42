"""The year's ledger (年度台账): what every unit has published, for comparison across units and years.

`output/<year>/ledger.json`, one entry a unit. It follows from the published versions; the next run over a
unit enters it again. Years before the first run can be imported (see `tasks/history/`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tasks.files import LOCK_SECONDS, file_lock, make_folder, replace_file

FILE, LOCK = "ledger.json", ".ledger.lock"
EARLIER_YEARS = 4
"""How many years before its own a report compares with: with them the series has five."""
_SCHEMA = 1
_LOG = logging.getLogger("jixiao.ledger")


@dataclass(frozen=True)
class Restatement:
    """Figures of a year as they were changed afterwards, with who needs to know: why, when, from which file.

    `date` is what the operator gave, as YYYY-MM-DD.
    """

    reason: str
    date: str
    source: str
    figures: Mapping[str, int]


@dataclass(frozen=True)
class Entry:
    """What one unit published for one year.

    `figures`: named quantities (see `tasks/quantities.py`; money in 分) that were handed in; `projects`: code
    → final amount in 分, without classified ones; `paragraphs`: fingerprint of a paragraph → where it
    stands; `titles`: number of a document → the title it is cited by; `reported_on`: date of the report
    (YYYY-MM-DD); `source`: the file it was imported from, empty for what the unit published itself;
    `restatements`: the figures that were changed afterwards, beside the original ones, in the order in which
    that was done; none replaces another.
    """

    name: str
    version: int
    input_sha256: str
    figures: Mapping[str, int]
    projects: Mapping[str, int]
    paragraphs: Mapping[str, str]
    titles: Mapping[str, str]
    reported_on: str = ""
    source: str = ""
    restatements: tuple[Restatement, ...] = ()

    @property
    def is_imported(self) -> bool:
        """Whether the figures come from a file that an operator imported."""
        return bool(self.source)

    @property
    def has_classified(self) -> bool:
        """Whether the unit has classified projects: they are counted, but not listed."""
        return self.figures.get("projects.*.count", 0) > len(self.projects)

    @property
    def changed(self) -> dict[str, int]:
        """The figures that were changed afterwards, as they are now."""
        return {name: value for name, (value, _) in self._last_words().items()}

    @property
    def restatements_in_force(self) -> list[Restatement]:
        """Those that some figure owes its present value to."""
        meant = [id(restatement) for _, restatement in self._last_words().values()]
        return [restatement for restatement in self.restatements if id(restatement) in meant]

    def _last_words(self) -> dict[str, tuple[int, Restatement]]:
        """Changed figure → its value now, and which restatement gave it."""
        last = {name: (value, one) for one in self.restatements for name, value in one.figures.items()}
        return {name: word for name, word in last.items() if self.figures.get(name) != word[0]}

    def as_dict(self) -> dict[str, Any]:
        """Plain data, fields in order. Nothing is copied: for a thousand units that takes a second."""
        return {**vars(self), "restatements": [vars(restatement) for restatement in self.restatements]}

    def origin(self, name: str) -> str:
        """What a later year calls a figure of this one: 发布, 导入 or 调整后, for “上年发布的…”."""
        return "调整后" if name in self.changed else "导入" if self.is_imported else "发布"

    def to_compare(self) -> dict[str, int]:
        """The figures that later years are compared with: the restated ones before the original ones."""
        return {**self.figures, **self.changed}


Ledger = Mapping[str, Entry]
"""Unit code → entry."""

_TYPES = {
    "name": str,
    "version": int,
    "input_sha256": str,
    "figures": dict,
    "projects": dict,
    "paragraphs": dict,
    "titles": dict,
}
_OPTIONAL = {"reported_on": str, "source": str}
_RESTATEMENT = {"reason": str, "date": str, "source": str, "figures": dict}


def load_ledger(folder: Path) -> Ledger:
    """Read the ledger of a year's folder; empty where there is none.

    A damaged one counts as none: what was to be compared with it is then reported as not checked.
    """
    path = folder / FILE
    try:
        data = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except ValueError:
        data = None
    if not isinstance(data, dict) or data.get("schema") != _SCHEMA or not isinstance(data.get("units"), dict):
        _LOG.warning("年度台账已损坏，不用于比较：%s", path)
        return {}
    return {code: _entry(entry) for code, entry in data["units"].items() if _fits(entry, _TYPES)}


def load_ledgers(out: Path, years: Iterable[int]) -> dict[int, Ledger]:
    """Read the ledgers of several years from the output folder; years without any entry are left out."""
    ledgers = {year: load_ledger(out / str(year)) for year in years}
    return {year: ledger for year, ledger in ledgers.items() if ledger}


def _entry(data: Mapping[str, Any]) -> Entry:
    restatements = data.get("restatements", [data.get("restated")])  # before there could be several
    return Entry(
        **{name: data[name] for name in _TYPES},
        **{name: data[name] for name, type_ in _OPTIONAL.items() if isinstance(data.get(name), type_)},
        restatements=tuple(
            Restatement(**{name: one[name] for name in _RESTATEMENT})
            for one in (restatements if isinstance(restatements, list) else ())
            if _fits(one, _RESTATEMENT)
        ),
    )


def _fits(data: Any, types: Mapping[str, type]) -> bool:
    return isinstance(data, dict) and all(isinstance(data.get(n), type_) for n, type_ in types.items())


def enter(folder: Path, entries: Ledger) -> None:
    """Put the entries of units into the ledger of a year's folder; the other units keep theirs.

    A unit that publishes again keeps what was restated. Runs at the same time wait for each other. Equal
    entries leave the file untouched. Raises OSError when the folder cannot be written.
    """
    if entries:
        update(
            folder, lambda known: {code: _keeping(entry, known.get(code)) for code, entry in entries.items()}
        )


def _keeping(entry: Entry, before: Entry | None) -> Entry:
    return replace(entry, restatements=before.restatements) if before and not entry.restatements else entry


def update(folder: Path, change: Callable[[Ledger], Ledger]) -> None:
    """Put in the entries that `change` makes of those in the ledger; when it raises, nothing is written."""
    make_folder(folder)
    with file_lock(folder / LOCK, LOCK_SECONDS):
        known = load_ledger(folder)
        units = {**known, **change(known)}
        data = {"schema": _SCHEMA, "units": {code: units[code].as_dict() for code in sorted(units)}}
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        replace_file(folder / FILE, text.encode())
