"""Chinese numbers and the marks of headings."""

from __future__ import annotations

import pytest

from tasks.render.numbering import chinese_number, heading_number

_VALUES = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (120, "一百二十"),
        (305, "三百零五"),
        (999, "九百九十九"),
    ],
)
def test_said(number: int, said: str) -> None:
    assert chinese_number(number) == said


def test_read_back() -> None:
    """Every number means itself: read by another rule than it was written by."""
    for number in range(1, 1000):
        said, total = chinese_number(number), 0
        for place, word in ((100, "百"), (10, "十")):
            head, found, rest = said.rpartition(word)
            if found:
                total += place * _VALUES.get(head.removeprefix("零"), 1)
                said = rest
        total += _VALUES.get(said.removeprefix("零"), 0)
        assert total == number


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_out_of_range(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        chinese_number(number)


@pytest.mark.parametrize(("level", "mark"), [(1, "十二、"), (2, "（十二）"), (3, "12."), (4, "（12）")])
def test_marks(level: int, mark: str) -> None:
    assert heading_number(level, 12) == mark
