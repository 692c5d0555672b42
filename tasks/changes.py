"""What changed between two versions of a unit's submission, in words an operator can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from expectations.contract import CONTRACT, Column, Table, Type
from tasks.money import yuan
from tasks.values import Values

Flat = dict[str, str]
"""Place in Chinese (表 · 行 · 列) → what was filled there, as printed."""

_MAX_SHOWN = 40


def flatten(values: Values) -> Flat:
    """Every filled cell of a unit by its place. The place does not depend on sheet rows, so that inserting
    a project does not make all later ones look changed.
    """
    flat: Flat = {}
    for table in CONTRACT.tables:
        seen: Counter[str] = Counter()
        for row in values["tables"].get(table.name, ()):
            name = _row_name(table, row)
            seen[name] += 1
            if seen[name] > 1 or (not name and len(values["tables"][table.name]) > 1):
                name = f"{name}（第{seen[name]}条）"
            for column in table.columns:
                if row.get(column.name) is not None:
                    place = " · ".join(part for part in (table.label, name, column.label) if part)
                    flat[place] = _show(column, row[column.name])
    return flat


def describe_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """One sentence for each place that was added, removed or changed."""
    sentences = []
    for place in (*before, *(place for place in after if place not in before)):
        old, new = before.get(place), after.get(place)
        if old == new:
            continue
        if old is None:
            sentences.append(f"{place}：新增 {_short(new)}")
        elif new is None:
            sentences.append(f"{place}：删除（原为 {_short(old)}）")
        else:
            sentences.append(f"{place}：{_short(old)} → {_short(new)}")
    return sentences


def _row_name(table: Table, row: Mapping[str, object]) -> str:
    for name in (table.fixed_by, *table.key):
        if name and row.get(name) is not None:
            return _show(table[name], row[name])
    first = table.columns[0]
    return _show(first, row[first.name]) if first.choices and row.get(first.name) is not None else ""


def _show(column: Column, value: object) -> str:
    if column.type is Type.AMOUNT and isinstance(value, int):
        return f"{yuan(value)} 元"
    if isinstance(value, bool):
        return "是" if value else "否"
    return column.label_by_code.get(str(value), str(value))


def _short(text: str | None) -> str:
    text = (text or "").replace("\n", " ")
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…（共{len(text)}字）"
