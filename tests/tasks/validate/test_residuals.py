"""Three outcomes: a relation holds, is off by rounding, or is broken."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.rules import Balance, RowBalance, Rule, Scope, Severity, SteadyFrom, Tolerance
from tasks.validate.residuals import compute_residuals, forgive_rounding

STEP = 10_000


def _rule(check: Balance | RowBalance | SteadyFrom, tolerance: Tolerance = Tolerance.HALF_STEP) -> Rule:
    return Rule("T", "试验", Severity.CRITICAL, Scope.ROW, check, "试验", "请改正", "试验", tolerance)


ROW = _rule(RowBalance("basic", "surplus", ((1, "adjusted"), (-1, "final"))))


def _frames(surplus: int, adjusted: int, final: int) -> dict[str, pd.DataFrame]:
    columns = {"surplus": surplus, "adjusted": adjusted, "final": final}
    row = {name: pd.Series([value], dtype="Int64") for name, value in columns.items()}
    return {"basic": pd.DataFrame({"unit": ["a"], "sheet_row": [4]} | row)}


def outcome(rule: Rule, frames: dict[str, pd.DataFrame], coarse: bool) -> tuple[int, bool]:
    """What is left of the residual, and whether rounding explained it."""
    residuals = compute_residuals([rule], frames)
    roundings = forgive_rounding([rule], residuals, frames, {"a"} if coarse else set())
    return int(residuals["T"].iloc[0]), bool(roundings)


@pytest.mark.parametrize(
    ("surplus", "coarse", "left", "rounded"),
    [
        (30_000, True, 0, False),  # holds
        (40_000, True, 0, True),  # one step off: three figures may be half a step off each
        (20_000, True, 0, True),
        (50_000, True, 20_000, False),  # two steps are more than one and a half
        (40_000, False, 10_000, False),  # no envelope for who filled in what is exact
    ],
)
def test_row(surplus: int, coarse: bool, left: int, rounded: bool) -> None:
    assert outcome(ROW, _frames(surplus, 100_000, 70_000), coarse) == (left, rounded)


def test_the_same_quantity_has_no_envelope() -> None:
    exact = _rule(ROW.check, Tolerance.EXACT)  # type: ignore[arg-type]
    assert outcome(exact, _frames(40_000, 100_000, 70_000), coarse=True) == (10_000, False)


@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=20))
def test_rounded_parts_never_break_a_sum_of_rows(parts: list[int]) -> None:
    """Whoever rounds each figure half up to the step gets sums within the envelope."""

    def rounded(fen: int) -> int:
        return (fen + STEP // 2) // STEP * STEP

    total = rounded(sum(parts))
    frames = {
        "quantities": pd.DataFrame(
            {
                "unit": ["a"],
                "budget.project.final": pd.Series([total], dtype="Int64"),
                "projects.*.final": pd.Series([sum(map(rounded, parts))], dtype="Int64"),
            }
        ),
        "projects": pd.DataFrame({"unit": ["a"] * len(parts)}),
        "budget": pd.DataFrame({"unit": ["a"], "item": ["project"]}),
    }
    rule = _rule(Balance("budget.project.final", ((1, "projects.*.final"),)))
    assert outcome(rule, frames, coarse=True)[0] == 0


@pytest.mark.parametrize(
    ("now", "left"),
    [(150, 0), (151, 1), (50, 0), (49, 1), (100, 0)],
)
def test_steady(now: int, left: int) -> None:
    frames = {
        "quantities": pd.DataFrame(
            {"unit": ["a"], "t": pd.Series([now], dtype="Int64"), "b": pd.Series([100], dtype="Int64")}
        )
    }
    assert compute_residuals([_rule(SteadyFrom("t", "b", 50, 10))], frames)["T"].tolist() == [left]
    # Below the floor nothing is of interest.
    assert compute_residuals([_rule(SteadyFrom("t", "b", 50, 60))], frames)["T"].tolist() == [0]


def test_a_missing_figure_is_no_outcome() -> None:
    frames = _frames(0, 0, 0)
    frames["basic"]["final"] = pd.Series([None], dtype="Int64")
    assert compute_residuals([ROW], frames)["T"].isna().tolist() == [True]
