"""Reading published versions back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.archive import NoVersionError, read_data
from tasks.layout import UnitFolder


@pytest.fixture
def folder(tmp_path: Path) -> UnitFolder:
    """A unit with three versions, the second one current."""
    unit = UnitFolder.of(tmp_path, 2020, "a")
    for number in (1, 2, 3):
        version = unit.versions / f"{number:04d}"
        version.mkdir(parents=True)
        (version / "data.json").write_text(json.dumps({"表 · 行 · 列": str(number)}), encoding="utf-8")
    unit.latest.symlink_to("versions/0002")
    return unit


def test_the_current_one_or_the_one_asked_for(folder: UnitFolder) -> None:
    assert read_data(folder) == (2, {"表 · 行 · 列": "2"})
    assert read_data(folder, 3) == (3, {"表 · 行 · 列": "3"})


def test_says_which_there_are(folder: UnitFolder, tmp_path: Path) -> None:
    with pytest.raises(NoVersionError, match="2020年 a 没有第 4 版，已有的版本：1、2、3"):
        read_data(folder, 4)
    with pytest.raises(NoVersionError, match=r"2020年 b 还没有发布过，.*由历史资料导入的年度没有版本"):
        read_data(UnitFolder.of(tmp_path, 2020, "b"))
    (folder.versions / "0001" / "data.json").write_text("{", encoding="utf-8")
    with pytest.raises(NoVersionError, match="第 1 版的数据无法读取"):
        read_data(folder, 1)


def test_before_the_first_there_is_none(tmp_path: Path) -> None:
    unit = UnitFolder.of(tmp_path, 2020, "a")
    (unit.versions / "0001").mkdir(parents=True)
    with pytest.raises(NoVersionError, match="2020年 a 只有第 1 版，还没有可以比较的上一版"):
        read_data(unit, 0)
