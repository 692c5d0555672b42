"""From what a cell holds to what it means: each type's grammar, strict and explained.

A raw value is what calamine gives (str, float, int, bool, date, datetime, …; "" for an empty cell) or a Flaw.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from expectations.contract import Column, Type

MAX_AMOUNT_FEN = 10**14
"""一万亿元: beyond any city department, and int64 stays exact for every rate computed from it."""
MAX_COUNT = 10**9
MAX_NUMBER = 10**15
MAX_TEXT = 20_000
MAX_DIGITS = 28
"""Longer than any number people write, and what Decimal keeps exactly."""
YEARS = range(1900, 2101)

_NOISE_FEN = Decimal("0.001")
"""12.25 computed as 1463089912.35-1463089900.10 is stored as 12.249999761581421: not a third decimal."""
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_WITH_COMMAS = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9,]+)?")
_WITH_UNIT = re.compile(r"¥?-?[0-9][0-9,.]*\s*(?:亿元|万元|元|人|台|件|套|辆|个|次|项|年|%)|¥-?[0-9][0-9,.]*")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"  # no document may hold these
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"  # nobody sees these
)
_SPACES = " \t\r\n\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


@dataclass(frozen=True)
class Flaw:
    """A cell without a value to read: the problem (error_value, uncached_formula) and what stands there."""

    problem: str
    value: str


class Parsed(NamedTuple):
    """One cell understood: its value (None if empty or unusable) and what was wrong."""

    value: Any
    problem: str = ""
    detail: str = ""
    expected: str = ""


EMPTY = Parsed(None)


def clean_text(raw: object) -> str:
    """The text of a cell without outer blanks and without characters that no document may hold."""
    if isinstance(raw, str):
        text = raw.strip()
        if text.isprintable():
            return text
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return _UNPRINTABLE.sub("", text).strip()
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < MAX_NUMBER else format(raw, ".15g")
    if isinstance(raw, dt.date):
        return raw.isoformat()[:10]
    return clean_text(raw.value) if isinstance(raw, Flaw) else str(raw)


def compact(raw: object) -> str:
    """The text of a label without any blanks: 合　计 is 合计, and a title may be broken into lines."""
    return "".join(clean_text(raw).split())


def parse(column: Column, raw: object) -> Parsed:
    """Parse one cell by the type that its column declares. Never raises."""
    if isinstance(raw, str):
        raw = clean_text(raw)
    if raw == "" or raw is None:
        return EMPTY
    if isinstance(raw, Flaw):
        return Parsed(None, raw.problem)
    return _PARSERS[column.type](column, raw)


def _decimal(raw: object, unit: str) -> Parsed:
    """A number of any kind as Decimal. Excel keeps 15 significant digits, so 0.30000000000000004 is 0.3."""
    if isinstance(raw, float) and math.isfinite(raw):
        return Parsed(Decimal(format(raw, ".15g")))
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Parsed(Decimal(raw))
    if not isinstance(raw, str):
        return Parsed(None, "not_number")
    if len(raw) <= MAX_DIGITS and _NUMBER.fullmatch(raw):
        number = Decimal(raw.replace(",", ""))
        return Parsed(number, "text_number", expected=f"{number:,f}")
    narrow = unicodedata.normalize("NFKC", raw)
    if narrow != raw and len(narrow) <= MAX_DIGITS and _NUMBER.fullmatch(narrow):
        return Parsed(None, "full_width", expected=narrow)
    if "," in narrow and _WITH_COMMAS.fullmatch(narrow):
        return Parsed(None, "bad_thousands")
    if _WITH_UNIT.fullmatch(narrow):
        return Parsed(None, "unit_in_number", unit)
    return Parsed(None, "not_number")


def _amount(column: Column, raw: object) -> Parsed:
    if isinstance(raw, float) and abs(raw) < 1e9:  # nearly every cell; beyond, 分 need Decimal
        whole = round(raw * 100)
        return Parsed(whole) if abs(raw * 100 - whole) <= _NOISE_FEN else Parsed(None, "too_precise")
    parsed = _decimal(raw, column.unit)
    if parsed.value is None:
        return parsed
    if abs(parsed.value) > MAX_AMOUNT_FEN // 100:
        return Parsed(None, "too_large", column.unit)
    fen = parsed.value * 100
    whole = round(fen)
    if abs(fen - whole) > (_NOISE_FEN if isinstance(raw, float) else 0):
        return Parsed(None, "too_precise")
    return parsed._replace(value=whole)


def _count(column: Column, raw: object) -> Parsed:
    parsed = _decimal(raw, column.unit)
    if parsed.value is None:
        return parsed
    if abs(parsed.value) > MAX_COUNT:
        return Parsed(None, "too_large", column.unit)
    if parsed.value != int(parsed.value):
        return Parsed(None, "not_integer")
    return parsed._replace(value=int(parsed.value))


def _number(column: Column, raw: object) -> Parsed:
    """A target or its actual value: canonical digits, or words where the target is qualitative."""
    parsed = _decimal(raw, column.unit)
    if parsed.value is None:
        return parsed if parsed.problem in ("full_width", "bad_thousands") else _text(column, raw)
    if abs(parsed.value) > MAX_NUMBER:
        return Parsed(None, "too_large", column.unit)
    digits = format(round(parsed.value, 10), "f")
    digits = digits.rstrip("0").rstrip(".")
    return Parsed("0" if digits == "-0" else digits)


def _text(column: Column, raw: object) -> Parsed:
    text = clean_text(raw)
    if len(text) > MAX_TEXT:
        return Parsed(None, "text_too_long", expected=str(MAX_TEXT))
    return Parsed(text or None)


def _choice(column: Column, raw: object) -> Parsed:
    code = column.code_by_label.get(compact(raw))
    if code is None:
        return Parsed(None, "not_choice", "、".join(choice.label for choice in column.choices))
    return Parsed(code)


def _flag(column: Column, raw: object) -> Parsed:
    if isinstance(raw, bool):
        return Parsed(raw)
    flag = {"是": True, "否": False}.get(clean_text(raw))
    return Parsed(flag) if flag is not None else Parsed(None, "not_choice", "是、否")


def _date(column: Column, raw: object) -> Parsed:
    match = _DATE.fullmatch(clean_text(raw))  # of a date, too, this is the text
    try:
        date = dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        date = None
    return Parsed(date) if date and date.year in YEARS else Parsed(None, "not_date")


_PARSERS: dict[Type, Callable[[Column, object], Parsed]] = {
    Type.TEXT: _text,
    Type.AMOUNT: _amount,
    Type.COUNT: _count,
    Type.NUMBER: _number,
    Type.CHOICE: _choice,
    Type.FLAG: _flag,
    Type.DATE: _date,
}
