"""Chinese numbering of headings and tables."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 → 一, 11 → 十一, 20 → 二十, 99 → 九十九. Raises ValueError outside 1 to 99."""
    if not 1 <= number <= 99:
        raise ValueError(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones else "")


def heading_number(level: int, number: int) -> str:
    """The mark of a heading by GB/T 9704: 一、 （一） 1. （1）."""
    return {
        1: lambda n: f"{chinese_number(n)}、",
        2: lambda n: f"（{chinese_number(n)}）",
        3: lambda n: f"{n}.",
        4: lambda n: f"（{n}）",
    }[level](number)
