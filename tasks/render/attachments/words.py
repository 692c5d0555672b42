"""The fixed words of the forms: `templates/forms/*.toml`, and what a year says otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import templates
from tasks.years import year_settings

Words = Mapping[str, Any]
"""Name → word, or → the words of a part of the form."""
FOLDER = Path(templates.__file__).parent / "forms"


@cache
def form_words(form: str, year: int) -> Words:
    """The words of a form (`basic_data`, `score`, `working`, `declared`), by part and name.

    `[forms.<form>]` in the year's file goes before the form's own file, part by part.
    """
    words = tomllib.loads((FOLDER / f"{form}.toml").read_text(encoding="utf-8"))
    return _over(words, year_settings(year).get("forms", {}).get(form, {}))


def _over(words: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _over(word, others.get(name, {})) if isinstance(word, dict) else others.get(name, word)
        for name, word in words.items()
    }
