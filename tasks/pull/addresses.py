"""Cell addresses such as E7, and the numbers they stand for. Rows and columns count from 1."""

from __future__ import annotations

import re
from functools import cache

_ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


@cache
def column_letters(number: int) -> str:
    """The letters of a column: 28 → AB."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def parse_address(address: str) -> tuple[int, int]:
    """Row and column of an address: E7 → (7, 5).

    Raises ValueError when it is none.
    """
    match = _ADDRESS.fullmatch(address)
    if not match:
        raise ValueError(f"not a cell address: {address}")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def is_within(address: str, area: str) -> bool:
    """Tell whether a cell lies in an area such as B2:E7.

    Raises ValueError when they are none.
    """
    row, column = parse_address(address)
    (top, left), (bottom, right) = map(parse_address, area.split(":"))
    return top <= row <= bottom and left <= column <= right
