"""What a report is written from: one unit's typed rows, sums and rates as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from expectations.contract import CONTRACT
from expectations.contract.money import PROCUREMENT_KINDS
from expectations.indicators import INDICATOR_BY_CODE
from tasks.compute import compute_indicators, with_last_year, with_rates
from tasks.history.compare import compare, earlier_years
from tasks.indicator_table import indicator_tables
from tasks.ledger import Ledger
from tasks.quantities import split_list
from tasks.score import load_profile, score
from tasks.score.projects import load_project_profile, score_project
from tasks.validate import Verdict
from tasks.value_names import Values, quantity_label
from tasks.years import year_settings

__all__ = ["Values", "build_values", "quantity_label"]

_RATED = ("budget", "basic", "projects")
_REPORTED_IF_MISSING = (
    "adjustment",
    "surplus",
    "surplus.change",
    "change.three_public",
    "procurement",
    "assets.in_use",
)
"""Indicators that the report must mention when they cannot be computed, in the order it does."""


def build_values(
    verdict: Verdict, units: Iterable[str], year: int, earlier: Mapping[int, Ledger] | None = None
) -> dict[str, Values]:
    """The values of the given units, computed for all of them at once. Keys are unit codes.

    `earlier`: the ledgers of the years before, by year.
    """
    units, earlier = list(units), earlier or {}
    quantities = verdict.quantities.loc[units]
    last = last_quantities(quantities, earlier[year - 1]) if year - 1 in earlier else None
    tables = {name: _records(name, frame, set(units)) for name, frame in verdict.frames.items()}
    rates: dict[str, dict[str, int | None]] = {unit: {} for unit in units}
    missing: dict[str, list[dict[str, str]]] = {unit: [] for unit in units}
    lacks: dict[tuple[str, str], str] = {}
    computed = compute_indicators(quantities, last)
    for row in _plain(computed):
        rates[row["unit"]][row["code"]] = row["rate_bp"]
        lacks[row["unit"], row["code"]] = row["missing"]
    for unit in units:
        for code in _REPORTED_IF_MISSING:
            if names := lacks[unit, code].split():
                inputs = "、".join(quantity_label(name) for name in names)
                missing[unit].append({"label": INDICATOR_BY_CODE[code].label, "inputs": inputs})
    filled = quantities if last is None else with_last_year(quantities, last)
    sums = {row.pop("unit"): row for row in _plain(filled.rename_axis("unit").reset_index())}
    indicators = indicator_tables(computed)
    settings = year_settings(year)
    profile, by_project = (
        load_profile(settings["scoring"], year),
        load_project_profile(settings["project_scoring"], year),
    )
    found: dict[str, Values] = {}
    for unit in units:
        own = {name: rows[unit] for name, rows in tables.items()}
        values = _unit_values(year, own, sums[unit], rates[unit], missing[unit])
        values |= {
            "history": compare(year, sums[unit], earlier_years(unit, earlier)),
            "indicators": indicators[unit],
            "score": score(values, profile),
            "project_scores": {
                project["code"]: score_project(project, values, by_project)
                for project in values["projects"]
                if project["is_classified"] is False
            },
        }
        found[unit] = values
    return found


def last_quantities(quantities: pd.DataFrame, last: Ledger) -> pd.DataFrame:
    """What each unit's quantities were in the year before: a row a unit, <NA> where that is not known."""
    known = {unit: last[unit].to_compare() for unit in quantities.index if unit in last}
    columns = {
        str(name): pd.array([known.get(unit, {}).get(str(name)) for unit in quantities.index], dtype="Int64")
        for name in quantities
    }
    return pd.DataFrame(columns, index=quantities.index)


def _records(name: str, frame: pd.DataFrame, units: set[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    kept = frame[frame["unit"].isin(units)]
    for record in _plain(with_rates(kept) if name in _RATED else kept):
        found[record.pop("unit")].append(record)
    return found


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts of plain Python values, None for what is missing."""
    plain = {
        name: [None if value is pd.NA or value is None else value for value in column.tolist()]
        for name, column in frame.items()
    }
    names = [str(name) for name in plain]
    return [dict(zip(names, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def _unit_values(
    year: int,
    tables: Mapping[str, list[dict[str, Any]]],
    sums: Mapping[str, int | None],
    rates: Mapping[str, int | None],
    missing: list[dict[str, str]],
) -> dict[str, Any]:
    """One unit's values.

    profile: its form; staffing, projects, problems, disposals, buildings: rows; targets: those of the unit as
    a whole; project_targets: those of its projects, by code; budget, basic, assets,
    declarations: rows by code; procurement: lines by kind; allocations: lines and total; narratives:
    section → groups (heading, parts (subheading, paragraphs)); sums: every quantity; rates: every
    indicator; missing: indicators that could not be computed, with the inputs they lack; tables: all rows
    as submitted, by table. Added later: history (see `tasks/history/compare.py`);
    indicators: their table; score: the unit's score sheet; project_scores: those of its projects that are
    not classified, by code.
    """
    profile = tables["profile"][0]
    targets = [
        row
        | {
            "level1_label": _label("targets", "level1", row),
            "direction_label": _label("targets", "direction", row),
        }
        for row in tables["targets"]
    ]
    project_targets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in targets:
        if row["project"] is not None:
            project_targets[row["project"]].append(row)
    allocations = tables["allocations"]
    return {
        "year": year,
        "profile": profile | {"department_names": split_list(profile["departments"])},
        "staffing": [
            row
            | {"label": _label("staffing", "category", row), "rate_bp": rates[f"control.{row['category']}"]}
            for row in tables["staffing"]
        ],
        "budget": {row["item"]: row for row in tables["budget"]},
        "basic": {row["item"]: row | {"label": _label("basic", "item", row)} for row in tables["basic"]},
        "projects": [row | {"method_label": _label("projects", "method", row)} for row in tables["projects"]],
        "procurement": {
            kind.code: {
                "label": kind.label,
                "final": sums[f"procurement.{kind.code}.final"],
                "lines": [row for row in tables["procurement"] if row["kind"] == kind.code],
            }
            for kind in PROCUREMENT_KINDS
        },
        "assets": {row["item"]: row for row in tables["assets"]},
        "allocations": {
            "lines": [row for row in allocations if row["row_kind"] == "item"],
            "total": next((row for row in allocations if row["row_kind"] == "total"), None),
        },
        "disposals": [row | {"way_label": _label("disposals", "way", row)} for row in tables["disposals"]],
        "vehicles": next(iter(tables["vehicles"]), None),
        "targets": [row for row in targets if row["project"] is None],
        "project_targets": dict(project_targets),
        "buildings": tables["buildings"],
        "supplement": next(iter(tables["supplement"]), None),
        "problems": tables["problems"],
        "narratives": _narratives(tables["narratives"]),
        "declarations": {
            row["item"]: row | {"label": _label("declarations", "item", row)}
            for row in tables["declarations"]
        },
        "sums": sums,
        "rates": rates,
        "missing": missing,
        "tables": tables,
    }


def _label(table: str, column: str, row: Mapping[str, Any]) -> str | None:
    return CONTRACT[table][column].label_by_code.get(row[column])


def _narratives(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Paragraphs grouped by section, heading and subheading, in the order in which each first appears.

    A subheading without a heading above it is a heading.
    """
    sections: dict[str, dict[Any, dict[Any, list[str]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for row in rows:
        paragraphs = [line.strip() for line in row["text"].split("\n") if line.strip()]
        heading, subheading = row["heading"], row["subheading"]
        if not heading:
            heading, subheading = subheading, None
        sections[row["section"]][heading][subheading] += paragraphs
    return {
        section: [
            {
                "heading": heading,
                "parts": [{"subheading": sub, "paragraphs": texts} for sub, texts in parts.items()],
            }
            for heading, parts in groups.items()
        ]
        for section, groups in sections.items()
    }
