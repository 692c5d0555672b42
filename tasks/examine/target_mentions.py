"""Figures that free text gives for a performance target, compared with what the targets table says.

A figure is taken for a target's only if the words right before it are the end of the target's name, or a long
part of it, and its measure follows. As texts also speak of parts and of other years, a target is contradicted
only if no such figure agrees with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

_NUMBER = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_LINK = re.compile(r"(?:达到|达|为|共计|共)$")
_END, _PART = 4, 5
"""How many characters at the end of a name, or anywhere in it, make it known."""
_KIND_OF_FIGURE = re.compile(r"(?:数量|总量|总数|数|率)$")
_OTHER_TIME = re.compile(r"上年|去年|往年|同比|计划|目标|预计|力争|(\d{4})年")
_SENTENCE = re.compile(r"[。；！？\n]")


@dataclass(frozen=True)
class Mention:
    """A figure in the text of this number that may be the actual value of targets."""

    text: int
    number: str
    targets: tuple[int, ...]


def find_contradicted_targets(
    texts: Sequence[str], targets: Sequence[Mapping[str, Any]], year: int
) -> Iterator[tuple[int, str, str, str]]:
    """Yield (number of the text, figure as said, as it should be, target) for each contradicted target.

    `targets` are rows of the targets table; those without a number or a measure are passed over.
    """
    values = {at: _number(row.get("actual")) for at, row in enumerate(targets)}
    actual = {at: number for at, number in values.items() if number is not None}
    measures = {at: row["measure"] for at, row in enumerate(targets) if row.get("measure") and at in actual}
    mentions = list(_mentions(texts, targets, measures, year))
    told = {at for one in mentions for at in one.targets if _number(one.number) == actual[at]}
    for one in mentions:
        if not told.intersection(one.targets):
            at = one.targets[0]
            measure = measures[at]
            yield one.text, f"{one.number}{measure}", f"{actual[at]:,f}{measure}", str(targets[at]["name"])


def _mentions(
    texts: Iterable[str], targets: Sequence[Mapping[str, Any]], measures: Mapping[int, str], year: int
) -> Iterator[Mention]:
    known = _known_words(targets, measures)
    for number, text in enumerate(texts):
        for match in _NUMBER.finditer(text):
            before = _LINK.sub("", text[max(0, match.start() - 10) : match.start()])
            meant = {*known.get(before[-_END:], ()), *known.get(before[-_PART:], ())}
            fitting = tuple(at for at in sorted(meant) if text.startswith(measures[at], match.end()))
            if fitting and not _is_of_another_time(text[: match.start()], year):
                yield Mention(number, match[0], fitting)


def _known_words(targets: Sequence[Mapping[str, Any]], measures: Iterable[int]) -> dict[str, set[int]]:
    """What a figure may be preceded by, and the targets that it then may belong to."""
    known: dict[str, set[int]] = {}
    for at in measures:
        name = targets[at].get("name") or ""
        ends = {end[-_END:] for end in (name, _KIND_OF_FIGURE.sub("", name)) if len(end) >= _END}
        for words in ends | {name[n : n + _PART] for n in range(len(name) - _PART + 1)}:
            known.setdefault(words, set()).add(at)
    return known


def _is_of_another_time(before: str, year: int) -> bool:
    sentence = _SENTENCE.split(before)[-1]
    return any(match[1] != str(year) for match in _OTHER_TIME.finditer(sentence))


def _number(text: Any) -> Decimal | None:
    """Return the number, None for a target that is described in words."""
    try:
        number = Decimal(str(text).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
