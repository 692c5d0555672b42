"""The fill-in workbook: every question of the self-check is printed, also where nothing is answered."""

from __future__ import annotations

import warnings
from pathlib import Path

import openpyxl

from expectations.contract import CONTRACT
from tasks.render.workbook import write_workbook
from tests.support.raw import pull_content


def test_the_blank_workbook_asks_every_question(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # XlsxWriter warns of what a spreadsheet would refuse
        write_workbook(path, {})
    sheet = openpyxl.load_workbook(path)["管理自查"]
    asked = [sheet.cell(row, 1).value for row in range(4, 4 + len(CONTRACT["checklist"]["item"].choices))]
    assert asked == [choice.label for choice in CONTRACT["checklist"]["item"].choices]


def test_questions_left_blank_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    write_workbook(path, {"checklist": [{"item": "data_true", "is_met": False}]})
    submission = pull_content(tmp_path, path.read_bytes())
    assert [row["item"] for row in submission.rows["checklist"]] == ["data_true"]
    assert submission.rows["supplement"] == []
    assert not [t for t in submission.troubles if t.table in ("checklist", "supplement")]
