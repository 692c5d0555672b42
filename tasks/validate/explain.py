"""From broken rows to findings: which cell, what it holds, what it should hold, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

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
    SteadyFrom,
    Unique,
)
from tasks.findings import Finding
from tasks.ledger import Ledger
from tasks.neighbours import LAST
from tasks.pull import Submission
from tasks.validate.labels import (
    INNER_QUOTES,
    column_label,
    cover,
    join_terms,
    relation_label,
    row_label,
    show,
    unit_of,
)
from tasks.validate.places import Places
from tasks.validate.run import RuleResult

_OPEN_DETAILS = {"not_choice", "unit_in_number", "too_large", "wrong_scale", "wrong_figure", "extra_row"}
"""Troubles whose detail is the contract's, not the unit's."""
_MAX_REASON = 200


class Explainer:
    """Explains the outcomes of one batch. `frames` are those validated; `last` is last year's ledger."""

    def __init__(
        self, frames: Mapping[str, pd.DataFrame], submissions: Iterable[Submission], last: Ledger
    ) -> None:
        self._frames = frames
        self._last = last
        self._submissions = {submission.unit.code: submission for submission in submissions}
        self._places = Places(self._submissions)

    def explain(self, outcome: RuleResult) -> Iterator[Finding]:
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
            case SteadyFrom() as check:
                return self._jump(rule, check, row)
            case Present(table, column):
                if self._places.is_troubled(row["unit"], table, column, row["sheet_row"]):
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
        said["label"] = said["label"].translate(INNER_QUOTES)
        is_content = row["problem"] != "merged_cells"  # of which the value says where, not what
        if is_content and (veil := self._places.cover_of(row["unit"], row["table"], row["row"])):
            secret = (
                ("value", "expected") if row["problem"] in _OPEN_DETAILS else ("value", "expected", "detail")
            )
            said |= {name: veil for name in secret if said[name]}
        return self._finding(rule, row["unit"], row["sheet"], row["cell"], said)

    def _repetitions(self, rule: Rule, check: Unique, rows: Iterable[pd.Series]) -> Iterator[Finding]:
        """Yield a finding for each row that repeats an earlier one: the first is not the one to blame."""
        groups: dict[tuple[Any, ...], list[pd.Series]] = {}
        for row in rows:
            groups.setdefault(tuple(row[["unit", *check.columns]]), []).append(row)
        for equal in groups.values():
            veil = next(filter(None, (cover(check.table, row) for row in equal)), "")
            unit, row_number = equal[0][["unit", "sheet_row"]]
            _, first = self._places.of_cell(unit, check.table, check.columns[0], row_number)
            for row in equal[1:]:
                yield self._cell(rule, check.table, check.columns[0], row, veil=veil, detail=first)

    def _cell(
        self,
        rule: Rule,
        table: str,
        column: str,
        row: pd.Series,
        *,
        expected: str = "",
        veil: str = "",
        detail: str = "",
    ) -> Finding:
        value = show(table, column, row[column])
        said = {
            "label": row_label(table, column, row),
            "value": (veil or cover(table, row) or value) if value else "",
            "expected": expected,
            "detail": detail,
        }
        sheet, cell = self._places.of_cell(row["unit"], table, column, row["sheet_row"])
        return self._finding(rule, row["unit"], sheet, cell, said)

    def _row_balance(self, rule: Rule, check: RowBalance, row: pd.Series) -> Finding:
        parts = [
            (sign, column_label(check.table, name), show(check.table, name, row[name]))
            for sign, name in check.terms
        ]
        said = self._figures(check, check.table, check.target, row, parts)
        said["label"] = row_label(check.table, check.target, row)
        sheet, cell = self._places.of_cell(row["unit"], check.table, check.target, row["sheet_row"])
        veil = cover(check.table, row)
        if not veil:
            return self._finding(rule, row["unit"], sheet, cell, said)
        relation = "超过" if check.at_most else "不等于"
        bare = join_terms((sign, label, "") for sign, label, _ in parts)
        message = f"“{said['label']}”{relation}{bare}{veil}"
        said |= {"value": veil, "expected": veil}
        return self._finding(rule, row["unit"], sheet, cell, said, message=message)

    def _balance(self, rule: Rule, check: Balance, row: pd.Series) -> Finding:
        table, _, column = check.target.split(".")
        parts = [
            (sign, self._term_label(row["unit"], name, check.target), show(table, column, row[name]))
            for sign, name in check.terms
        ]
        said = self._figures(check, table, column, row, parts)
        said["label"] = relation_label(check.target).translate(INNER_QUOTES)
        sheet, cell = self._places.of_quantity(row["unit"], check.target)
        return self._finding(rule, row["unit"], sheet, cell, said)

    def _jump(self, rule: Rule, check: SteadyFrom, row: pd.Series) -> Finding:
        table, _, column = check.target.split(".")
        origin = self._origin(row["unit"], check.base)
        said = {
            "value": show(table, column, row[check.target]),
            "label": relation_label(check.target).translate(INNER_QUOTES),
            "equation": f"上年{origin}为 {show(table, column, row[check.base])}",
        }
        sheet, cell = self._places.of_quantity(row["unit"], check.target)
        return self._finding(rule, row["unit"], sheet, cell, said)

    def _term_label(self, unit: str, name: str, beside: str) -> str:
        """Name a term of a relation; of one of last year's, say whether it was imported or restated."""
        label = relation_label(name, beside)
        origin = self._origin(unit, name)
        return label.replace("上年发布的", f"上年{origin}的", 1) if origin else label

    def _origin(self, unit: str, name: str) -> str:
        """How a figure of last year came about, where that is not the unit's own publication."""
        entry = self._last.get(unit) if name.startswith(LAST) else None
        origin = entry.origin(name.removeprefix(LAST)) if entry else ""
        return "" if origin == "发布" else origin

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
        total, difference = (show(table, column, n) for n in (expected, abs(value - expected)))
        if len(parts) > 1:
            equation = f"{join_terms(parts)} ＝ {total}"
        else:
            equation = "".join(
                f"{label} {figure}" if check.at_most else f"{label}为 {figure}" for _, label, figure in parts
            )
        return {
            "value": show(table, column, value),
            "expected": total and (f"不超过 {total}" if check.at_most else f"按算式为 {total}"),
            "difference": difference and f"{difference} {unit_of(table, column)}".strip(),
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
