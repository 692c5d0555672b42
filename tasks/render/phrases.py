"""Words that need a rule: dates, amounts below zero, the end of a sentence, quotation marks."""

from __future__ import annotations

import datetime as dt
import re

from tasks.money import percent, wan

_DIGITS = re.compile(r"(-?)([1-9]\d{3,})(\.\d+)?")
_ENUMERATION = re.compile(
    r"(?:[一二三四五六七八九十]+、|[（(](?:[一二三四五六七八九十]+|\d+)[）)]|\d+[、．]|\d+\.(?!\d))\s*"
)
"""A number that a unit typed in front of a heading: （一） 二、 3."""
_END_MARKS = "。！？…：.!?:"
_DANGLING = "，、；,;"
_CLOSING = "”’）)》〉」』】"
_INNER_QUOTES = str.maketrans("“”", "‘’")
_INNER_TITLES = str.maketrans("《》", "〈〉")


def chinese_date(date: dt.date) -> str:
    """2021-03-05 → 2021年3月5日: arabic, no leading zero (GB/T 9704)."""
    return f"{date.year}年{date.month}月{date.day}日"


def sentence(text: str | None) -> str:
    """A text that ends as a sentence: 。 is put where the unit left it out or typed a comma."""
    text = (text or "").rstrip().rstrip(_DANGLING)
    inner = text.rstrip(_CLOSING)
    return text if not text or inner.endswith(tuple(_END_MARKS)) else f"{text}。"


def paragraphs(text: str | None) -> list[str]:
    """The lines of a text that a unit typed into one cell, each as a sentence."""
    return [sentence(line) for line in (text or "").split("\n") if line.strip()]


def heading_text(text: str) -> str:
    """A heading that a unit typed, without number or punctuation: numbers come from the outline."""
    typed = _ENUMERATION.match(text)
    return without_end_mark((text[typed.end() :] or text) if typed else text)


def without_end_mark(text: str) -> str:
    """A text without the punctuation at its end, unless there is nothing else."""
    return text.rstrip(_END_MARKS + _DANGLING) or text


def thousands(value: int | str | None) -> str:
    """1625 → 1,625; words and numbers below 1000 stay as they are."""
    text = "" if value is None else str(value)
    number = _DIGITS.fullmatch(text)
    return f"{number[1]}{int(number[2]):,}{number[3] or ''}" if number else text


def surplus(fen: int) -> str:
    """结余1.00万元, or 超支1.00万元 for what is below zero."""
    return f"{'超支' if fen < 0 else '结余'}{wan(abs(fen))}万元"


def against_last_year(rate_bp: int) -> str:
    """A rate of change in words: 比上年增长3.97%."""
    if rate_bp == 0:
        return "与上年持平"
    return f"比上年{'增长' if rate_bp > 0 else '下降'}{percent(abs(rate_bp))}"


def quoted(text: str) -> str:
    """A text in quotation marks; those inside become single ones."""
    return f"“{text.translate(_INNER_QUOTES)}”"


def titled(text: str) -> str:
    """A text in title marks; those inside become single ones."""
    return f"《{text.translate(_INNER_TITLES)}》"
