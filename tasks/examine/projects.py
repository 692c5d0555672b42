"""Look at a unit's list of projects: one under two names, a key project without content, a secret told.

And at the targets: one of a project that is not in the list.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from expectations.contract import CONTRACT
from tasks.pull import Submission, Trouble

_NOT_WORDS = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_COMMON = re.compile(r"(?:项目|经费|费用|资金|专项|工程)+$")
_PLACE = re.compile(r"^(?:湖南省|长沙市|本市|市级|市)")
_ORDINAL = re.compile(r"[0-9a-zA-Z一二三四五六七八九十甲乙丙丁上中下前后东南西北]")
_MUCH_ALIKE = 0.7
_SHORTEST = 6
"""Characters of a name below which one different character makes another name."""


def find_project_troubles(submission: Submission) -> Iterator[Trouble]:
    """Yield what is wrong with the list of projects."""
    rows = submission.rows.get("projects", ())
    placement = submission.placements.get("projects")
    if not placement:
        return

    def trouble(problem: str, row: dict[str, Any], column: str, **said: str) -> Trouble:
        number = row["sheet_row"]
        label = CONTRACT["projects"][column].label
        cell = placement.address(column, number)
        return Trouble(problem, "projects", column, placement.sheet, cell, number, label, **said)

    for row, twin in _twins([row for row in rows if row.get("name")]):
        at = placement.address("name", twin["sheet_row"])
        is_open = twin.get("is_classified") is False
        twin_name = twin["name"] if is_open else "另一项目"
        yield trouble("similar_project", row, "name", value=row["name"], expected=twin_name, detail=at)
    troubled = {(t.table, t.column, t.row) for t in submission.troubles}
    for row in rows:
        is_classified = row.get("is_classified")
        is_read = ("projects", "description", row["sheet_row"]) not in troubled
        if row.get("is_key") and is_classified is False and not row.get("description") and is_read:
            yield trouble("undescribed_key_project", row, "description", value=row.get("name") or "")
        if is_classified:
            for column in ("description", "result"):
                if row.get(column):
                    yield trouble("described_classified_project", row, column)


def find_strays(submission: Submission) -> Iterator[Trouble]:
    """Yield the targets that name a project which the list does not have."""
    placement, projects = submission.placements.get("targets"), submission.placements.get("projects")
    if not placement or not projects or "code" not in projects.letters:
        return
    known = {row.get("code") for row in submission.rows.get("projects", ())}
    label = CONTRACT["targets"]["project"].label
    for row in submission.rows.get("targets", ()):
        code, number = row.get("project"), row["sheet_row"]
        if code is not None and code not in known:
            cell = placement.address("project", number)
            yield Trouble(
                "unknown_project", "targets", "project", placement.sheet, cell, number, label, str(code)
            )


def _twins(rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each row with an earlier one that seems to be the same project; equal names are another matter.

    Two names are near if they agree but for punctuation, a bracket that only one of them has, place names in
    front and words such as 项目 at the end; or but for one character that is neither digit nor ordinal
    (一期, 二期 are two projects). With equal amounts, being much alike will do.
    """
    seen: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        name = row["name"]
        keys: set[Any] = _keys(name)
        if row.get("final"):
            keys.add((row.get("adjusted"), row["final"]))
        twin = next((other for key in keys for other in seen[key] if _are_twins(row, other)), None)
        if twin is not None:
            yield row, twin
        for key in keys:
            seen[key].append(row)


def _are_twins(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    one, two = row["name"], other["name"]
    if _are_near(one, two):
        return True
    is_equal = all(row.get(column) == other.get(column) for column in ("adjusted", "final"))
    if one == two or not is_equal or _ORDINAL.findall(one) != _ORDINAL.findall(two):
        return False
    return SequenceMatcher(None, _core(one), _core(two), autojunk=False).ratio() >= _MUCH_ALIKE


def _keys(name: str) -> set[str]:
    """Return what near names have in common: the core, and the core without any one character.

    Taking an ordinal away would make all projects of a series meet, to be told apart again one by one.
    """
    cores = {_core(name), _core(_BRACKETS.sub("", name))} - {""}
    return {key for core in cores for key in (core, *_without_one(core))}


def _without_one(core: str) -> Iterator[str]:
    if len(core) > _SHORTEST:
        for at, character in enumerate(core):
            if not _ORDINAL.match(character):
                yield core[:at] + core[at + 1 :]


def _core(name: str) -> str:
    words = _NOT_WORDS.sub("", unicodedata.normalize("NFKC", name))
    return _COMMON.sub("", _PLACE.sub("", words))


def _are_near(one: str, other: str) -> bool:
    if one == other:
        return False
    a, b = _core(one), _core(other)
    if bool(_BRACKETS.search(one)) != bool(_BRACKETS.search(other)):
        bare = _core(_BRACKETS.sub("", one)), _core(_BRACKETS.sub("", other))
        if bare[0] == bare[1]:
            return True
    if a == b:
        return True
    return _differ_in_one_word_character(a, b)


def _differ_in_one_word_character(a: str, b: str) -> bool:
    if min(len(a), len(b)) <= _SHORTEST or abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    end = 0
    while end < min(len(rest_a), len(rest_b)) and rest_a[-1 - end] == rest_b[-1 - end]:
        end += 1
    odd = rest_a[: len(rest_a) - end] + rest_b[: len(rest_b) - end]
    return len(odd) <= 2 and not _ORDINAL.search(odd)
