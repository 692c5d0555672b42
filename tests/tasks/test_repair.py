"""A failing unit is noticed once its source says something else, not before and not again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tasks.repair import Watch
from tests.support.workbooks import registered


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "dsjzx.xlsx"
    path.write_bytes(b"wrong")
    return path


def record(out: Path, sha256: str | None, state: str = "未通过核对", year: int = 2020) -> None:
    folder = out / str(year) / "dsjzx"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "findings.json").write_text(json.dumps({"state": state, "input": {"sha256": sha256}}))


def look(watch: Watch, source: Path, times: int = 2, **changes: Any) -> list[str]:
    found: list[str] = []
    for _ in range(times):
        found = [repaired.key for repaired in watch.look([registered("dsjzx", source, **changes)], 2026)]
    return found


WRONG = hashlib.sha256(b"wrong").hexdigest()


def test_nothing_changed_nothing_found(tmp_path: Path, source: Path) -> None:
    record(tmp_path, WRONG)
    assert look(Watch(tmp_path), source) == []


def test_a_change_counts_when_it_has_settled(tmp_path: Path, source: Path) -> None:
    record(tmp_path, WRONG)
    watch = Watch(tmp_path)
    source.write_bytes(b"half")
    assert look(watch, source, times=1) == []
    source.write_bytes(b"whole")
    assert look(watch, source, times=1) == []
    (key,) = look(watch, source, times=1)
    assert look(watch, source, times=1) == [key], "the key stays until it has been run"


def test_a_change_back_and_forth_is_a_new_change(tmp_path: Path, source: Path) -> None:
    record(tmp_path, WRONG)
    source.write_bytes(b"right")
    (first,) = look(Watch(tmp_path), source)
    record(tmp_path, "other")
    (second,) = look(Watch(tmp_path), source)
    assert first != second


def test_a_workbook_that_was_not_there_is_found_when_it_comes(tmp_path: Path, source: Path) -> None:
    record(tmp_path, None)
    assert len(look(Watch(tmp_path), source)) == 1
    source.unlink()
    assert look(Watch(tmp_path), source) == []


def test_only_failing_units_of_the_newest_year_count(tmp_path: Path, source: Path) -> None:
    assert look(Watch(tmp_path), source) == []
    record(tmp_path, "0" * 64, state="已发布")
    assert look(Watch(tmp_path), source) == []
    record(tmp_path, "0" * 64)
    assert len(look(Watch(tmp_path), source)) == 1
    assert look(Watch(tmp_path), source, fault="登记有误") == []
    record(tmp_path, "0" * 64, state="已发布", year=2021)
    assert look(Watch(tmp_path), source) == []


def test_a_year_that_was_only_reminded_of_has_not_run(tmp_path: Path, source: Path) -> None:
    record(tmp_path, WRONG)
    (tmp_path / "2021").mkdir()
    (tmp_path / "2021" / "alerts.json").write_text("{}")
    source.write_bytes(b"right")
    assert len(look(Watch(tmp_path), source)) == 1


def test_a_mistyped_year_does_not_count(tmp_path: Path, source: Path) -> None:
    record(tmp_path, WRONG)
    record(tmp_path, WRONG, year=2062)
    source.write_bytes(b"right")
    (key,) = look(Watch(tmp_path), source)
    assert key.startswith("2020-")
