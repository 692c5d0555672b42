"""Sums over units: exact, in any order, and missing where a unit is missing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.rules import RULES
from tasks.department.sums import add_up, earlier_sums, rates_of
from tasks.history.compare import ADJUSTED, FINAL
from tasks.ledger import Restatement
from tasks.money import basis_points, percent, wan
from tasks.summable import PLACES, SUMMABLE
from tests.support.books import entry, real_ledger

AMOUNTS = st.integers(-(10**14), 10**14)
NAMES = st.sampled_from(SUMMABLE)


@pytest.fixture(scope="module")
def real() -> dict[str, dict[str, int]]:
    return {code: dict(published.figures) for code, published in real_ledger().items()}


def test_fy2020_to_the_fen(real: dict[str, dict[str, int]]) -> None:
    sums = add_up(["sjzyj", "dsjzx"], real)
    assert sums.figures[ADJUSTED] == 1463089900 + 27368305000 == 28831394900
    assert sums.figures[FINAL] == 1445344900 + 27229980000 == 28675324900
    assert sums.figures["budget.total.surplus"] == 17745000 + 138325000 == 156070000
    assert percent(rates_of(sums, None)["execution.total"].rate_bp) == "99.46%"
    assert wan(28675324900) == "28,675.32"


def test_rates_are_of_the_sums_and_not_averaged(real: dict[str, dict[str, int]]) -> None:
    rates = rates_of(add_up(["sjzyj", "dsjzx"], real), None)
    assert rates["control.three_public"].rate_bp == basis_points(244900 + 61999, 255000 + 100000) == 8645
    assert rates["control.three_public"].rate_bp != (9604 + 6200) // 2
    assert rates["control.regular"].rate_bp == basis_points(19 + 35, 20 + 37) == 9474


@given(st.dictionaries(st.text("abc", min_size=1), st.dictionaries(NAMES, AMOUNTS), min_size=1), st.randoms())
def test_sums_are_the_units_in_any_order(figures: dict[str, dict[str, int]], shuffle: random.Random) -> None:
    units = list(figures)
    sums = add_up(units, figures)
    for name in SUMMABLE:
        values = [figures[unit].get(name) for unit in units]
        if None not in values:
            assert sums.figures[name] == sum(value for value in values if value is not None)
        elif sums.figures[name] is not None:
            assert PLACES[name].may_be_left_out
        else:
            assert set(sums.missing[name]) <= {unit for unit in units if name not in figures[unit]}
    shuffle.shuffle(units)
    again = add_up(units, figures)
    assert again.figures == sums.figures
    assert {n: set(units) for n, units in again.missing.items()} == {
        n: set(units) for n, units in sums.missing.items()
    }


def test_a_part_is_never_passed_off_as_the_whole(real: dict[str, dict[str, int]]) -> None:
    sums = add_up(["sjzyj", "dsjzx", "third"], real)
    assert sums.figures[FINAL] is None
    assert sums.missing[FINAL] == ("third",)
    assert rates_of(sums, None)["execution.total"].lacks == (FINAL, ADJUSTED)
    assert add_up(["sjzyj", "dsjzx"], real).missing["budget.total.initial"] == ("dsjzx",)


def test_a_category_of_staff_that_a_unit_does_not_have_is_none() -> None:
    """The contract: 没有的类别可不填. But a unit that gave no staff at all is missing."""
    heads = {"staffing.regular.actual": 5, "staffing.regular.approved": 6}
    contract = {"staffing.contract.actual": 2, "staffing.contract.approved": 3}
    sums = add_up(["a", "b"], {"a": heads | contract, "b": heads})
    assert sums.figures["staffing.contract.actual"] == 2
    partly = add_up(["a", "b"], {"a": heads | contract, "b": heads | {"staffing.contract.approved": 1}})
    assert partly.missing["staffing.contract.actual"] == ("b",)
    assert add_up(["a", "b"], {"a": heads | contract, "b": {FINAL: 1}}).missing[
        "staffing.contract.actual"
    ] == ("b",)


def test_what_must_not_be_added_up_is_not() -> None:
    assert not [
        name for name in SUMMABLE if name.startswith(("budget.department.", "profile.", "checklist."))
    ]
    assert all(
        rule.check.target in SUMMABLE or "department" in rule.check.target
        for rule in RULES
        if rule.code[:4] == "Y201"
    )


def test_earlier_years_use_restated_figures_and_say_who_is_missing() -> None:
    restated = entry(
        {FINAL: 10, ADJUSTED: 20},
        "甲",
        restatements=(Restatement("划转", "2020-05-01", "x.csv", {FINAL: 9}),),
    )
    ledgers = {
        2018: {"a": entry({FINAL: 1, ADJUSTED: 2})},
        2019: {"a": restated, "b": entry({FINAL: 5, ADJUSTED: 6})},
    }
    earlier = earlier_sums({"a": "甲", "b": "乙"}, ledgers, [ADJUSTED, FINAL])
    assert list(earlier) == [2018, 2019]
    assert earlier[2018].figures[FINAL] is None
    assert earlier[2018].gaps == "2018年缺1个单位的数据（乙），没有合计数"
    assert (earlier[2019].figures[FINAL], earlier[2019].figures[ADJUSTED]) == (14, 26)
    assert earlier[2019].restated == {FINAL}
    assert earlier[2019].notes == ("甲2019年数据于2020年5月1日调整，原因：划转",)
