"""Compare rates named in free text with those that the unit's own figures give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from expectations.indicators import INDICATORS
from tasks.money import divide_half_up

_NUMBER = r"(\d{1,4}(?:\.\d{1,4})?)\s*[%％]"
_LINK = r"(?:为|是|达|达到|：|:)?\s*"
_NAMED = {
    "execution.total": (
        "(?:整体|总体|全年)(?:(?!基本支出|项目|专项|采购|三公|上年|去年)[^。；\n]){0,60}?(?:预算)?执行率"
    ),
    "execution.basic": "基本支出(?:预算)?执行率",
    "execution.project": "项目支出(?:预算)?执行率",
    "control.public": "公用经费控制率",
    "control.three_public": '[“"]?三公[”"]?经费控制率',
    "control.regular": "在职人员控制率",
    "procurement": "政府采购执行率",
}
_INDICATORS = {indicator.code: indicator for indicator in INDICATORS}
_PATTERNS = tuple(
    (re.compile(f"{words}{_LINK}{_NUMBER}"), _INDICATORS[code]) for code, words in _NAMED.items()
)
_NAME = re.compile("[“”三公在职人员政府采购基本项目支出整体总全年公用经费预算]*(?:执行率|控制率)")
"""The rate as the text calls it."""
_HEADS = {"control.regular"}

Said = tuple[str, str, str, str]
"""problem, value (what stands there), expected, detail."""


def find_contradicted_rates(
    text: str, quantities: Mapping[str, int | None], half_step: int
) -> Iterator[Said]:
    """Yield each stated rate that the figures cannot give, rounded half up to the decimals it has.

    With figures that are themselves rounded by up to `half_step` (分), any rate between those of the bounds
    will do.
    """
    for pattern, indicator in _PATTERNS:
        top, base = quantities.get(indicator.numerator), quantities.get(indicator.denominator)
        if top is None or not base:
            continue
        reach = 0 if indicator.code in _HEADS else half_step
        for match in pattern.finditer(text):
            stated = match[1]
            if not _is_possible(stated, top, base, reach):
                named = _NAME.findall(match[0])[-1]
                yield "contradicted_rate", f"{stated}%", f"{_rounded(top, base, stated)}%", named


def _is_possible(stated: str, top: int, base: int, reach: int) -> bool:
    if not reach:
        return Decimal(stated) == Decimal(_rounded(top, base, stated))
    half_digit = Fraction(1, 2 * 10 ** _decimals(stated))
    low = Fraction(100 * (top - reach), base + reach) - half_digit
    high = Fraction(100 * (top + reach), max(base - reach, 1)) + half_digit
    return low <= Fraction(stated) <= high


def _rounded(top: int, base: int, like: str) -> str:
    """The rate in percent with as many decimals as `like`."""
    decimals = _decimals(like)
    scaled = divide_half_up(top * 100 * 10**decimals, base)
    return f"{Decimal(scaled).scaleb(-decimals):.{decimals}f}"


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])
