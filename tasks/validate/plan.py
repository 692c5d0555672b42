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
    SteadyFrom,
    Unique,
)
from tasks.frames import Frames, stack_troubles
from tasks.ledger import Ledger
from tasks.pull import Submission
from tasks.validate.residuals import QUANTITIES, Residuals, frame_of

ROW_ID = "row_id"
TROUBLES = "troubles"
_VEHICLE = r"公(?:务用)?车.*购置|购置.*公(?:务用)?车"


@dataclass(frozen=True)
class Expected:
    """One rule as an expectation: the frame, the GX class name and its arguments."""

    rule: Rule
    frame: str
    kind: str
    arguments: dict[str, Any]


def build_frames(
    frames: Frames, quantities: pd.DataFrame, submissions: Iterable[Submission], year: int, last: Ledger
) -> dict[str, pd.DataFrame]:
    """Gather the frames that relations are about: all tables and the quantities, each with a `row_id`.

    Some tables get columns beside their own: the profile what the registry and the run expect
    (`registry_year` …); projects `published_final`, from last year's ledger; procurement `project_final`, of
    the project that the item names, and `vehicle_final`, where the item is a vehicle (money in 分).
    """
    submissions = tuple(submissions)
    profile, projects, procurement = (frames[name] for name in ("profile", "projects", "procurement"))
    targets = frames["targets"]
    by_code = {submission.unit.code: submission.unit for submission in submissions}
    registered = {
        "registry_year": pd.Series(year, index=profile.index, dtype="Int64"),
        "registry_code": profile["unit"],
        "registry_name": profile["unit"].map(lambda code: by_code[code].name),
    }
    whole = {
        **frames,
        "profile": profile.assign(**registered),
        "projects": projects.assign(published_final=_published(projects, last)),
        "procurement": procurement.assign(
            project_final=_final_of_named_project(procurement, projects),
            vehicle_final=_vehicle_final(procurement, quantities),
        ),
        # The department's own targets are of one group, not each of an unknown one.
        "targets": targets.assign(project=targets["project"].where(targets["project"].notna(), "")),
        QUANTITIES: quantities.rename_axis("unit").reset_index(),
    }
    return {name: _numbered(frame) for name, frame in whole.items()}


def build_troubles(submissions: Iterable[Submission]) -> pd.DataFrame:
    """Gather all troubles of the submissions, each with a `row_id`."""
    return _numbered(stack_troubles(submissions))


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{ROW_ID: range(len(frame))})


def _published(projects: pd.DataFrame, last: Ledger) -> pd.Series:
    finals = [
        last[unit].projects.get(code) if unit in last and isinstance(code, str) else None
        for unit, code in zip(projects["unit"], projects["code"], strict=True)
    ]
    return pd.Series(finals, index=projects.index, dtype="Int64")


def _final_of_named_project(procurement: pd.DataFrame, projects: pd.DataFrame) -> pd.Series:
    """Only where the item is just the project's name; not of a project that is or may be classified."""
    is_open = projects["is_classified"].eq(False).fillna(False).astype(bool)
    known = projects[is_open & projects["name"].notna()].drop_duplicates(["unit", "name"])
    named = known.set_index(["unit", "name"])["final"]
    wanted = pd.MultiIndex.from_frame(procurement[["unit", "item"]])
    return pd.Series(named.reindex(wanted).array, index=procurement.index, dtype="Int64")


def _vehicle_final(procurement: pd.DataFrame, quantities: pd.DataFrame) -> pd.Series:
    is_vehicle = procurement["item"].astype("string").str.contains(_VEHICLE, regex=True).fillna(False)
    finals = procurement["unit"].map(quantities["basic.vehicle.final"])
    return finals.astype("Int64").where(is_vehicle.astype(bool))


def plan_rules(
    rules: Iterable[Rule], frames: dict[str, pd.DataFrame], residuals: Residuals
) -> tuple[list[Expected], dict[str, pd.DataFrame]]:
    """Turn rules into expectations; returns them with the frames completed by what these look at."""
    rules = tuple(rules)
    columns: dict[str, dict[str, pd.Series]] = {name: {} for name in frames}
    for rule in rules:
        if isinstance(rule.check, Balance | RowBalance | SteadyFrom):
            columns[frame_of(rule.check)][f"residual {rule.code}"] = residuals[rule.code]
        elif isinstance(rule.check, Matches) and rule.check.where:
            frame, (name, codes) = frames[rule.check.table], rule.check.where
            chosen = frame[rule.check.column].where(frame[name].isin(codes), None)
            columns[rule.check.table][f"chosen {rule.code}"] = chosen
    completed = {
        name: pd.concat([frame, pd.DataFrame(columns[name], index=frame.index)], axis=1)
        for name, frame in frames.items()
    }
    return [_plan_rule(rule) for rule in rules], completed


def _plan_rule(rule: Rule) -> Expected:
    check = rule.check
    match check:
        case NoTrouble(problem):
            arguments: dict[str, Any] = {"column": "problem", "value_set": [problem]}
            return Expected(rule, TROUBLES, "ExpectColumnValuesToNotBeInSet", arguments)
        case Present(table, column):
            return Expected(rule, table, "ExpectColumnValuesToNotBeNull", {"column": column})
        case Unique(table, columns):
            arguments = {"column_list": ["unit", *columns], "ignore_row_if": "any_value_is_missing"}
            return Expected(rule, table, "ExpectCompoundColumnsToBeUnique", arguments)
        case NotNegative(table, column):
            arguments = {"column": column, "min_value": 0}
            return Expected(rule, table, "ExpectColumnValuesToBeBetween", arguments)
        case Matches(table, column, pattern, where):
            looked_at = f"chosen {rule.code}" if where else column
            arguments = {"column": looked_at, "regex": rf"\A(?:{pattern})\Z"}
            return Expected(rule, table, "ExpectColumnValuesToMatchRegex", arguments)
        case SameAsRegistry(column):
            arguments = {
                "column_A": column,
                "column_B": f"registry_{column}",
                "ignore_row_if": "either_value_is_missing",
            }
            return Expected(rule, "profile", "ExpectColumnPairValuesToBeEqual", arguments)
        case RowBalance() | Balance() | SteadyFrom():
            arguments = {"column": f"residual {rule.code}", "min_value": 0, "max_value": 0}
            return Expected(rule, frame_of(check), "ExpectColumnValuesToBeBetween", arguments)
