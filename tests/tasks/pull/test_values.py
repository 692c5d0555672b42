"""The grammar of each type of cell: compared with oracles, and against whatever a cell may hold."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from expectations.contract import CONTRACT, Column, Type
from expectations.rules.reading import READING_RULES
from tasks.pull.values import MAX_AMOUNT_FEN, MAX_COUNT, MAX_TEXT, Flaw, clean_text, compact, parse

AMOUNT, COUNT, NUMBER, TEXT, DATE = (
    next(column for table in CONTRACT.tables for column in table.columns if column.type is type_)
    for type_ in (Type.AMOUNT, Type.COUNT, Type.NUMBER, Type.TEXT, Type.DATE)
)
ONE_OF_EACH = [
    next(column for table in CONTRACT.tables for column in table.columns if column.type is type_)
    for type_ in Type
]
VALUES: dict[Type, type] = {
    Type.TEXT: str,
    Type.AMOUNT: int,
    Type.COUNT: int,
    Type.NUMBER: str,
    Type.CHOICE: str,
    Type.FLAG: bool,
    Type.DATE: dt.date,
}
PROBLEMS = {rule.check.problem for rule in READING_RULES if rule.code.startswith("D3")}
LIKE_NUMBERS = st.text("0123456789０９１,，.．-－+ 万元%e¥", max_size=12)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    LIKE_NUMBERS,
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.sampled_from([Flaw("error_value", "#REF!"), Flaw("uncached_formula", "=A1")]),
    st.integers(min_value=10**300, max_value=10**310),
    st.from_regex(r"\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?"),
)


@settings(deadline=None)
@given(raw=CELLS)
@example("9" * 5_000)
@example("0." + "0" * 5_000 + "1")
@example("1," * 5_000)
@example("\ud800")
@example(float("nan"))
@example(float("-inf"))
@example(10**400)
@example(dt.date.min)
def test_never_raises(raw: Any) -> None:
    for column in ONE_OF_EACH:
        parsed = parse(column, raw)
        assert parsed.value is None or type(parsed.value) is VALUES[column.type]
        assert parsed.problem in PROBLEMS | {""}
        assert parsed.value is not None or parsed.problem or clean_text(raw) in ("", "None")
        assert clean_text(clean_text(raw)) == clean_text(raw)


def strictly(text: str) -> Decimal | None:
    """The number that a text is by the strictest reading: digits, or digits in groups of three."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, point, decimals = digits.partition(".")
    groups = whole.split(",")
    if point and not (decimals.isascii() and decimals.isdigit()):
        return None
    if not all(group.isascii() and group.isdigit() for group in groups):
        return None
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        return None
    return sign * Decimal(f"{''.join(groups)}.{decimals or '0'}")


@settings(deadline=None)
@given(text=st.one_of(LIKE_NUMBERS, st.from_regex(r"-?\d{1,4}(,\d{2,4}){0,3}(\.\d{0,3})?", fullmatch=True)))
@example("1,463.09")
@example("1,4653.09")
@example(",463.09")
@example("1,463,.09")
@example("1463.")
@example(".5")
@example("--5")
def test_text_is_a_number_exactly_when_strictly_so(text: str) -> None:
    text = text.strip()
    number, parsed = strictly(text), parse(AMOUNT, text)
    if number is None or number * 100 != int(number * 100):
        assert parsed.value is None
        assert parsed.problem or text == ""
    else:
        assert (parsed.value, parsed.problem) == (int(number * 100), "text_number")
        assert Decimal(parsed.expected.replace(",", "")) == number


@settings(deadline=None)
@given(text=st.from_regex(r"-?[0-9]{1,3}(,[0-9]{3}){0,3}(\.[0-9]{1,2})?", fullmatch=True))
def test_full_width_is_never_read_but_said_how_to_write(text: str) -> None:
    wide = text.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789,.-"})
    parsed = parse(AMOUNT, wide)
    assert (parsed.value, parsed.problem, parsed.expected) == (None, "full_width", text)


@settings(deadline=None)
@given(fen=st.integers(-MAX_AMOUNT_FEN, MAX_AMOUNT_FEN))
@example(MAX_AMOUNT_FEN)
@example(-MAX_AMOUNT_FEN)
@example(10**11 - 1)
@example(10**11 + 1)
def test_every_amount_survives_as_a_float(fen: int) -> None:
    assert parse(AMOUNT, float(Decimal(fen) / 100)) == (fen, "", "", "")
    assert parse(AMOUNT, f"{Decimal(fen) / 100:,.2f}").value == fen


@settings(deadline=None)
@given(
    terms=st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=6),
)
def test_sums_that_a_spreadsheet_computed(terms: list[int]) -> None:
    """Amounts up to a thousand million, added as floats, as a formula does."""
    computed = 0.0
    for term in terms:
        computed += term / 100
    assert parse(AMOUNT, computed).value == sum(terms)


@settings(deadline=None)
@given(value=st.decimals(-(10**7), 10**7, places=4).filter(lambda value: value * 100 != int(value * 100)))
def test_more_than_two_decimals(value: Decimal) -> None:
    for raw in (float(value), str(value)):
        assert parse(AMOUNT, raw)[:2] == (None, "too_precise")


@settings(deadline=None)
@given(fen=st.integers(min_value=MAX_AMOUNT_FEN + 1, max_value=10**25))
def test_too_large(fen: int) -> None:
    assert parse(AMOUNT, f"{Decimal(fen) / 100}").problem == "too_large"
    if float(fen) > MAX_AMOUNT_FEN * 1.01:
        assert parse(AMOUNT, float(fen) / 100).problem == "too_large"


@settings(deadline=None)
@given(count=st.integers(-(10**12), 10**12))
def test_counts(count: int) -> None:
    expected = (count, "") if abs(count) <= MAX_COUNT else (None, "too_large")
    assert parse(COUNT, float(count))[:2] == expected
    assert parse(COUNT, count)[:2] == expected


@settings(deadline=None)
@given(number=st.decimals(-(10**9), 10**9, places=6))
def test_numbers_are_canonical_digits(number: Decimal) -> None:
    read = parse(NUMBER, float(number)).value
    assert Decimal(read) == number
    assert re.fullmatch(r"0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", read)
    assert read != "-0"
    assert parse(NUMBER, str(number)).value == read
    assert parse(NUMBER, f"{number:,f}").value == read


@settings(deadline=None)
@given(
    date=st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)),
    form=st.sampled_from(
        [
            "{0:%Y-%m-%d}",
            "{0.year}-{0.month}-{0.day}",
            "{0.year}年{0.month}月{0.day}日",
            "{0.year}.{0.month}.{0.day}",
            "{0:%Y/%m/%d}",
        ]
    ),
)
def test_dates(date: dt.date, form: str) -> None:
    assert parse(DATE, form.format(date)) == (date, "", "", "")
    assert parse(DATE, date).value == date
    assert parse(DATE, dt.datetime(date.year, date.month, date.day, 23, 59)).value == date


@pytest.mark.parametrize("year", [1, 1899, 2101, 9999])
def test_dates_that_nobody_means(year: int) -> None:
    assert parse(DATE, dt.date(year, 3, 15)).problem == "not_date"
    assert parse(DATE, f"{year:04}-03-15").problem == "not_date"


@settings(deadline=None)
@given(text=st.text())
def test_clean_text_may_stand_in_any_document(text: str) -> None:
    clean = clean_text(text)
    assert clean == clean.strip()
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff\u200b-\u200f\u202a-\u202e\ufeff]", clean
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (610102.0, "610102"), (1e15, "1e+15"), (0.1 + 0.2, "0.3"), (True, "TRUE"), (False, "FALSE"), (7, "7"),
        (dt.date(2021, 3, 15), "2021-03-15"), (dt.datetime(2021, 3, 15, 9), "2021-03-15"),
        (dt.time(9, 30), "09:30:00"), (Flaw("error_value", " #REF! "), "#REF!"), ("a\x0b\x01b\x7f", "ab"),
        ("\u3000甲\u3000乙\u00a0", "甲\u3000乙"), ("\ufeff\u200b甲\u00ad", "甲"),
        ("\u200b \u200b甲 \u200b", "甲"),
    ],
)  # fmt: skip
def test_clean_text(raw: object, text: str) -> None:
    assert clean_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "label"), [("合\u3000计", "合计"), (" 全年\n预算数\u200b", "全年预算数"), (5.0, "5")]
)
def test_compact(raw: object, label: str) -> None:
    assert compact(raw) == label


def choices() -> list[tuple[Column, str, str]]:
    columns = (column for table in CONTRACT.tables for column in table.columns if column.choices)
    return [(column, label, code) for column in columns for label, code in column.code_by_label.items()]


def test_every_label_and_alias_is_taken() -> None:
    for column, label, code in choices():
        assert parse(column, f" {label[0]}　{label[1:]}\u200b ").value == code
        assert parse(column, code).problem == "not_choice"


def test_text_may_have_its_longest_length() -> None:
    assert parse(TEXT, "长" * MAX_TEXT).value == "长" * MAX_TEXT
    assert parse(TEXT, f"  {'长' * MAX_TEXT}  ").value == "长" * MAX_TEXT
    assert parse(TEXT, "长" * (MAX_TEXT + 1)) == (None, "text_too_long", "", str(MAX_TEXT))
