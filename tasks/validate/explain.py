"""From broken rows to findings: which cell, what it holds, what it should hold, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from expectations.contract import CONTRACT, Layout, Type
from expectations.rules import (
    Balance,
    Matches,
    NotNegative,
    NoTrouble,
    Present,
    RowBalance,
    Rule,
    SameAsRegistry,
    Severity,
    Unique,
)
from tasks.findings import HIDDEN, UNDECLARED, Finding
from tasks.money import yuan
from tasks.pull import Submission
from tasks.validate.run import Outcome

_LABELS = {
    "profile.*.listed_departments": "“内设机构”中列出的个数",
}
_INNER_QUOTES = str.maketrans("“”", "‘’")
_OPEN_DETAILS = {"not_choice", "unit_in_number", "too_large"}
"""Troubles whose detail is the contract's, not the unit's."""
_MAX_REASON = 200


class Explainer:
    """Explains the outcomes of one batch. `frames` are those that were validated."""

    def __init__(self, frames: Mapping[str, pd.DataFrame], submissions: Iterable[Submission]) -> None:
        self._frames = frames
        self._submissions = {submission.unit.code: submission for submission in submissions}

    def explain(self, outcome: Outcome) -> Iterator[Finding]:
        """Yield the findings of one rule, one a broken row; none where a more basic rule already spoke."""
        rule = outcome.rule
        if outcome.crash:
            for unit in self._submissions:
                yield self._finding(
                    rule,
                    unit,
                    message=f"规则“{rule.title}”未能执行：{outcome.crash[:_MAX_REASON]}",
                    remedy="请管理员查看运行日志",
                    severity=Severity.CRITICAL,
                )
            return
        frame = self._frames[outcome.frame]
        rows = [frame.iloc[position] for position in outcome.broken_rows]
        if isinstance(rule.check, Unique):
            yield from self._repetitions(rule, rule.check, rows)
            return
        for row in rows:
            finding = self._explain_row(rule, row)
            if finding:
                yield finding

    def _explain_row(self, rule: Rule, row: pd.Series) -> Finding | None:
        match rule.check:
            case NoTrouble():
                return self._trouble(rule, row)
            case Balance() as check:
                return self._balance(rule, check, row)
            case RowBalance() as check:
                return self._row_balance(rule, check, row)
            case Present(table, column):
                if self._is_troubled(row["unit"], table, column, row["sheet_row"]):
                    return None
                return self._cell(rule, table, column, row)
            case NotNegative(table, column):
                return self._cell(rule, table, column, row, expected="不小于 0")
            case Matches(table, column):
                return self._cell(rule, table, column, row)
            case SameAsRegistry(column):
                return self._cell(rule, "profile", column, row, expected=str(row[f"registry_{column}"]))
            case Unique():
                return None  # a matter of several rows: see `_repetitions`

    # --- kinds of findings ---

    def _trouble(self, rule: Rule, row: pd.Series) -> Finding:
        said = {name: row[name] for name in ("label", "value", "expected", "detail")}
        said["label"] = said["label"].translate(_INNER_QUOTES)
        if cover := self._cover_of(row["unit"], row["table"], row["row"]):
            secret = (
                ("value", "expected") if row["problem"] in _OPEN_DETAILS else ("value", "expected", "detail")
            )
            said |= {name: cover for name in secret if said[name]}
        return self._finding(rule, row["unit"], row["sheet"], row["cell"], said)

    def _repetitions(self, rule: Rule, check: Unique, rows: Iterable[pd.Series]) -> Iterator[Finding]:
        """Yield a finding for each row that repeats an earlier one: the first is not the one to blame."""
        groups: dict[tuple[Any, ...], list[pd.Series]] = {}
        for row in rows:
            groups.setdefault(tuple(row[["unit", *check.columns]]), []).append(row)
        for equal in groups.values():
            cover = next(filter(None, (_cover(check.table, row) for row in equal)), "")
            for row in equal[1:]:
                yield self._cell(rule, check.table, check.columns[0], row, cover=cover)

    def _cell(
        self, rule: Rule, table: str, column: str, row: pd.Series, *, expected: str = "", cover: str = ""
    ) -> Finding:
        value = self._show(table, column, row[column])
        said = {
            "label": self._row_label(table, column, row),
            "value": (cover or _cover(table, row) or value) if value else "",
            "expected": expected,
        }
        sheet, cell = self._place(row["unit"], table, column, row["sheet_row"])
        return self._finding(rule, row["unit"], sheet, cell, said)

    def _row_balance(self, rule: Rule, check: RowBalance, row: pd.Series) -> Finding:
        parts = [
            (sign, CONTRACT[check.table][name].label, self._show(check.table, name, row[name]))
            for sign, name in check.terms
        ]
        said = self._figures(check, check.table, check.target, row, parts)
        said["label"] = self._row_label(check.table, check.target, row)
        sheet, cell = self._place(row["unit"], check.table, check.target, row["sheet_row"])
        cover = _cover(check.table, row)
        if not cover:
            return self._finding(rule, row["unit"], sheet, cell, said)
        relation = "超过" if check.at_most else "不等于"
        bare = _join_terms((sign, label, "") for sign, label, _ in parts)
        message = f"“{said['label']}”{relation}{bare}{cover}"
        said |= {"value": cover, "expected": cover}
        return self._finding(rule, row["unit"], sheet, cell, said, message=message)

    def _balance(self, rule: Rule, check: Balance, row: pd.Series) -> Finding:
        table, _, column = check.target.split(".")
        parts = [
            (sign, self._quantity_label(name, check.target), self._show(table, column, row[name]))
            for sign, name in check.terms
        ]
        said = self._figures(check, table, column, row, parts)
        said["label"] = self._quantity_label(check.target, "").translate(_INNER_QUOTES)
        sheet, cell = self._quantity_place(row["unit"], check.target)
        return self._finding(rule, row["unit"], sheet, cell, said)

    def _figures(
        self,
        check: Balance | RowBalance,
        table: str,
        column: str,
        row: pd.Series,
        parts: list[tuple[int, str, str]],
    ) -> dict[str, str]:
        """Say what a relation compares: its two sides and how far apart they are (with the unit)."""
        value = int(row[check.target])
        expected = sum(sign * int(row[name]) for sign, name in check.terms)
        total, difference = (self._show(table, column, n) for n in (expected, abs(value - expected)))
        if len(parts) > 1:
            equation = f"{_join_terms(parts)} ＝ {total}"
        else:
            equation = "".join(
                f"{label} {figure}" if check.at_most else f"{label}为 {figure}" for _, label, figure in parts
            )
        return {
            "value": self._show(table, column, value),
            "expected": f"不超过 {total}" if check.at_most and total else total,
            "difference": difference and f"{difference} {_unit(table, column)}".strip(),
            "equation": equation,
        }

    def _finding(
        self,
        rule: Rule,
        unit: str,
        sheet: str = "",
        cell: str = "",
        said: Mapping[str, str] | None = None,
        *,
        message: str = "",
        remedy: str = "",
        severity: Severity | None = None,
    ) -> Finding:
        fields = {"label": "", "value": "", "expected": "", "difference": "", "equation": "", "detail": ""}
        fields |= dict(said or {})
        fields["place"] = cell or (f"“{sheet}”表" if sheet else "该处")
        submission = self._submissions[unit]
        return Finding(
            unit=unit,
            rule=rule.code,
            severity=severity or rule.severity,
            file=submission.unit.file_name,
            sheet=sheet,
            cell=cell,
            value=fields["value"],
            expected=fields["expected"],
            message=message or rule.message.format(**fields),
            remedy=remedy or rule.remedy.format(**fields),
        )

    # --- places and labels ---

    def _place(self, unit: str, table: str, column: str, row: int) -> tuple[str, str]:
        placement = self._submissions[unit].placements[table]
        return placement.sheet, placement.address(column, int(row))

    def _quantity_place(self, unit: str, quantity: str) -> tuple[str, str]:
        table, code, column = quantity.split(".")
        submission = self._submissions[unit]
        if table not in submission.placements:
            return CONTRACT[table].label, ""
        rows = submission.rows[table]
        row_column = next((c.name for c in CONTRACT[table].columns if code in c.label_by_code), "")
        matching = [r["sheet_row"] for r in rows if code == "*" or r.get(row_column) == code]
        return self._place(unit, table, column, matching[0] if len(matching) == 1 else 0)

    def _quantity_label(self, quantity: str, beside: str) -> str:
        """Name a quantity, without what it shares with the quantity it stands beside."""
        if quantity in _LABELS:
            return _LABELS[quantity]
        table_name, code, column_name = quantity.split(".")
        table = CONTRACT[table_name]
        if column_name not in {c.name for c in table.columns}:
            return ""
        column = table[column_name].label
        beside_table, beside_code, beside_column = beside.split(".") if beside else ("", "", "")
        is_shared = bool(beside) and column == CONTRACT[beside_table][beside_column].label
        if code == "*" and table.layout is Layout.LIST:
            return f"“{table.label}”表各行{'' if is_shared else column}之和"
        if (table_name, code) == (beside_table, beside_code) or code == "*":
            return column
        row = next((c.label_by_code[code] for c in table.columns if code in c.label_by_code), "")
        row = "明细之和" if (table_name, code) == ("allocations", "item") else row.removeprefix("其中：")
        if beside_table not in ("", table_name):
            row = f"“{table.label}”中的{row}"
        return row if is_shared else f"{row}·{column}"

    def _row_label(self, table: str, column: str, row: pd.Series) -> str:
        label = CONTRACT[table][column].label.removeprefix("其中：")
        by = CONTRACT[table].fixed_by
        if by and by != column and isinstance(row[by], str):
            label = f"{CONTRACT[table][by].label_by_code[row[by]].removeprefix('其中：')}·{label}"
        return label.translate(_INNER_QUOTES)

    @staticmethod
    def _show(table: str, column: str, value: Any) -> str:
        """Show a value as the clerk knows it; nothing for what is not in any cell (a count of our own)."""
        known = {c.name: c for c in CONTRACT[table].columns}
        if value is None or pd.isna(value) or column not in known:
            return ""
        if known[column].type is Type.AMOUNT:
            return yuan(int(value))
        return known[column].label_by_code.get(value, str(value))

    # --- what not to say ---

    @cached_property
    def _troubled(self) -> set[tuple[str, str, str, int]]:
        return {
            (code, trouble.table, trouble.column, trouble.row if "column" not in trouble.problem else 0)
            for code, submission in self._submissions.items()
            for trouble in submission.troubles
        }

    def _is_troubled(self, unit: str, table: str, column: str, row: int) -> bool:
        """Tell whether reading already complained about this cell or its whole column."""
        submission = self._submissions[unit]
        cell_row = row or int(
            "0" + "".join(ch for ch in submission.placements[table].address(column, row) if ch.isdigit())
        )
        return any((unit, table, column, where) in self._troubled for where in (cell_row, 0))

    def _cover_of(self, unit: str, table: str, number: int) -> str:
        """Do as `_cover` for a row that is only known by its number."""
        rows = self._submissions[unit].rows.get(table, [])
        return next((_cover(table, row) for row in rows if row["sheet_row"] == number), "")


def _cover(table: str, row: Mapping[str, Any] | pd.Series) -> str:
    """Tell what stands in place of a row's values; empty unless the project is or may be classified."""
    if table != "projects":
        return ""
    is_classified = row.get("is_classified")
    if is_classified is None or pd.isna(is_classified):
        return UNDECLARED
    return HIDDEN if is_classified else ""


def _join_terms(parts: Iterable[tuple[int, str, str]]) -> str:
    shown = "".join(f"{'＋' if sign > 0 else '－'}{label} {figure}".rstrip() for sign, label, figure in parts)
    return shown.removeprefix("＋")


def _unit(table: str, column: str) -> str:
    return str(CONTRACT[table][column].unit) if column in {c.name for c in CONTRACT[table].columns} else ""
