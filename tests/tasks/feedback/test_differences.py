"""What differs between two versions: listed cell by cell, exported as text, classified projects closed."""

from __future__ import annotations

import io

import openpyxl

from tasks.changes import Difference, flatten, list_differences
from tasks.feedback.differences import differences_csv, differences_workbook
from tasks.findings import HIDDEN
from tests.support.memory import values_of
from tests.support.workbooks import example_records, row


def test_cells_new_rows_and_gone_rows() -> None:
    before = {"表 · 甲 · 数": "1", "表 · 甲 · 名": "同", "表 · 乙 · 数": "2"}
    after = {"表 · 丙 · 数": "3", "表 · 甲 · 名": "同", "表 · 甲 · 数": "9"}
    assert list_differences(before, after) == [
        Difference("表 · 甲 · 数", "1", "9"),
        Difference("表 · 乙 · 数", "2", None),
        Difference("表 · 丙 · 数", None, "3"),
    ]
    assert list_differences(before, dict(reversed(before.items()))) == []


def test_classified_projects_stay_closed() -> None:
    records, changed = example_records("dsjzx"), example_records("dsjzx")
    secret = next(p for p in records["projects"] if p["is_classified"])
    row(changed, "projects", code=secret["code"])["final"] += 12_345_678
    (difference,) = list_differences(
        flatten(values_of(records, "dsjzx")), flatten(values_of(changed, "dsjzx"))
    )
    assert (difference.before, difference.after) == (HIDDEN, HIDDEN)
    assert difference.shown == (HIDDEN, HIDDEN)


def test_a_part_that_differs_is_shown() -> None:
    shown = Difference("x", f"{'同' * 60}甲", f"{'同' * 60}乙").shown
    assert "甲" in shown[0]
    assert "乙" in shown[1]


def test_files_hold_text_and_repeat() -> None:
    found = [Difference("表 · 甲 · 名", "=1+1", "@SUM(A1)"), Difference("表 · 甲 · 数", None, "-5.00 元")]
    content = differences_workbook("甲", found)
    assert content == differences_workbook("甲", found)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("=1+1", "s")
    assert differences_csv(found).decode("utf-8-sig").splitlines() == [
        "位置,原来,现在",
        "表 · 甲 · 名,'=1+1,'@SUM(A1)",
        "表 · 甲 · 数,,-5.00 元",
    ]
