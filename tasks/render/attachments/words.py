"""The fixed words of the forms: `templates/forms/*.toml`, and what a year says otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import templates
from tasks.years import YearSettingsError, year_file, year_settings

Words = Mapping[str, Any]
"""Name → word, or → the words of a part of the form."""
FOLDER = Path(templates.__file__).parent / "forms"


@cache
def form_words(form: str, year: int) -> Words:
    """The words of a form (`basic_data`, `score`, `working`, `declared`), by part and name.

    `[forms.<form>]` in the year's file goes before the form's own file, part by part.
    """
    return _over(_own_words(form), year_settings(year).get("forms", {}).get(form, {}))


def check_words(year: int) -> None:
    """Make sure that what a year says otherwise has a place in its form and can be filled in.

    Raises YearSettingsError that names place and remedy.
    """
    forms = sorted(path.stem for path in FOLDER.glob("*.toml"))
    if fault := _fault(
        year_settings(year).get("forms", {}), {form: _own_words(form) for form in forms}, "forms"
    ):
        raise YearSettingsError(f"年度文件有误：{year_file(year)}：{fault}")


def _own_words(form: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{form}.toml").read_text(encoding="utf-8"))


def _over(words: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _over(word, others.get(name, {})) if isinstance(word, dict) else others.get(name, word)
        for name, word in words.items()
    }


def _fault(others: Mapping[str, Any], words: Mapping[str, Any], place: str) -> str:
    """What is wrong with the first of the `others` that cannot stand in for one of the `words`."""
    for name, other in others.items():
        word, at = words.get(name), f"{place}.{name}"
        if word is None:
            return f"表格上没有 {at} 这处文字。请核对拼写，[{place}] 下可用的有 {'、'.join(words)}"
        if isinstance(word, dict):
            fault = _fault(other, word, at) if isinstance(other, dict) else f"{at} 应写成一段 [{at}]"
        else:
            fault = _word_fault(other, word, at)
        if fault:
            return fault
    return ""


def _word_fault(other: Any, word: str | list[str], at: str) -> str:
    if isinstance(word, str):
        if not isinstance(other, str):
            return f'{at} 应为文字，现为“{other}”。请写成 {at.rpartition(".")[2]} = "…"'
    elif not isinstance(other, list) or not all(isinstance(one, str) for one in other):
        return f'{at} 应为文字的列表，现为“{other}”。请写成 {at.rpartition(".")[2]} = ["…", "…"]'
    known = _fields(word)
    try:
        unknown = [field for field in _fields(other) if field not in known]
    except ValueError:
        return f"{at} 中的花括号没有成对。请改正"
    if unknown:
        usable = "、".join(f"{{{field}}}" for field in known) or "没有"
        return f"{at} 中的 {{{unknown[0]}}} 没有数据可填。这一处可用的{'有 ' if known else ''}{usable}"
    return ""


def _fields(word: str | list[str]) -> list[str]:
    """The places of a word that data fills in. Raises ValueError for braces without a partner."""
    parsed = [part for one in ([word] if isinstance(word, str) else word) for part in Formatter().parse(one)]
    return [
        field + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        for _, field, spec, conversion in parsed
        if field is not None
    ]
