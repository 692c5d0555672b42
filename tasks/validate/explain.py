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
from tasks.findings import Finding
from tasks.money import yuan
from tasks.pull import Submission
from tasks.validate.run import Outcome

_LABELS = {
    "profile.*.listed_departments": "“内设机构”中列出的个数",
}
HIDDEN = "（涉密项目，不显示）"


class Explainer:
    """Explains the outcomes of one batch. `frames` are those that were validated."""

    def __init__(self, frames: Mapping[str, pd.DataFrame], submissions: Iterable[Submission]) -> None:
        self._frames = frames
        self._submissions = {submission.unit.code: submission for submission in submissions}

    def explain(self, outcome: Outcome) -> Iterator[Finding]:
        """The findings of one rule, one a broken row; none where a more basic rule already spoke."""
        if outcome.crash:
            for unit in self._submissions:
                yield self._finding(outcome.rule, unit, message=f"规则未能执行：{outcome.crash}",
                                    remedy="请管理员查看运行日志", severity=Severity.CRITICAL)
            return
        frame = self._frames[outcome.frame]
        seen: set[tuple[Any, ...]] = set()
        for position in outcome.broken_rows:
            row = frame.iloc[position]
            if isinstance(outcome.rule.check, Unique):
                key = tuple(row[["unit", *outcome.rule.check.columns]])
                if key not in seen:  # the first of the equal rows is not the one to blame
                    seen.add(key)
                    continue
            finding = self._explain_row(outcome.rule, row)
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
            case Present(table, column) | NotNegative(table, column) | Matches(table, column, _):
                return self._cell(rule, table, column, row)
            case Unique(table, columns):
                return self._cell(rule, table, columns[0], row)
            case SameAsRegistry(column):
                return self._cell(rule, "profile", column, row, expected=str(row[f"registry_{column}"]))

    # --- kinds of findings ---

    def _trouble(self, rule: Rule, row: pd.Series) -> Finding:
        said = {name: row[name] for name in ("label", "value", "expected", "detail")}
        if row["table"] == "projects" and self._is_classified_row(row["unit"], row["row"]):
            said["value"] = HIDDEN
        return self._finding(rule, row["unit"], row["sheet"], row["cell"], said)

    def _cell(self, rule: Rule, table: str, column: str, row: pd.Series, expected: str = "") -> Finding | None:
        if self._is_troubled(row["unit"], table, column, row["sheet_row"]):
            return None
        said = {
            "label": self._row_label(table, column, row),
            "value": self._show(table, column, row[column]),
            "expected": expected,
        }
        if table == "projects" and bool(row["is_classified"]) is True:
            said["value"] = HIDDEN if said["value"] else ""
        sheet, cell = self._place(row["unit"], table, column, row["sheet_row"])
        return self._finding(rule, row["unit"], sheet, cell, said)

    def _row_balance(self, rule: Rule, check: RowBalance, row: pd.Series) -> Finding:
        value = int(row[check.target])
        expected = sum(sign * int(row[name]) for sign, name in check.terms)
        parts = [
            (sign, CONTRACT[check.table][name].label, self._show(check.table, name, row[name]))
            for sign, name in check.terms
        ]
        said = self._figures(check.table, check.target, value, expected, parts)
        said["label"] = self._row_label(check.table, check.target, row)
        if check.table == "projects" and bool(row["is_classified"]) is True:
            said |= {"value": HIDDEN, "expected": HIDDEN, "difference": HIDDEN, "equation": "等式两边不等"}
        sheet, cell = self._place(row["unit"], check.table, check.target, row["sheet_row"])
        return self._finding(rule, row["unit"], sheet, cell, said)

    def _balance(self, rule: Rule, check: Balance, row: pd.Series) -> Finding:
        table, _, column = check.target.split(".")
        value = int(row[check.target])
        expected = sum(sign * int(row[name]) for sign, name in check.terms)
        parts = [
            (sign, self._quantity_label(name, check.target), self._show(table, column, row[name]))
            for sign, name in check.terms
        ]
        said = self._figures(table, column, value, expected, parts)
        said["label"] = self._quantity_label(check.target, "")
        sheet, cell = self._quantity_place(row["unit"], check.target)
        return self._finding(rule, row["unit"], sheet, cell, said)

    def _figures(
        self, table: str, column: str, value: int, expected: int, parts: list[tuple[int, str, str]]
    ) -> dict[str, str]:
        shown = "".join(f"{'＋' if sign > 0 else '－'}{label} {figure}" for sign, label, figure in parts)
        total = self._show(table, column, expected)
        return {
            "value": self._show(table, column, value),
            "expected": total,
            "difference": self._show(table, column, value - expected),
            "equation": shown.removeprefix("＋") + (f" ＝ {total}" if len(parts) > 1 else ""),
        }

    def _finding(
        self, rule: Rule, unit: str, sheet: str = "", cell: str = "", said: Mapping[str, str] | None = None,
        *, message: str = "", remedy: str = "", severity: Severity | None = None,
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
        """A quantity's name; the column is left out where it is that of the quantity it stands beside."""
        if quantity in _LABELS:
            return _LABELS[quantity]
        name, code, column = quantity.split(".")
        table = CONTRACT[name]
        if column not in {c.name for c in table.columns}:
            return ""
        row = next((c.label_by_code[code] for c in table.columns if code in c.label_by_code), "")
        if code == "*" and table.layout is Layout.LIST:
            row = f"“{table.label}”表各行之和"
        elif beside and not beside.startswith(f"{name}."):
            row = f"“{table.label}”表{row}"
        same_column = beside.split(".")[-1] == column
        return row if same_column and row else f"{row}{'·' if row else ''}{table[column].label}"

    def _row_label(self, table: str, column: str, row: pd.Series) -> str:
        label = CONTRACT[table][column].label
        by = CONTRACT[table].fixed_by
        if by and by != column and isinstance(row[by], str):
            return f"{CONTRACT[table][by].label_by_code[row[by]]}·{label}"
        return label

    @staticmethod
    def _show(table: str, column: str, value: Any) -> str:
        if value is None or pd.isna(value):
            return ""
        known = {c.name: c for c in CONTRACT[table].columns}
        if column in known and known[column].type is Type.AMOUNT:
            return yuan(int(value))
        return str(value)

    # --- what not to say ---

    @cached_property
    def _troubled(self) -> set[tuple[str, str, str, int]]:
        return {
            (code, trouble.table, trouble.column, trouble.row if "column" not in trouble.problem else 0)
            for code, submission in self._submissions.items()
            for trouble in submission.troubles
        }

    def _is_troubled(self, unit: str, table: str, column: str, row: int) -> bool:
        """Whether reading already complained about this cell or its whole column."""
        submission = self._submissions[unit]
        cell_row = row or int("0" + "".join(
            ch for ch in submission.placements[table].address(column, row) if ch.isdigit()))
        return any((unit, table, column, where) in self._troubled for where in (cell_row, 0))

    def _is_classified_row(self, unit: str, row: int) -> bool:
        rows = self._submissions[unit].rows.get("projects", [])
        return any(r["sheet_row"] == row and r.get("is_classified") is True for r in rows)
