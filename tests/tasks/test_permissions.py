"""What is written is for its owner and group, whatever the umask: reports may name classified projects."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tasks.alerts.memory import open_memory
from tasks.files import file_lock, make_folder, replace_file, restrict, write_synced
from tasks.layout import UnitFolder
from tasks.ledger import update
from tasks.manifest import Edition
from tasks.publish import publish, stage
from tasks.pull import Submission
from tasks.pull.snapshot import take_snapshot
from tasks.quality import write_quality
from tasks.turn import take_turn
from tests.support.folders import readable_by_others
from tests.support.workbooks import EXAMPLE, registered

UMASKS = (0, 0o022, 0o002)


@pytest.fixture(params=UMASKS, ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def _lock(folder: Path) -> None:
    with file_lock(folder / ".lock"):
        pass


def _turn(folder: Path) -> None:
    with take_turn(folder, lambda: None):
        pass


def _alerts(folder: Path) -> None:
    with open_memory(folder) as memory:
        memory.put("told", {"sjzyj": "x"})


def _publish(folder: Path) -> None:
    unit = UnitFolder.of(folder, 2020, "sjzyj")
    snapshot = take_snapshot(str(EXAMPLE / "sjzyj.xlsx"), unit.inputs)
    submission = Submission(registered("sjzyj", "sjzyj.xlsx"), snapshot)
    publish(unit, stage(unit, {"report.docx": b"1"}, "run"), Edition(submission, 2020, (), (), {}, "run"))


WRITERS: dict[str, Callable[[Path], object]] = {
    "a file in new folders": lambda folder: replace_file(folder / "2020" / "sjzyj" / "findings.json", b"1"),
    "a file replaced": lambda folder: [replace_file(folder / "a", content) for content in (b"1", b"2")],
    "a synced file": lambda folder: (make_folder(folder), write_synced(folder / "a", b"1")),
    "a lock": lambda folder: (make_folder(folder), _lock(folder)),
    "a turn": _turn,
    "the memory of alerts": _alerts,
    "the ledger": lambda folder: update(folder / "2020", lambda known: {}),
    "the quality page": lambda folder: write_quality(folder / "2020", 2020, [], {}, []),
    "a snapshot and a version": _publish,
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_nobody_else_can_read(tmp_path: Path, umask: int, write: Callable[[Path], object]) -> None:
    folder = tmp_path / "out"
    write(folder)
    assert [path for path in folder.rglob("*") if path.is_file()]
    assert readable_by_others(folder) == []
    missing = [p for p in folder.rglob("*") if p.is_file() and p.stat().st_mode & 0o040 == 0]
    assert missing == [], "the group reads"


def test_a_stricter_umask_holds(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        replace_file(tmp_path / "new" / "a", b"1")
        replace_file(tmp_path / "new" / "a", b"2")
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "a").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    make_folder(shared)
    assert shared.stat().st_mode & 0o7777 == 0o2770


def test_what_a_library_wrote_is_restricted(tmp_path: Path) -> None:
    inner = tmp_path / "docs" / "static"
    inner.mkdir(parents=True)
    (inner / "a.css").write_bytes(b"1")
    (inner / "link").symlink_to("a.css")
    for path in (tmp_path / "docs", inner, inner / "a.css"):
        path.chmod(0o777)
    restrict(tmp_path / "docs")
    assert readable_by_others(tmp_path / "docs") == []


def test_the_commands_umask_is_restricted_never_widened() -> None:
    code = "import os, tasks.files; os.umask({}); tasks.files.restrict_umask(); print(oct(os.umask(0)))"
    for before, after in ((0o022, "0o27"), (0o077, "0o77"), (0, "0o27")):
        done = subprocess.run(
            [sys.executable, "-c", code.format(before)], check=True, text=True, stdout=subprocess.PIPE
        )
        assert done.stdout.strip() == after
