"""Chinese numbering of headings and tables."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 → 一, 11 → 十一, 20 → 二十, 105 → 一百零五, 999 → 九百九十九. Raises ValueError outside 1 to 999."""
    if not 1 <= number <= 999:
        raise ValueError(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (_DIGITS[ones] if ones else "")


def heading_number(level: int, number: int) -> str:
    """The mark of a heading by GB/T 9704: 一、 （一） 1. （1）."""
    return {
        1: lambda n: f"{chinese_number(n)}、",
        2: lambda n: f"（{chinese_number(n)}）",
        3: lambda n: f"{n}.",
        4: lambda n: f"（{n}）",
    }[level](number)
