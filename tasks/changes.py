"""What changed between two versions of a unit's submission, in words an operator can read."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from expectations.contract import CONTRACT, Column, Layout, Table, Type
from tasks.findings import HIDDEN
from tasks.money import yuan
from tasks.values import Values

Flat = dict[str, str]
"""Place in Chinese (表 · 行 · 列) → what was filled there, as printed."""

_Row = dict[str, str]
"""Column → what was filled there."""

_JOIN = " · "
_NUMBERED = re.compile(r"(.*)第\d+条")
_MAX_SHOWN = 40
_LEAD_IN = 8
"""How much of what two long texts share is shown before the place where they part."""
_NAMED_COLUMNS = 3
"""How many columns tell a new or removed row."""
_OPEN = {"code", "is_key", "is_classified"}
"""What may be said of a classified project."""
_UNSAID = {"method", "supplier", "started", "description", "result"}
"""What the report leaves out of a classified project: it is not kept either."""


def flatten(values: Values) -> Flat:
    """Every filled cell of a unit by its place, which names a row by its key, not by where it lies.

    Rows without a key are numbered. Of a classified project, what the report prints is only kept as a digest,
    enough to see that it changed. Earlier years that the report shows are kept after the unit's own cells.
    """
    flat: Flat = {}
    for table in CONTRACT.tables:
        seen: Counter[str] = Counter()
        for row in values["tables"].get(table.name, ()):
            name = _row_name(table, row)
            if table.layout is Layout.LIST and not table.key:
                seen[name] += 1
                name = f"{name}第{seen[name]}条"
            is_secret = table.name == "projects" and row.get("is_classified") is not False
            for column in table.columns:
                value = row.get(column.name)
                if value is None or (is_secret and column.name in _UNSAID):
                    continue
                place = _JOIN.join(part for part in (table.label, name, column.label) if part)
                text = _show(column, value)
                flat[place] = _digest(place, text) if is_secret and column.name not in _OPEN else text
    return flat | _flatten_history(values.get("history"))


def _flatten_history(history: Mapping[str, Any] | None) -> Flat:
    """What the report says of earlier years: two amounts of each year, all compared ones of the last."""
    if history is None:
        return {}
    flat: Flat = {}
    for point in history["points"][:-1]:
        year = f"历史数据{_JOIN}{point['year']}年"
        for label, fen in (("全年预算数", point["adjusted"]), ("决算支出", point["final"])):
            if fen is not None:
                flat[f"{year}{_JOIN}{label}"] = f"{yuan(fen)} 元"
    last = f"历史数据{_JOIN}{history['points'][-1]['year'] - 1}年"
    for row in history["rows"]:
        flat[f"{last}{_JOIN}{row['label']}"] = f"{yuan(row['last'])} 元"
    for number, note in enumerate(history["notes"], start=1):
        flat[f"历史数据{_JOIN}调整说明{_JOIN}{number}"] = note
    return flat


def describe_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """One sentence for each cell that changed and each row that was added or removed."""
    sentences = [
        sentence
        for place, old, new in _pairs(_rows(before), _rows(after))
        for sentence in _describe_row(place, old, new)
    ]
    if not sentences and list(before) != list(after):
        return ["行的顺序有调整"]
    return sentences


@dataclass(frozen=True)
class Difference:
    """One cell that two versions fill differently; None where one of them does not have it.

    What a classified project holds is said to differ, never what it is.
    """

    place: str
    before: str | None
    after: str | None

    @property
    def shown(self) -> tuple[str, str]:
        """Before and after in brief, long texts from a little before the place where they part."""
        if self.before is None or self.after is None:
            return _short(self.before or ""), _short(self.after or "")
        start = _start(self.before, self.after)
        return _short(self.before, start), _short(self.after, start)


def list_differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """Every cell that differs, in the order of the tables; the order of rows does not count."""
    return [
        Difference(
            f"{place}{_JOIN}{column}",
            _told(old.get(column), column not in new and _is_secret(new)),
            _told(new.get(column), column not in old and _is_secret(old)),
        )
        for place, was, now in _pairs(_rows(before), _rows(after))
        for old, new in ((was or {}, now or {}),)
        for column in dict.fromkeys((*old, *new))
        if old.get(column) != new.get(column)
    ]


def _told(text: str | None, is_withdrawn: bool = False) -> str | None:
    return HIDDEN if text is not None and (is_withdrawn or text.startswith(HIDDEN)) else text


def _is_secret(row: _Row) -> bool:
    """Whether it is of a classified project: what it had only when it was open is not told either."""
    return any(text.startswith(HIDDEN) for text in row.values())


# --- rows of the two versions side by side ---


def _rows(flat: Mapping[str, str]) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    for place, text in flat.items():
        row, _, column = place.rpartition(_JOIN)
        rows.setdefault(row, {})[column] = text
    return rows


def _pairs(
    before: Mapping[str, _Row], after: Mapping[str, _Row]
) -> Iterator[tuple[str, _Row | None, _Row | None]]:
    """Put each row beside what it was before.

    Rows with a key meet by it. Numbered ones are aligned by what they hold, so that a paragraph put in front
    does not make all later ones look changed.
    """
    groups = dict.fromkeys(_group(place) for place in (*before, *after))
    for group in groups:
        old = [place for place in before if _group(place) == group]
        new = [place for place in after if _group(place) == group]
        if _NUMBERED.fullmatch(next(iter((*old, *new)))) is None:
            yield group, before.get(group), after.get(group)
            continue
        contents = (
            [tuple(before[place].items()) for place in old],
            [tuple(after[place].items()) for place in new],
        )
        for kind, a, a_end, b, b_end in SequenceMatcher(None, *contents, autojunk=False).get_opcodes():
            if kind != "equal":
                for was, now in zip_longest(old[a:a_end], new[b:b_end]):
                    yield now or was, before.get(was), after.get(now)


def _group(place: str) -> str:
    numbered = _NUMBERED.fullmatch(place)
    return f"{numbered[1]}第" if numbered else place


def _describe_row(place: str, old: _Row | None, new: _Row | None) -> Iterator[str]:
    if old is None or new is None:
        row = old or new or {}
        told = "，".join(f"{column} {_short(text)}" for column, text in list(row.items())[:_NAMED_COLUMNS])
        yield f"{place}：新增（{told}）" if old is None else f"{place}：删除（原为{told}）"
        return
    for column in dict.fromkeys((*old, *new)):
        was, now = old.get(column), new.get(column)
        if was == now:
            continue
        cell = f"{place}{_JOIN}{column}"
        if was is None:
            yield f"{cell}：新增 {_short(_told(now, _is_secret(old)) or '')}"
        elif now is None:
            yield f"{cell}：删除（原为 {_short(_told(was, _is_secret(new)) or '')}）"
        elif was.startswith(HIDDEN) or now.startswith(HIDDEN):
            yield f"{cell}：有变动{HIDDEN}"
        else:
            start = _start(was, now)
            yield f"{cell}：{_short(was, start)} → {_short(now, start)}"


# --- words ---


def _row_name(table: Table, row: Mapping[str, object]) -> str:
    if known := [_show(table[name], row[name]) for name in table.key if row.get(name) is not None]:
        return " ".join(known)
    first = table.columns[0]
    return _show(first, row[first.name]) if first.choices and row.get(first.name) is not None else ""


def _show(column: Column, value: object) -> str:
    if column.type is Type.AMOUNT and isinstance(value, int):
        return f"{yuan(value)} 元"
    if isinstance(value, bool):
        return "是" if value else "否"
    return column.label_by_code.get(str(value), str(value))


def _digest(place: str, text: str) -> str:
    return HIDDEN + hashlib.sha256(f"{place}\0{text}".encode()).hexdigest()[:16]


def _start(was: str, now: str) -> int:
    """Where to start showing two texts so that their difference is seen."""
    shared = next(
        (i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now))
    )
    return max(0, shared - _LEAD_IN) if max(len(was), len(now)) > _MAX_SHOWN else 0


def _short(text: str, start: int = 0) -> str:
    if text.startswith(HIDDEN):
        return HIDDEN
    text = text.replace("\n", " ")
    end = start + _MAX_SHOWN
    if len(text) <= _MAX_SHOWN and not start:
        return text
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}（共{len(text)}字）"
