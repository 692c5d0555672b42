"""What the store says of runs and units."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

from tasks.manifest import MANIFEST
from tasks.store import Address, RunState, open_store
from tasks.store.entering import enter
from tasks.store.reading import count_rows, last_runs, unknown_versions, way_of
from tests.support.memory import FINDING
from tests.support.store import START, begun, run_record


def _story(tmp_path: Path, store: Address) -> None:
    """Blocked, then mended, then a year before, then broken off."""
    second = replace(FINDING, cell="D1", message="后改")
    with open_store(store) as connection:
        enter(connection, run_record(tmp_path, "a", findings=[FINDING, second]))
        enter(connection, run_record(tmp_path, "b", minutes=5))
        enter(connection, begun("old", year=2019, minutes=7).interrupted())
        broken = begun("c", minutes=9).ended(RunState.BROKEN_OFF, "磁盘空间不足", START)
        enter(connection, broken)


def test_the_last_runs(tmp_path: Path, store: Address) -> None:
    _story(tmp_path, store)
    with open_store(store) as connection:
        lines = last_runs(connection)
        assert [(line.year, line.state, line.published, line.units) for line in lines] == [
            (2020, "运行出错", 0, 0),
            (2019, "已中断", 0, 0),
            (2020, "全部发布", 2, 2),
            (2020, "部分未发布", 1, 2),
        ]
        assert lines[0].message == "磁盘空间不足"
        assert lines[-1].started == START
        assert [line.year for line in last_runs(connection, 2019)] == [2019]
        assert [line.state for line in last_runs(connection, 2020, limit=1)] == ["运行出错"]


def test_one_units_way(tmp_path: Path, store: Address) -> None:
    _story(tmp_path, store)
    with open_store(store) as connection:
        found = [
            (line.state, line.version, line.findings, line.trouble) for line in way_of(connection, "sjzyj")
        ]
        assert found == [
            ("已发布", 1, 0, ""),
            ("未通过核对", None, 2, "“基本支出”表 C10：“全年预算数”为 -1.00，不应为负数"),
        ]
        assert [(line.state, line.version) for line in way_of(connection, "dsjzx")] == [
            ("无变化", 1),
            ("已发布", 1),
        ]
        assert way_of(connection, "dsjzx", 2019) == []
        assert way_of(connection, "nobody") == []


def test_published_versions_that_the_store_lacks(tmp_path: Path, store: Address) -> None:
    _story(tmp_path, store)
    with open_store(store) as connection:
        assert unknown_versions(connection, tmp_path) == []
        versions = tmp_path / "2020" / "dsjzx" / "versions"
        shutil.copytree(versions / "0001", versions / "0002")
        (versions / ".staging-x").mkdir()
        assert unknown_versions(connection, tmp_path) == ["2020/dsjzx/0002"]
        assert count_rows(connection)["每次运行"] == 4


def test_copies_put_aside_are_no_versions(tmp_path: Path, store: Address) -> None:
    _story(tmp_path, store)
    versions = tmp_path / "2020" / "dsjzx" / "versions"
    shutil.copytree(versions / "0001", versions / "0001.bak")
    shutil.copytree(tmp_path / "2020", tmp_path / "2020.bak", symlinks=True)
    with open_store(store) as connection:
        assert unknown_versions(connection, tmp_path) == []


def test_a_version_of_the_same_number_by_another_run(tmp_path: Path, store: Address) -> None:
    """As in an output folder that was begun again."""
    _story(tmp_path, store)
    version = tmp_path / "2020" / "dsjzx" / "versions" / "0001"
    manifest = json.loads((version / MANIFEST).read_bytes())
    (version / MANIFEST).write_text(json.dumps(manifest | {"run_id": "other"}), encoding="utf-8")
    with open_store(store) as connection:
        assert unknown_versions(connection, tmp_path) == ["2020/dsjzx/0001"]
        (version / MANIFEST).write_text("{", encoding="utf-8")
        assert unknown_versions(connection, tmp_path) == [], "nothing says that it is another"
