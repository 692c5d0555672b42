"""Files are replaced whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tasks.files import as_json, replace_file, replace_link, sweep
from tests.support.folders import fingerprint


def test_json_is_readable_and_keeps_its_order() -> None:
    assert as_json({"乙": "万元", "甲": [1]}) == '{\n  "乙": "万元",\n  "甲": [\n    1\n  ]\n}\n'.encode()


def test_an_equal_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.json"
    replace_file(path, b"1")
    before = fingerprint(tmp_path)
    replace_file(path, b"1")
    assert fingerprint(tmp_path) == before
    replace_file(path, b"2")
    assert path.read_bytes() == b"2"
    assert [p.name for p in path.parent.iterdir()] == ["a.json"]


def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    replace_file(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_link_is_switched_and_a_real_folder_is_not_overwritten(tmp_path: Path) -> None:
    link = tmp_path / "latest"
    for target in ("versions/0001", "versions/0002"):
        replace_link(link, target)
        assert link.readlink() == Path(target)
    assert [p.name for p in tmp_path.iterdir()] == ["latest"]
    copied = tmp_path / "copied"
    copied.mkdir()
    (copied / "report.docx").write_bytes(b"1")
    with pytest.raises(FileExistsError) as error:
        replace_link(copied, "versions/0001")
    assert error.value.errno == errno.EEXIST
    assert (copied / "report.docx").read_bytes() == b"1"


def test_sweep_takes_only_what_is_old_and_so_named(tmp_path: Path) -> None:
    for name in (".writing-old", ".writing-new", "report.docx"):
        (tmp_path / name).write_bytes(b"1")
    (tmp_path / ".writing-folder" / "deep").mkdir(parents=True)
    (tmp_path / ".writing-link").symlink_to("report.docx")
    (tmp_path / ".writing-dangling").symlink_to("nowhere")
    for name in (".writing-old", "report.docx", ".writing-folder"):
        os.utime(tmp_path / name, (0, 0))
    for name in (".writing-link", ".writing-dangling"):
        os.utime(tmp_path / name, (0, 0), follow_symlinks=False)
    sweep(tmp_path, ".writing-", 3600)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".writing-new", "report.docx"]
    sweep(tmp_path / "nowhere", ".writing-", 3600)
