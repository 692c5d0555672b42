"""The operators' quality page.

output/<year>/
    quality.json   the data, which the next run starts from: units it does not run keep their entry
    quality.html   the page
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from expectations.rules import Rule
from tasks.files import LOCK_SECONDS, WRITING, as_json, file_lock, make_folder, replace_file, sweep
from tasks.quality.page import render_quality_page
from tasks.quality.summary import is_usable, summarize_quality
from tasks.results import UnitResult
from tasks.waivers import Waiver, WaiverState

__all__ = ["read_standings", "render_quality_page", "summarize_quality", "write_quality"]

DATA, PAGE, LOCK = "quality.json", "quality.html", ".quality.lock"


def write_quality(
    folder: Path,
    year: int,
    results: Sequence[UnitResult],
    unchecked: Mapping[str, Sequence[str]],
    rules: Sequence[Rule],
    registered: Collection[str] | None = None,
    waivers: Sequence[tuple[Waiver, WaiverState]] = (),
) -> None:
    """Bring the page of `folder` (output/<year>) up to date with a run over all units or only some.

    Runs at the same time wait for each other. Equal results leave the files untouched. Raises OSError
    when the folder cannot be written, also when another run holds it for more than five minutes.
    """
    make_folder(folder)
    with file_lock(folder / LOCK, LOCK_SECONDS):
        sweep(folder, WRITING)
        data = summarize_quality(results, unchecked, rules, _read(folder / DATA), registered, waivers)
        # The data last: killed in between, the next run compares with the same last result again.
        replace_file(folder / PAGE, render_quality_page(data, year))
        replace_file(folder / DATA, as_json(data))


def read_standings(folder: Path) -> dict[str, dict[str, Any]]:
    """How every unit stood after the last run over it: code → entry (see `tasks/quality/entry.py`)."""
    data = _read(folder / DATA)
    return {entry["code"]: entry for entry in data["units"]} if is_usable(data) else {}


def _read(path: Path) -> Any:
    """Return what the last run saved; None if there is nothing or nothing readable."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return None
