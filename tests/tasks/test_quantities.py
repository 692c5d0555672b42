"""Quantities: stacked or alone the same, and a part is never passed off as the whole."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from expectations.contract import CONTRACT, Layout, Type
from expectations.indicators import INDICATORS
from expectations.rules import RULES, Balance, RowBalance, Rule, Scope, Severity, SteadyFrom
from tasks.compute import compute_indicators
from tasks.frames import stack
from tasks.neighbours import with_neighbours
from tasks.pull import Submission
from tasks.quantities import UNLIMITED, compute_quantities, split_list
from tasks.validate.plan import build_frames
from tasks.validate.residuals import compute_residuals, frame_of
from tests.support.memory import YEAR, in_memory
from tests.support.workbooks import Records, example_records, row

PHASES = (Phase.explicit, Phase.generate)
"""Without shrinking: a failing batch is told by its seed, and making it smaller would take minutes."""
_NUMERIC = (Type.AMOUNT, Type.COUNT)


def _quantities(*submissions: Submission, doubtful: tuple[tuple[str, str], ...] = ()) -> pd.DataFrame:
    codes = [submission.unit.code for submission in submissions]
    return compute_quantities(stack(submissions), codes, doubtful)


def _one(records: Records, doubtful: str = "") -> dict[str, Any]:
    quantities = _quantities(in_memory(records), doubtful=(("sjzyj", doubtful),) if doubtful else ())
    return {
        str(name): (None if pd.isna(value) else int(value)) for name, value in quantities.loc["sjzyj"].items()
    }


# --- what a quantity is ---


def test_names_of_the_real_bureau() -> None:
    found = _one(example_records("sjzyj"))
    assert found["budget.total.final"] == 1445344900
    assert found["procurement.goods.final"] == 4240000 + 17680000
    assert found["projects.*.adjusted"] == 870530000
    assert found["projects.*.count"] == 7
    assert found["projects.key.count"] == 2
    assert found["projects.key.final"] == 456000000 + 262948400
    assert found["vehicles.*.closing"] == 2
    assert found["profile.*.listed_departments"] == 5
    assert found["declarations.fund.allowed"] == 0
    assert found["budget.other.final"] == 0  # left out: zero by the contract
    assert found["assets.fixed.closing"] is None  # left out: unknown
    assert found["disposals.*.original_value"] is None
    assert found["procurement.goods.missing"] == found["narratives.thrift.missing"] == 0


def test_a_sum_with_a_missing_part_is_missing() -> None:
    records = example_records("sjzyj")
    row(records, "projects", code="P06")["final"] = None
    row(records, "procurement", item="公务用车购置")["final"] = None
    found = _one(records)
    assert found["projects.*.final"] is None
    assert found["projects.*.adjusted"] == 870530000
    assert found["projects.key.final"] == 456000000 + 262948400  # the missing one is not a key project
    assert found["procurement.goods.final"] is None
    assert found["procurement.services.final"] == 427950000


def test_no_project_is_no_expenditure_unless_the_sheet_could_not_be_read() -> None:
    records = example_records("sjzyj")
    del records["projects"]
    assert _one(records)["projects.*.final"] == 0
    assert _one(records, doubtful="projects")["projects.*.final"] is None
    assert _one(records, doubtful="budget")["projects.*.final"] == 0


@pytest.mark.parametrize("how", ["blank", "unreadable"])
def test_a_row_of_unknown_kind_may_belong_to_any(how: str) -> None:
    records = example_records("sjzyj")
    if how == "blank":
        records["procurement"].append({"final": 100})
        records["budget"].append({"final": 100})
        found = _one(records)
        procurement = budget = found
    else:
        procurement, budget = _one(records, doubtful="procurement"), _one(records, doubtful="budget")
    assert procurement["procurement.goods.final"] is None
    assert procurement["procurement.goods.missing"] is None
    assert budget["budget.other.final"] is None
    assert budget["budget.fund.final"] == 0  # a row of its own: not in doubt


def test_rows_that_must_be_there() -> None:
    records = example_records("dsjzx")
    records["procurement"] = [r for r in records["procurement"] if r["kind"] != "works"]
    records["allocations"] = records["allocations"][:-1]
    found = _one(records)
    assert found["procurement.works.missing"] == 1
    assert found["procurement.goods.missing"] == 0
    assert found["allocations.total.missing"] == 1
    del records["allocations"]
    assert _one(records)["allocations.total.missing"] == 0
    del records["procurement"]
    assert _one(records)["procurement.works.missing"] == 0  # an empty table is another rule's matter


def test_declared_funds_are_unlimited() -> None:
    records = example_records("sjzyj")
    row(records, "declarations", item="fund")["state"] = "present"
    row(records, "declarations", item="capital")["state"] = None
    found = _one(records)
    assert found["declarations.fund.allowed"] == UNLIMITED
    assert found["declarations.capital.allowed"] is None


def test_lists_are_split_at_any_comma() -> None:
    assert split_list("办公室、 规划处，数据处,产业处、") == ["办公室", "规划处", "数据处", "产业处"]
    assert split_list(" ") == []


def test_every_name_in_rules_and_indicators_is_a_quantity() -> None:
    bureau = in_memory(example_records("sjzyj"))
    quantities = _quantities(bureau)
    known = with_neighbours(quantities, RULES, [], {}, {})
    frames = build_frames(stack([bureau]), known, [bureau], YEAR, {})
    for rule in RULES:
        match rule.check:
            case Balance(target, terms) | RowBalance(_, target, terms):
                names = {target, *(name for _, name in terms)}
            case SteadyFrom(target, base):
                names = {target, base}
            case _:
                continue
        assert names <= set(frames[frame_of(rule.check)].columns), rule.code
    for indicator in INDICATORS:
        assert {*indicator.inputs, *(indicator.last_year or ())} <= set(quantities.columns), indicator.code


# --- stacked or alone ---


@st.composite
def batches(draw: st.DrawFn) -> list[Submission]:
    """One to three units: real ones with figures changed, cells blanked, rows and tables dropped at random."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    found = []
    for number in range(draw(st.integers(1, 3))):
        records = example_records(chance.choice(("sjzyj", "dsjzx")))
        for table in CONTRACT.tables:
            if table.layout is Layout.LIST and chance.random() < 0.1:
                records.pop(table.name, None)
            rows = records.get(table.name, [])
            records[table.name] = (
                [r for r in rows if chance.random() > 0.05] if table.layout is Layout.LIST else rows
            )
            for record in records[table.name]:
                for column in table.columns:
                    if chance.random() < 0.05:
                        record[column.name] = None
                    elif column.type in _NUMERIC and chance.random() < 0.1:
                        record[column.name] = chance.choice((0, -1, 1, 10**14, chance.randrange(10**12)))
        found.append(in_memory(records, code=f"u{number}"))
    return found


@settings(max_examples=6, deadline=None, phases=PHASES)
@given(batches())
def test_stacking_units_is_the_same_as_unit_by_unit(batch: list[Submission]) -> None:
    together = _quantities(*batch)
    unit_by_unit = pd.concat([_quantities(one) for one in batch])
    pd.testing.assert_frame_equal(together, unit_by_unit, check_index_type=False)
    indicators = compute_indicators(together)
    alone = pd.concat([compute_indicators(_quantities(one)) for one in batch])
    order = ["unit", "code"]
    pd.testing.assert_frame_equal(
        indicators.sort_values(order, ignore_index=True), alone.sort_values(order, ignore_index=True)
    )


@settings(max_examples=4, deadline=None, phases=PHASES)
@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing(batch: list[Submission], chance: random.Random) -> None:
    shuffled = batch.copy()
    chance.shuffle(shuffled)
    together = _quantities(*batch)
    pd.testing.assert_frame_equal(_quantities(*shuffled).loc[together.index], together)


@settings(max_examples=4, deadline=None, phases=PHASES)
@given(batches())
def test_residuals_are_computed_exactly_for_each_unit(batch: list[Submission]) -> None:
    """What is judged of a relation is target − Σ terms, or <NA> where a figure is missing."""
    frames = stack(batch)
    codes = [submission.unit.code for submission in batch]
    relations = [rule for rule in RULES if isinstance(rule.check, Balance)]
    quantities = with_neighbours(compute_quantities(frames, codes), relations, [], {}, {})
    residuals = compute_residuals(relations, build_frames(frames, quantities, batch, YEAR, {}))
    for rule in relations:
        assert isinstance(rule.check, Balance)
        column = pd.Series(residuals[rule.code].array, index=codes)
        for code in codes:
            figures: dict[Any, Any] = quantities.loc[code].to_dict()
            sides = [(1, rule.check.target), *((-sign, name) for sign, name in rule.check.terms)]
            if any(bool(pd.isna(figures[name])) for _, name in sides):
                assert pd.isna(column[code])
            else:
                left = sum(sign * int(figures[name]) for sign, name in sides)
                assert column[code] == (max(left, 0) if rule.check.at_most else left)


def test_residual_of_rows() -> None:
    frame = pd.DataFrame({"a": [10, None, 7], "b": [3, 3, 3], "c": [6, 6, 4]}, dtype="Int64")
    check = RowBalance("projects", "a", ((1, "b"), (1, "c")))
    rule = Rule("T", "试验", Severity.CRITICAL, Scope.ROW, check, "试验", "请改正", "试验")
    assert compute_residuals([rule], {"projects": frame})["T"].tolist() == [1, pd.NA, 0]


def test_targets_of_projects_are_not_those_of_the_unit() -> None:
    records = example_records("sjzyj")
    before = _one(records)["targets.economic.count"]
    for target in records["targets"]:
        if "经济" in target["level2"]:
            target["project"] = "P01"
    assert (before, _one(records)["targets.economic.count"]) == (2, 0)
