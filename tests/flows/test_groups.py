"""How units are shared out over task runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.groups import MAX_SINGLE, RUNS_OF_A_BIG_STEP, group_units


@given(st.integers(0, 3000))
def test_every_unit_is_in_exactly_one_group_in_order(count: int) -> None:
    groups = group_units(range(count), str)
    assert [item for group in groups for item in group] == list(range(count))
    assert len(groups) <= (MAX_SINGLE if count <= MAX_SINGLE else RUNS_OF_A_BIG_STEP)


def test_a_group_of_one_is_named_after_its_unit() -> None:
    assert [str(group) for group in group_units(["a", "b"], str.upper)] == ["A", "B"]


def test_a_big_batch_has_numbered_groups() -> None:
    assert str(group_units(range(1000), str)[0]) == "第1组（40个单位）"
