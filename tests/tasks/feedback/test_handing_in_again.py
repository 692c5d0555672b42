"""The marked copy is handed in again: it reads as the original did, and old marks give way to new ones."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.formatting import ConditionalFormattingList

from expectations.rules import Severity
from tasks.feedback import marked_workbook
from tasks.feedback.marks import FILLS
from tasks.pull import Submission, pull_unit
from tasks.validate import validate
from tests.support.feedback import Look, boxes, finding, look, parts, write
from tests.support.raw import Book, pack, pull_content
from tests.support.workbooks import edit_workbook, registered

BUDGET, STAFF, PROFILE, PROJECTS = "预算收支总表", "人员编制", "单位概况", "项目支出"
RED = FILLS[Severity.CRITICAL]


def broken() -> Book:
    """A real unit's workbook with faults of many kinds, formulas (with and without results) among them."""
    return (
        Book()
        .put(BUDGET, "E4", "无")
        .put(BUDGET, "D4", body="<f>D5+D6</f>")
        .put(BUDGET, "D5", body="<f>1+1</f><v>2</v>")
        .put(STAFF, "B4", "１２")
        .put(STAFF, "C4", body="<v>#DIV/0!</v>", attributes='t="e"')
        .put(STAFF, "H9", "备注")
        .put(PROFILE, "B19", "长财绩[2021]2号")
        .put(PROJECTS, "B4", None)
        .replace(PROJECTS, '<row r="6"', '<row hidden="1" r="6"')
        .replace(
            STAFF, "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="B5:C5"/></mergeCells>'
        )
    )


def mark_all(folder: Path, submission: Submission) -> bytes:
    """Mark every place that reading complained about."""
    assert submission.snapshot
    findings = [finding(trouble.sheet, trouble.cell) for trouble in submission.troubles]
    marked = marked_workbook(submission.snapshot.path, [*findings, finding(PROJECTS)])
    assert marked is not None
    return marked


def test_the_marked_copy_reads_as_the_original(tmp_path: Path) -> None:
    original = broken().pull(tmp_path)
    assert len({trouble.problem for trouble in original.troubles}) >= 6
    again = pull_content(tmp_path, mark_all(tmp_path, original))
    assert again.snapshot
    assert original.snapshot
    assert again.snapshot.sha256 != original.snapshot.sha256
    assert again.rows == original.rows
    assert again.placements == original.placements
    assert again.troubles == original.troubles


def test_mended_in_the_marked_cells_it_is_accepted(tmp_path: Path) -> None:
    """From the workbook of a clerk to the findings, and from the marked copy to none."""
    path = write(tmp_path, Book().content())
    right = openpyxl.load_workbook(path)
    edits = [
        (BUDGET, "E4", "无"),
        (BUDGET, "D6", 1),
        (STAFF, "B4", "１２"),
        (STAFF, "C5", None),
        (PROFILE, "B19", "长财绩[2021]2号"),
        (PROJECTS, "K5", "不清楚"),
    ]
    edit_workbook(path, edits)
    submission = pull_unit(registered("sjzyj", path), tmp_path / "inputs")
    findings = validate([submission], 2020).findings["sjzyj"]
    assert submission.snapshot
    marked = marked_workbook(submission.snapshot.path, findings)
    assert marked
    shown = look(marked)
    places = {(sheet, cell) for sheet, look in shown.items() for cell in look.colours}
    assert places == {(finding.sheet, finding.cell) for finding in findings}
    assert {(sheet, cell) for sheet, cell, _ in edits} <= places

    again = write(tmp_path, marked, "again.xlsx")
    edit_workbook(again, [(sheet, cell, right[sheet][cell].value) for sheet, cell in places])
    mended = pull_unit(registered("sjzyj", again), tmp_path / "inputs")
    assert mended.troubles == ()
    assert validate([mended], 2020).findings["sjzyj"] == ()


def _as_it_is(content: bytes) -> bytes:
    return content


def _saved(content: bytes) -> bytes:
    book, saved = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _with_joined_runs(content: bytes) -> bytes:
    """Runs that look alike become one in some programs."""
    book = parts(content)
    for name in [name for name in book if name.startswith("xl/comments")]:
        between = rb"</t></r><r><rPr>(?:(?!</rPr>).)*</rPr><t[^>]*>"
        book[name] = re.sub(between, b"", book[name])
    return pack(book)


@pytest.mark.parametrize("resave", [_as_it_is, _saved, _with_joined_runs])
def test_old_marks_give_way(tmp_path: Path, resave: Callable[[bytes], bytes]) -> None:
    path = write(tmp_path, Book().content())
    before = look(path.read_bytes())
    old = [
        finding(STAFF, "A3"),
        finding(STAFF, "B4"),
        finding(BUDGET, "E4"),
        finding(PROFILE, "B19"),
        finding(PROJECTS),
    ]
    first = marked_workbook(path, old)
    assert first
    second = marked_workbook(write(tmp_path, resave(first)), [finding(STAFF, "B5", message="新")])
    assert second
    after = look(second)
    assert after[STAFF].colours == {"B5": RED}
    assert set(after[STAFF].notes) == {*before[STAFF].notes, "B5"}
    assert "新" in after[STAFF].notes["B5"]
    assert after[STAFF].notes["A3"] == before[STAFF].notes["A3"]
    for name in set(before) - {STAFF}:
        assert after[name] == before[name]


def _notes_deleted(sheet: Any) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            cell.comment = None


def _colours_deleted(sheet: Any) -> None:
    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.sheet_properties.tabColor = None


def _colours_of_cells_deleted(sheet: Any) -> None:
    _notes_deleted(sheet)
    sheet.conditional_formatting = ConditionalFormattingList()


@pytest.mark.parametrize("change", [_notes_deleted, _colours_deleted, _colours_of_cells_deleted])
def test_old_marks_give_way_when_the_clerk_removed_some_of_them(
    tmp_path: Path, change: Callable[[Any], None]
) -> None:
    path = write(tmp_path, Book().content())
    first = marked_workbook(path, [finding(PROFILE, "B19")])
    assert first
    book = openpyxl.load_workbook(io.BytesIO(first))
    change(book[PROFILE])
    book.save(path)
    second = marked_workbook(path, [finding(STAFF, "B4")])
    assert second
    assert look(second)[PROFILE] == Look({}, {}, "")


def test_the_boxes_of_old_marks_go_too(tmp_path: Path) -> None:
    path = write(tmp_path, Book().content())
    drawing = "xl/drawings/vmlDrawing1.vml"
    before = boxes(path.read_bytes(), drawing)
    first = marked_workbook(path, [finding(STAFF, "B4"), finding(STAFF, "C4")])
    assert first
    assert set(boxes(first, drawing)) == {*before, (3, 1), (3, 2)}
    second = marked_workbook(write(tmp_path, first), [finding(STAFF, "C4")])
    assert second
    assert set(boxes(second, drawing)) == {*before, (3, 2)}


def test_marking_twice_is_marking_once(tmp_path: Path) -> None:
    findings = [finding(STAFF, "A3"), finding(STAFF, "B4"), finding(PROFILE, "B19"), finding(PROJECTS)]
    first = marked_workbook(write(tmp_path, Book().content()), findings)
    assert first
    assert marked_workbook(write(tmp_path, first), findings) == first
