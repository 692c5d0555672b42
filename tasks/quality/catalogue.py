"""The rule catalogue in words, for the quality page."""

from __future__ import annotations

from expectations.contract import CONTRACT
from expectations.rules import (
    Balance,
    Matches,
    NotNegative,
    Present,
    RowBalance,
    Rule,
    SameAsRegistry,
    SteadyFrom,
    Unique,
)

_KINDS = {
    "D": "数据读取",
    "E": "填报",
    "F": "数字关系",
    "N": "文字说明",
    "X": "单位之间",
    "Y": "年度之间",
}


class _Readable(dict[str, str]):
    """Names of the fields of a rule's texts, as people read them."""

    def __missing__(self, field: str) -> str:
        return f"〈{field}〉"


_FIELDS = _Readable(
    label="〈项目〉",
    value="〈填报值〉",
    expected="〈应填值〉",
    difference="〈差额〉",
    equation="〈算式及各数〉",
    detail="〈具体情况〉",
    place="〈所在单元格〉",
)


def describe_rule(rule: Rule) -> dict[str, str]:
    """One rule in words, its fields shown as 〈…〉."""
    return {
        "rule": rule.code,
        "kind": _KINDS.get(rule.code[:1], "其他"),
        "title": rule.title,
        "subject": _subject(rule),
        "severity": str(rule.severity),
        "scope": str(rule.scope),
        "message": rule.message.format_map(_FIELDS),
        "remedy": rule.remedy.format_map(_FIELDS),
        "tolerance": str(rule.tolerance),
        "years": str(rule.years),
        "basis": rule.basis,
    }


def _subject(rule: Rule) -> str:
    """Say which table, row and column a rule is about; rules of a kind share their title."""
    match rule.check:
        case Present(table, column) | NotNegative(table, column) | Matches(table, column):
            return _labels(table, column)
        case Unique(table, columns):
            return _labels(table, *columns)
        case SameAsRegistry(column):
            return _labels("profile", column)
        case RowBalance(table, target):
            return _labels(table, target)
        case Balance(target) | SteadyFrom(target):
            return _labels(*target.split("."))
    return ""


def _labels(table: str, *names: str) -> str:
    """Return the labels of a table and of those names that are columns or words of it."""
    known: dict[str, str] = {}
    declared = CONTRACT[table]
    for column in declared.columns:
        known |= column.label_by_code
    known |= {column.name: column.label for column in declared.columns}
    return " · ".join([declared.label, *(known[name] for name in names if name in known)])
