"""What lies in the folder of a unit after a run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tasks.feedback import findings_workbook, marked_workbook, write_feedback
from tasks.layout import UnitFolder
from tasks.pull import Submission, pull_unit
from tests.support.feedback import finding
from tests.support.folders import fingerprint
from tests.support.raw import Book, pull_content
from tests.support.workbooks import registered, submit

FINDINGS = [finding("人员编制", "B4")]


def folder(tmp_path: Path) -> UnitFolder:
    return UnitFolder.of(tmp_path / "out", 2020, "sjzyj")


def names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in folder(tmp_path).path.iterdir())


def test_the_list_and_the_marked_copy(tmp_path: Path) -> None:
    submission = submit(tmp_path)
    write_feedback(folder(tmp_path), submission, 2020, FINDINGS)
    assert names(tmp_path) == ["findings.xlsx", "已标注-sjzyj.xlsx"]
    path, source = folder(tmp_path).path, tmp_path / "sjzyj.xlsx"
    assert (path / "findings.xlsx").read_bytes() == findings_workbook("长沙市数据资源管理局", 2020, FINDINGS)
    assert (path / "已标注-sjzyj.xlsx").read_bytes() == marked_workbook(source, FINDINGS)


def test_the_same_again_touches_nothing(tmp_path: Path) -> None:
    submission = submit(tmp_path)
    write_feedback(folder(tmp_path), submission, 2020, FINDINGS)
    for path in folder(tmp_path).path.iterdir():
        os.utime(path, (1_600_000_000, 1_600_000_000))
    before = fingerprint(folder(tmp_path).path)
    write_feedback(folder(tmp_path), submission, 2020, FINDINGS)
    assert fingerprint(folder(tmp_path).path) == before


def test_no_findings_leave_nothing(tmp_path: Path) -> None:
    submission = submit(tmp_path)
    write_feedback(folder(tmp_path), submission, 2020, [])  # not even a folder yet
    assert not folder(tmp_path).path.exists()
    write_feedback(folder(tmp_path), submission, 2020, FINDINGS)
    other = folder(tmp_path).path / "findings.json"
    other.write_text("{}")
    write_feedback(folder(tmp_path), submission, 2020, [])
    assert names(tmp_path) == ["findings.json"]


@pytest.mark.parametrize("content", [b"", Book().content()[:-300]])
def test_a_file_that_cannot_be_marked_leaves_no_old_marked_copy(tmp_path: Path, content: bytes) -> None:
    write_feedback(folder(tmp_path), submit(tmp_path), 2020, FINDINGS)
    weird = pull_content(tmp_path, content)
    assert weird.troubles
    write_feedback(folder(tmp_path), weird, 2020, FINDINGS)
    assert names(tmp_path) == ["findings.xlsx"]


def test_nothing_handed_in(tmp_path: Path) -> None:
    missing = pull_unit(registered("sjzyj", tmp_path / "nothing.xlsx"), tmp_path / "inputs")
    write_feedback(folder(tmp_path), missing, 2020, [finding(rule="D102")])
    assert names(tmp_path) == ["findings.xlsx"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/data/基础 资料.XLSX", "已标注-基础_资料.XLSX"),
        ("/data/已标注-基础资料.xlsx", "已标注-基础资料.xlsx"),
        ("/data/带宏.xlsm", "已标注-带宏.xlsm"),
        ("/data/旧.xls", "已标注-旧.xls.xlsx"),
        ("https://user:secret@example.invalid/a%2F..%2F..%2Fb.xlsx?token=secret", "已标注-a_.._.._b.xlsx"),
        ("https://example.invalid/a%00%0Ab.xlsx", "已标注-a_b.xlsx"),
        ("https://example.invalid/", "已标注-.xlsx"),
        (f"/data/{'长' * 80}.xlsx", f"已标注-{'长' * 60}.xlsx"),
    ],
)
def test_the_name_is_fit_for_a_file(tmp_path: Path, source: str, name: str) -> None:
    read = submit(tmp_path)
    submission = Submission(registered("sjzyj", source), read.snapshot, read.rows, read.placements)
    write_feedback(folder(tmp_path), submission, 2020, FINDINGS)
    assert names(tmp_path) == ["findings.xlsx", name]
    assert not list(tmp_path.glob("**/b.xlsx"))


def test_the_copy_of_a_file_by_another_name_goes(tmp_path: Path) -> None:
    read = submit(tmp_path)
    for source in ("/data/旧名.xlsx", "/data/新名.xlsx"):
        submission = Submission(registered("sjzyj", source), read.snapshot, read.rows, read.placements)
        write_feedback(folder(tmp_path), submission, 2020, FINDINGS)
    assert names(tmp_path) == ["findings.xlsx", "已标注-新名.xlsx"]
