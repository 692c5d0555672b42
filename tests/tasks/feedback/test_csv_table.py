from __future__ import annotations

import csv

import pytest

from tasks.feedback.csv_table import csv_table


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("-1,234.56 元", "-1,234.56 元"),
        ("-1+cmd", "'-1+cmd"),
        ("“甲”，乙", "“甲”，乙"),
        ("一\x07二", "一二"),
    ],
)
def test_no_text_is_computed(text: str, written: str) -> None:
    content = csv_table(("栏",), [(text,)])
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(content.decode("utf-8-sig").splitlines())) == [["栏"], [written]]
