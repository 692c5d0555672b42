"""From what a cell holds to what it means: each type's grammar, strict and explained.

Every parser takes the raw value that calamine gives (str, float, int, bool, date, datetime, …; "" for an
empty cell) and returns (value, problem, detail): value None when empty or unusable, problem "" when none.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from expectations.contract import Column, Type

MAX_AMOUNT_FEN = 10**14
"""一万亿元: beyond any city department, and int64 stays exact for every rate computed from it."""
MAX_COUNT = 10**9
MAX_TEXT = 20_000

_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_WITH_COMMAS = re.compile(r"-?[\d,]+(?:\.\d+)?")
_WITH_UNIT = re.compile(r"-?[\d,.]+\s*(?:亿元|万元|元|人|台|件|辆|个|%)")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_SPACES = " \t\r\n\u00a0\u3000\ufeff\u200b"


class Parsed(NamedTuple):
    """One cell understood: its value (None if empty or unusable) and what was wrong."""

    value: Any
    problem: str = ""
    detail: str = ""
    expected: str = ""


def clean_text(raw: object) -> str:
    """The text of a cell without outer blanks and without characters that no document may hold."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, dt.datetime | dt.date):
        return raw.isoformat()[:10]
    return _CONTROL.sub("", str(raw)).replace("\r\n", "\n").replace("\r", "\n").strip(_SPACES)


def parse(column: Column, raw: object) -> Parsed:
    """Parse one cell by the type that its column declares."""
    if raw == "" or raw is None or (isinstance(raw, str) and not raw.strip(_SPACES)):
        return Parsed(None)
    return _PARSERS[column.type](column, raw)


def _decimal(raw: object, unit: str) -> Parsed:
    """A number of any kind as Decimal. Excel keeps 15 significant digits, so 0.30000000000000004 is 0.3."""
    if isinstance(raw, bool) or isinstance(raw, dt.date | dt.time | dt.timedelta):
        return Parsed(None, "not_number")
    if isinstance(raw, int | float):
        return Parsed(Decimal(format(raw, ".15g")))
    text = clean_text(raw)
    if _NUMBER.fullmatch(text):
        number = Decimal(text.replace(",", ""))
        return Parsed(number, "text_number", expected=f"{number:,f}")
    narrow = unicodedata.normalize("NFKC", text)
    if narrow != text and _NUMBER.fullmatch(narrow):
        return Parsed(None, "full_width", expected=narrow)
    if _WITH_COMMAS.fullmatch(text):
        return Parsed(None, "bad_thousands")
    if _WITH_UNIT.fullmatch(narrow):
        return Parsed(None, "unit_in_number", unit)
    return Parsed(None, "not_number")


def _amount(column: Column, raw: object) -> Parsed:
    if type(raw) is float and raw.is_integer() and abs(raw) < 1e12:  # nearly every cell
        return Parsed(int(raw) * 100)
    parsed = _decimal(raw, column.unit)
    if parsed.value is None:
        return parsed
    fen = parsed.value * 100
    if fen != fen.to_integral_value():
        return Parsed(None, "too_precise")
    if abs(fen) > MAX_AMOUNT_FEN:
        return Parsed(None, "too_large", column.unit)
    return parsed._replace(value=int(fen))


def _count(column: Column, raw: object) -> Parsed:
    parsed = _decimal(raw, column.unit)
    if parsed.value is None:
        return parsed
    if parsed.value != parsed.value.to_integral_value():
        return Parsed(None, "not_integer")
    if abs(parsed.value) > MAX_COUNT:
        return Parsed(None, "too_large", column.unit)
    return parsed._replace(value=int(parsed.value))


def _number(column: Column, raw: object) -> Parsed:
    """A target or its actual value: a number in canonical digits, or words where the target is qualitative."""
    parsed = _decimal(raw, column.unit)
    if parsed.value is None:
        return Parsed(clean_text(raw))
    return Parsed(format(parsed.value, "f"))


def _text(column: Column, raw: object) -> Parsed:
    text = clean_text(raw)
    if len(text) > MAX_TEXT:
        return Parsed(None, "text_too_long", expected=str(MAX_TEXT))
    return Parsed(text or None)


def _choice(column: Column, raw: object) -> Parsed:
    label = clean_text(raw)
    code = column.code_by_label.get(label)
    if code is None:
        return Parsed(None, "not_choice", "、".join(choice.label for choice in column.choices))
    return Parsed(code)


def _flag(column: Column, raw: object) -> Parsed:
    if isinstance(raw, bool):
        return Parsed(raw)
    flag = {"是": True, "否": False}.get(clean_text(raw))
    return Parsed(flag) if flag is not None else Parsed(None, "not_choice", "是、否")


def _date(column: Column, raw: object) -> Parsed:
    if isinstance(raw, dt.datetime):
        return Parsed(raw.date())
    if isinstance(raw, dt.date):
        return Parsed(raw)
    match = _DATE.fullmatch(clean_text(raw))
    try:
        return Parsed(dt.date(*map(int, match.groups()))) if match else Parsed(None, "not_date")
    except ValueError:
        return Parsed(None, "not_date")


_PARSERS: dict[Type, Callable[[Column, object], Parsed]] = {
    Type.TEXT: _text,
    Type.AMOUNT: _amount,
    Type.COUNT: _count,
    Type.NUMBER: _number,
    Type.CHOICE: _choice,
    Type.FLAG: _flag,
    Type.DATE: _date,
}
