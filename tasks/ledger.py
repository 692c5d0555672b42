"""The year's ledger (年度台账): what every unit has published, for comparison across units and years.

`output/<year>/ledger.json`, one entry a unit. It follows from the published versions; the next run over a
unit enters it again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from tasks.files import replace_file

FILE, LOCK = "ledger.json", ".ledger.lock"
_SCHEMA = 1
_LOCK_SECONDS = 300
_LOG = logging.getLogger("jixiao.ledger")


@dataclass(frozen=True)
class Entry:
    """What one unit published for one year.

    `figures`: named quantities (see `tasks/quantities.py`; money in 分) that were handed in; `projects`: code
    → final amount in 分, without classified ones; `paragraphs`: fingerprint of a paragraph → where it
    stands; `titles`: number of a document → the title it is cited by.
    """

    name: str
    version: int
    input_sha256: str
    figures: Mapping[str, int]
    projects: Mapping[str, int]
    paragraphs: Mapping[str, str]
    titles: Mapping[str, str]


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
    return {
        code: Entry(**{name: entry[name] for name in _TYPES})
        for code, entry in data["units"].items()
        if _is_entry(entry)
    }


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(n), type_) for n, type_ in _TYPES.items())


def enter(folder: Path, entries: Ledger) -> None:
    """Put the entries of units into the ledger of a year's folder; the other units keep theirs.

    Runs at the same time wait for each other. Equal entries leave the file untouched. Raises OSError when the
    folder cannot be written.
    """
    if not entries:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / LOCK, timeout=_LOCK_SECONDS):
        units = {**load_ledger(folder), **entries}
        data = {"schema": _SCHEMA, "units": {code: asdict(units[code]) for code in sorted(units)}}
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        replace_file(folder / FILE, text.encode())
