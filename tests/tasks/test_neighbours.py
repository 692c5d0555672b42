"""Figures from last year and from the units below."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from expectations.rules import RULES
from tasks.ledger import Entry, Restatement
from tasks.neighbours import descendants, with_neighbours
from tasks.pull import RegisteredUnit

FINAL = "budget.total.final"
RELEVANT = [rule for rule in RULES if rule.code in ("X101.final", "Y201.budget.total.final")]


def unit(code: str, parent: str = "") -> RegisteredUnit:
    return RegisteredUnit(code, code, "institution", parent, f"{code}.xlsx", "")


def published(final: int) -> Entry:
    return Entry("", 1, "", {FINAL: final}, {}, {}, {})


def figures(**finals: int | None) -> pd.DataFrame:
    values = pd.Series(list(finals.values()), index=list(finals), dtype="Int64")
    return pd.DataFrame({FINAL: values, "budget.department.final": values})


def test_last_year_is_the_ledgers() -> None:
    found = with_neighbours(figures(a=5, b=6), RELEVANT, [], {"a": published(4)}, {})
    assert found.loc["a", f"last:{FINAL}"] == 4
    assert found.loc["b", f"last:{FINAL}"] is pd.NA


def test_a_department_is_itself_and_all_below() -> None:
    units = [unit("a"), unit("b", "a"), unit("c", "b"), unit("d")]
    found = with_neighbours(figures(a=1, b=20, c=300, d=4000), RELEVANT, units, {}, {})
    assert found[f"units:{FINAL}"].tolist() == [321, 320, pd.NA, pd.NA]


def test_units_outside_of_the_batch_count_as_published() -> None:
    units = [unit("a"), unit("b", "a")]
    assert (
        with_neighbours(figures(a=1), RELEVANT, units, {}, {"b": published(7)}).iloc[0][f"units:{FINAL}"] == 8
    )


def test_a_part_is_never_passed_off_as_the_whole() -> None:
    units = [unit("a"), unit("b", "a"), unit("c", "a")]
    assert with_neighbours(figures(a=1, b=2), RELEVANT, units, {}, {}).loc["a", f"units:{FINAL}"] is pd.NA
    assert (
        with_neighbours(figures(a=1, b=2, c=None), RELEVANT, units, {}, {}).loc["a", f"units:{FINAL}"]
        is pd.NA
    )


def test_a_sum_is_open_while_the_registry_is() -> None:
    """Whose unit it is nobody can say: no department is blamed for a sum without it."""
    astray = RegisteredUnit("d", "d", "institution", "", "d.xlsx", "", misplaced="主管部门代码“x”不在名录中")
    units = [unit("a"), unit("b", "a"), astray]
    found = with_neighbours(figures(a=1, b=2, d=3), RELEVANT, units, {}, {})
    assert found[f"units:{FINAL}"].tolist() == [pd.NA, pd.NA, pd.NA]


def test_units_above_each_other_have_no_sum() -> None:
    units = [unit("a", "b"), unit("b", "a")]
    assert with_neighbours(figures(a=1, b=2), RELEVANT, units, {}, {})[f"units:{FINAL}"].isna().all()


def test_last_year_is_as_restated() -> None:
    changed = replace(published(4), restatements=(Restatement("划转", "2020-05-01", "x.csv", {FINAL: 3}),))
    found = with_neighbours(figures(a=5), RELEVANT, [], {"a": changed}, {})
    assert found.loc["a", f"last:{FINAL}"] == 3


def test_a_circle_of_parents_ends() -> None:
    assert descendants("a", [unit("a", "c"), unit("b", "a"), unit("c", "b")]) == ["b", "c"]
