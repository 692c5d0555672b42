"""`jixiao diff` where there is nothing to list."""

from __future__ import annotations

from pathlib import Path

from tasks.layout import UnitFolder
from tests.support.command import Command


def test_versions_that_differ_by_the_settings_only_are_explained(tmp_path: Path, jixiao: Command) -> None:
    folder = UnitFolder.of(tmp_path / "output", 2020, "a")
    for number in ("0001", "0002"):
        (folder.versions / number).mkdir(parents=True)
        (folder.versions / number / "data.json").write_text('{"单位概况 · 单位全称": "甲"}', encoding="utf-8")
    folder.latest.symlink_to(folder.versions / "0002")
    done = jixiao("diff", "--unit", "a", "--year", "2020", cwd=tmp_path)
    assert done.code == 0
    assert "a 2020年：第 1 版 → 第 2 版，填报的数据没有不同。" in done.text
    assert "年度文件或评分办法改了" in done.text
