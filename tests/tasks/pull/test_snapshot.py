"""What was handed in is kept, byte for byte, before anything reads it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.pull import Trouble, pull_unit, snapshot
from tasks.pull.snapshot import take_snapshot
from tests.support.raw import Book
from tests.support.workbooks import registered


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_is_named_by_its_content(tmp_path: Path) -> None:
    source = tmp_path / "book.xlsx"
    source.write_bytes(b"first")
    taken = take_snapshot(str(source), tmp_path / "inputs")
    sha256 = hashlib.sha256(b"first").hexdigest()
    assert (taken.source, taken.sha256, taken.size) == (str(source), sha256, 5)
    assert taken.path == tmp_path / "inputs" / f"{sha256}.xlsx"
    assert taken.path.read_bytes() == b"first"
    assert names(tmp_path / "inputs") == [f"{sha256}.xlsx"]


def test_equal_content_is_kept_once(tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for source in (first, second):
        source.write_bytes(b"same")
    taken = take_snapshot(str(first), tmp_path / "inputs")
    written = taken.path.stat()
    again = take_snapshot(str(second), tmp_path / "inputs")
    assert again.path == taken.path
    assert (again.path.stat().st_mtime_ns, again.path.stat().st_ino) == (written.st_mtime_ns, written.st_ino)


def test_source_that_changes_keeps_both(tmp_path: Path) -> None:
    source = tmp_path / "book.xlsx"
    for content in (b"first", b"second", b"first"):
        source.write_bytes(content)
        assert take_snapshot(str(source), tmp_path / "inputs").path.read_bytes() == content
    assert len(names(tmp_path / "inputs")) == 2


@pytest.mark.parametrize("damage", [b"", b"firs", b"fir5t", b"first and more"])
def test_damaged_copy_is_written_again(damage: bytes, tmp_path: Path) -> None:
    source = tmp_path / "book.xlsx"
    source.write_bytes(b"first")
    path = take_snapshot(str(source), tmp_path / "inputs").path
    path.write_bytes(damage)
    assert take_snapshot(str(source), tmp_path / "inputs").path.read_bytes() == b"first"
    assert names(tmp_path / "inputs") == [path.name]


def test_is_taken_before_anything_is_read(tmp_path: Path) -> None:
    source = tmp_path / "book.xlsx"
    source.write_bytes(b"no workbook at all")
    submission = pull_unit(registered("sjzyj", source), tmp_path / "inputs")
    assert [trouble.problem for trouble in submission.troubles] == ["not_xlsx"]
    assert submission.snapshot is not None
    assert submission.snapshot.path.read_bytes() == b"no workbook at all"


def test_values_come_from_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The source may change while a run goes on: what is read is what was kept."""
    source = tmp_path / "book.xlsx"
    source.write_bytes(Book().content())
    take = snapshot.take_snapshot

    def take_then_change(read_from: str, folder: Path) -> snapshot.Snapshot:
        taken = take(read_from, folder)
        source.write_bytes(b"changed meanwhile")
        return taken

    monkeypatch.setattr("tasks.pull.take_snapshot", take_then_change)
    submission = pull_unit(registered("sjzyj", source), tmp_path / "inputs")
    assert submission.troubles == ()
    assert submission.rows["profile"][0]["code"] == "sjzyj"


def test_reading_leaves_no_other_file(tmp_path: Path) -> None:
    submission = Book().put("预算收支总表", "E4", body="<f>E5</f>").pull(tmp_path)
    assert submission.snapshot is not None
    assert names(tmp_path / "inputs") == [submission.snapshot.path.name]


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "MAX_BYTES", 1024 * 1024)
    source = tmp_path / "book.xlsx"
    source.write_bytes(bytes(1024 * 1024))
    assert take_snapshot(str(source), tmp_path / "inputs").size == 1024 * 1024
    source.write_bytes(bytes(1024 * 1024 + 1))
    submission = pull_unit(registered("sjzyj", source), tmp_path / "more")
    assert submission.troubles == (Trouble("too_big", detail="文件超过 1 MB"),)
    assert submission.snapshot is None
    assert not (tmp_path / "more").exists()


FULL_DISK = """
import resource, sys
from pathlib import Path
from tasks.pull.snapshot import take_snapshot

folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    take_snapshot(str(folder / "book.xlsx"), folder / "inputs")
except OSError as error:
    print(error.errno)
"""


def test_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(bytes(50_000))
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": "."},
        cwd=Path(__file__).parents[3],
    )
    assert run.stdout == "27\n"  # EFBIG
    assert names(tmp_path / "inputs") == []
    assert take_snapshot(str(tmp_path / "book.xlsx"), tmp_path / "inputs").size == 50_000


def test_folder_that_cannot_be_written_may_pass(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"first")
    (tmp_path / "inputs").write_bytes(b"a file where the folder should be")
    with pytest.raises(FileExistsError):
        pull_unit(registered("sjzyj", tmp_path / "book.xlsx"), tmp_path / "inputs")
