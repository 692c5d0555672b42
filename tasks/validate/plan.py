"""From rules to columns: what Great Expectations looks at.

GX costs about 28 ms an expectation whatever the number of rows, so every rule becomes one expectation over
all units at once; a relation between figures becomes a residual column that is expected to be within bounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
    Unique,
)
from tasks.frames import Frames, stack_troubles
from tasks.pull import Submission

ROW_ID = "row_id"
TROUBLES, QUANTITIES = "troubles", "quantities"


@dataclass(frozen=True)
class Expected:
    """One rule as an expectation: the frame, the GX class name and its arguments."""

    rule: Rule
    frame: str
    kind: str
    arguments: dict[str, Any]


def build_frames(
    frames: Frames, quantities: pd.DataFrame, submissions: Iterable[Submission], year: int
) -> dict[str, pd.DataFrame]:
    """Gather the frames to validate: all tables, the troubles and the quantities, each with a `row_id`.

    The profile gets the columns that the registry and the run expect (`registry_year` …).
    """
    submissions = tuple(submissions)
    profile = frames["profile"]
    by_code = {submission.unit.code: submission.unit for submission in submissions}
    registered = {
        "registry_year": pd.Series(year, index=profile.index, dtype="Int64"),
        "registry_code": profile["unit"],
        "registry_name": profile["unit"].map(lambda code: by_code[code].name),
    }
    whole = {
        **frames,
        "profile": profile.assign(**registered),
        TROUBLES: stack_troubles(submissions),
        QUANTITIES: quantities.rename_axis("unit").reset_index(),
    }
    return {name: frame.assign(**{ROW_ID: range(len(frame))}) for name, frame in whole.items()}


def plan_rules(
    rules: Iterable[Rule], frames: dict[str, pd.DataFrame]
) -> tuple[list[Expected], dict[str, pd.DataFrame]]:
    """Turn rules into expectations; returns them with the frames completed by derived columns."""
    plan: list[Expected] = []
    residuals: dict[str, dict[str, pd.Series]] = {name: {} for name in frames}
    for rule in rules:
        expected, residual = _plan_rule(rule, frames)
        plan.append(expected)
        if residual is not None:
            residuals[expected.frame][expected.arguments["column"]] = residual
    completed = {
        name: pd.concat([frame, pd.DataFrame(residuals[name], index=frame.index)], axis=1)
        for name, frame in frames.items()
    }
    return plan, completed


def _plan_rule(rule: Rule, frames: dict[str, pd.DataFrame]) -> tuple[Expected, pd.Series | None]:
    check = rule.check
    match check:
        case NoTrouble(problem):
            arguments: dict[str, Any] = {"column": "problem", "value_set": [problem]}
            return Expected(rule, TROUBLES, "ExpectColumnValuesToNotBeInSet", arguments), None
        case Present(table, column):
            return Expected(rule, table, "ExpectColumnValuesToNotBeNull", {"column": column}), None
        case Unique(table, columns):
            arguments = {"column_list": ["unit", *columns], "ignore_row_if": "any_value_is_missing"}
            return Expected(rule, table, "ExpectCompoundColumnsToBeUnique", arguments), None
        case NotNegative(table, column):
            arguments = {"column": column, "min_value": 0}
            return Expected(rule, table, "ExpectColumnValuesToBeBetween", arguments), None
        case Matches(table, column, pattern, where):
            regex = rf"\A(?:{pattern})\Z"
            if where is None:
                arguments = {"column": column, "regex": regex}
                return Expected(rule, table, "ExpectColumnValuesToMatchRegex", arguments), None
            name, codes = where
            chosen = frames[table][column].where(frames[table][name].isin(codes), None)
            arguments = {"column": f"chosen {rule.code}", "regex": regex}
            return Expected(rule, table, "ExpectColumnValuesToMatchRegex", arguments), chosen
        case SameAsRegistry(column):
            arguments = {
                "column_A": column,
                "column_B": f"registry_{column}",
                "ignore_row_if": "either_value_is_missing",
            }
            return Expected(rule, "profile", "ExpectColumnPairValuesToBeEqual", arguments), None
        case RowBalance() | Balance():
            frame_name = check.table if isinstance(check, RowBalance) else QUANTITIES
            arguments = {"column": f"residual {rule.code}", "max_value": 0}
            if not check.at_most:
                arguments["min_value"] = 0
            return Expected(rule, frame_name, "ExpectColumnValuesToBeBetween", arguments), residual(
                check, frames[frame_name]
            )


def residual(check: RowBalance | Balance, frame: pd.DataFrame) -> pd.Series:
    """Compute target − Σ sign·term of each row: Int64, <NA> where there is nothing to compare."""
    left: pd.Series = frame[check.target]
    for sign, name in check.terms:
        left = left - sign * frame[name]
    return left
