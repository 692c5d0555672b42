"""What changes with the year: `templates/years/<year>.toml`, over `templates/years/default.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import templates

FOLDER = Path(templates.__file__).parent / "years"


@cache
def year_settings(year: int) -> Mapping[str, Any]:
    """The settings of a year, those of its own file over the default ones."""
    settings: dict[str, Any] = {}
    for name in ("default", str(year)):
        path = FOLDER / f"{name}.toml"
        if path.is_file():
            settings |= tomllib.loads(path.read_text(encoding="utf-8"))
    return settings
