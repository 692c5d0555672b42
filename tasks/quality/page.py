"""The quality page: one HTML file that loads and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import templates
from tasks.pull.registry import UNIT_CODE
from tasks.quality.entry import SEVERITIES, URGENCY
from tasks.results import State

_ON_PAGE, _LEAST = 6000, 5
"""Findings on a page, shared among the units that have any; what each of them gets anyway."""


def render_quality_page(data: Mapping[str, Any], year: int) -> bytes:
    """Return the data (see `summarize_quality`) as one UTF-8 HTML page that loads and runs nothing.

    Equal data give equal bytes. Links are relative to the folder of the year.
    """
    units = sorted(data["units"], key=_urgency)
    share = max(_LEAST, _ON_PAGE // max(1, sum(bool(u["findings"]) for u in units)))
    kinds: dict[str, list[dict[str, Any]]] = {}
    for rule in data["catalogue"]:
        kinds.setdefault(rule["kind"], []).append(rule)
    page: str = _template().render(
        data=data,
        year=year,
        units=[_row(unit, share) for unit in units],
        kinds=kinds,
        most=max((fired["findings"] for fired in data["fired"]), default=1),
        listed={rule["rule"] for rule in data["catalogue"]},
    )
    return page.encode()


def _urgency(unit: Mapping[str, Any]) -> tuple[Any, ...]:
    """Those that need someone first, the worst on top."""
    numbers = [-unit["numbers"][word] for word in SEVERITIES]
    return (URGENCY[unit["state"]], *numbers, unit["code"])


def _row(unit: Mapping[str, Any], share: int) -> dict[str, Any]:
    """Add what the page shows of a unit: its files (a faulty registry entry has no folder) and findings."""
    has_folder = UNIT_CODE.fullmatch(unit["code"]) is not None
    found = sum(unit["numbers"].values()) + unit["waived"]
    shown = unit["findings"][:share]
    return {
        **unit,
        "report": has_folder and unit["version"] is not None,
        "is_current": unit["state"] == State.PUBLISHED,
        # Where the run broke off, the file may be of an earlier run.
        "sheet": has_folder and found > 0 and unit["state"] != State.FAILED,
        "found": found,
        "findings": shown,
        "omitted": found - len(shown),
    }


@cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(Path(str(templates.__file__)).parent / "quality"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return environment.get_template("page.html.j2")
