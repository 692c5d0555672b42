"""Whatever amounts, counts, texts and dates a workbook is written with are read back the same."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.pull import Submission
from tasks.pull.values import MAX_AMOUNT_FEN, clean_text
from tests.support.workbooks import Records, submit

FEN = st.one_of(
    st.integers(-MAX_AMOUNT_FEN, MAX_AMOUNT_FEN), st.integers(-(10**11), 10**11), st.integers(-10_000, 10_000)
)
AMOUNTS = ("initial", "change", "adjusted", "final", "surplus", "last_final")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


def handed_in(change: Any) -> Submission:
    with tempfile.TemporaryDirectory() as folder:
        return submit(Path(folder), change=change)


RANDOM = random.Random(1)
EVERY_SIZE = [
    tuple(sign * RANDOM.randrange(10**size) for _ in AMOUNTS) for size in range(15) for sign in (1, -1)
]


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(st.tuples(*[FEN] * len(AMOUNTS)), min_size=1, max_size=150))
@example(rows=EVERY_SIZE)
@example(rows=[(MAX_AMOUNT_FEN, -MAX_AMOUNT_FEN, 1, -1, 10**11 - 1, 1 - 10**11)])
def test_amounts(rows: list[tuple[int, ...]]) -> None:
    """Many projects a workbook, six amounts each."""

    def change(records: Records) -> None:
        first = records["projects"][0]
        records["projects"] = [
            first | {"code": f"P{number}"} | dict(zip(AMOUNTS, amounts, strict=True))
            for number, amounts in enumerate(rows)
        ]

    submission = handed_in(change)
    assert submission.troubles == ()
    assert [tuple(row[name] for name in AMOUNTS) for row in submission.rows["projects"]] == rows


@settings(max_examples=12, deadline=None)
@given(
    texts=st.lists(TEXTS.filter(clean_text), min_size=60, max_size=60),
    date=st.dates(dt.date(1900, 3, 1), dt.date(2100, 12, 31)),
)
def test_texts_and_dates(texts: list[str], date: dt.date) -> None:
    def change(records: Records) -> None:
        first = records["narratives"][0]
        records["narratives"] = [first | {"text": text} for text in texts]
        records["profile"][0]["reported_on"] = date

    submission = handed_in(change)
    assert submission.troubles == ()
    assert [row["text"] for row in submission.rows["narratives"]] == [clean_text(text) for text in texts]
    assert submission.rows["profile"][0]["reported_on"] == date
