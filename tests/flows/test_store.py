"""The store in a run: SQLite or PostgreSQL make no difference, and its failure none to the units."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tasks.publish import Published
from tasks.results import State, UnitResult, describe_error
from tasks.store import Address, Outbox, Record, RunState, find_address, sync
from tasks.store.address import VARIABLE
from tests.support.command import Command, Outcome
from tests.support.postgres import PASSWORD, Postgres
from tests.support.store import START, begun, content
from tests.support.workbooks import copy_example, edit_workbook

SECRET = "天狼星"


@dataclass(frozen=True)
class Runs:
    """Two runs over the same workbooks: one whose store refuses it, one all on PostgreSQL."""

    units: Path
    refused: Outcome
    waiting: list[str]
    on_postgres: Outcome
    postgres: Address

    def out(self, name: str) -> Path:
        return self.units.parent / name


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory,
    new_prefect_home: Callable[[], Path],
    jixiao: Command,
    postgres_session: Postgres,
) -> Runs:
    units = copy_example(tmp_path_factory.mktemp("store") / "units")
    # Of a classified project: told as a finding, published all the same.
    edit_workbook(units / "dsjzx.xlsx", [("项目支出", "O12", f"{SECRET}内容")])
    url = postgres_session.url(postgres_session.new_database())
    refused = jixiao(
        *("run", "--year", "2020", "--out", units.parent / "refused"),
        cwd=units,
        JIXIAO_DATABASE_URL=url.replace("s%40cret", "hunter2"),
    )
    waiting = [path.name for path in Outbox(units.parent / "refused").waiting()]
    on_postgres = Command(new_prefect_home())(
        *("run", "--year", "2020", "--out", units.parent / "postgres"),
        cwd=units,
        JIXIAO_DATABASE_URL=url,
        PREFECT_API_DATABASE_CONNECTION_URL=postgres_session.new_prefect_url(),
    )
    address = find_address(units, {VARIABLE: url})
    return Runs(units, refused, waiting, on_postgres, address)


def _published(out: Path) -> dict[str, bytes]:
    """All files that people get; a manifest names the run that made it."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "manifest.json" and path.parts[len(out.parts)] != ".store-outbox"
    }


def test_prefect_and_the_store_on_postgresql_change_no_byte(runs: Runs) -> None:
    assert runs.on_postgres.code == 0, runs.on_postgres.text
    assert "2/2 个单位已发布" in runs.on_postgres.text
    assert "运行记录没有登记" not in runs.on_postgres.text
    files = _published(runs.out("postgres"))
    assert {Path(name).suffix for name in files} >= {".docx", ".pdf", ".html", ".xlsx", ".json"}
    assert files == _published(runs.out("refused"))


def test_a_store_that_refuses_changes_nothing_for_the_units(runs: Runs) -> None:
    assert runs.refused.code == 0, runs.refused.text
    assert "2/2 个单位已发布" in runs.refused.text
    assert "运行记录没有登记到台账库：台账库不能使用：PostgreSQL jixiao@" in runs.refused.text
    assert "用户名或口令不对" in runs.refused.text
    assert "记录已留存，下次运行或 jixiao store sync 时登记" in runs.refused.text
    assert "hunter2" not in runs.refused.text
    assert len(runs.waiting) == 1


def test_the_same_run_in_both_databases(runs: Runs, tmp_path: Path, postgres: Postgres) -> None:
    server = find_address(tmp_path, {VARIABLE: postgres.url(postgres.new_database())})
    found = []
    for address in (find_address(tmp_path, {}), server):
        out = tmp_path / address.url.get_backend_name()
        shutil.copytree(Outbox(runs.out("refused")).folder, Outbox(out).folder)
        assert sync(out, address).entered == 1
        found.append(content(address))
    assert found[0] == found[1]
    assert len(found[0]["versions"]) == 2
    assert len(found[0]["indicators"]) == 70


def test_what_the_store_has_of_the_run_on_postgresql(runs: Runs) -> None:
    rows = content(runs.postgres)
    ((run, *_, year, asked, source, reason, _, _, ended, state, message),) = rows["runs"]
    assert (year, asked, source, reason, state) == (2020, None, "命令行", "", "全部发布")
    assert ended is not None
    assert message == "2/2 个单位已发布"
    manifest_run = run.removesuffix(".1")
    assert {version[3] for version in rows["versions"]} == {manifest_run}
    assert [(finding[3], finding[6]) for finding in rows["findings"]] == [("E303", "项目支出")]


def test_nothing_of_a_classified_project_is_in_store_or_outbox(runs: Runs) -> None:
    kept = "".join(path.read_text("utf-8") for path in Outbox(runs.out("refused")).waiting())
    for text in (repr(content(runs.postgres)), kept):
        assert "E303" in text
        for word in (SECRET, "长沙市电子政务内网一期项目", "1,298,600"):
            assert word not in text


def test_commands_show_it(runs: Runs, jixiao: Command, tmp_path: Path) -> None:
    environment = {VARIABLE: runs.postgres.url.render_as_string(hide_password=False)}
    out = runs.out("postgres")
    listed = jixiao("runs", "--out", out, **environment)
    assert listed.code == 0, listed.text
    for word in ("命令行", "全部", "全部发布", "2/2", "2020"):
        assert word in listed.text
    way = jixiao("runs", "--unit", "dsjzx", "--out", out, **environment)
    assert "已发布" in way.text
    assert "“项目支出”表 O12：涉密项目填写了" in way.text
    table = tmp_path / "way.csv"
    assert jixiao("runs", "--unit", "dsjzx", "--csv", table, "--out", out, **environment).code == 0
    header, row = csv.reader(table.read_text("utf-8-sig").splitlines())
    assert header == ["开始", "年度", "发起", "状态", "版本", "问题数", "先改哪里"]
    assert row[1:5] == ["2020", "命令行", "已发布", "1"]
    checked = jixiao("store", "check", "--out", out, **environment)
    assert checked.code == 0, checked.text
    assert "台账库可以使用，结构版本 0001：PostgreSQL jixiao@" in checked.text
    for said in (listed, way, checked):
        assert PASSWORD not in said.text
        assert "s%40cret" not in said.text


def test_sync_enters_what_waited(runs: Runs, jixiao: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(runs.out("refused"), out)
    assert jixiao("store", "check", "--out", out).code == 2, "no store yet, and none is made by looking"
    assert not (out / "jixiao.db").exists()
    made = jixiao("store", "upgrade", "--out", out)
    assert (made.code, "结构版本为 0001" in made.text) == (0, True)
    unknown = jixiao("store", "check", "--out", out)
    assert unknown.code == 1
    assert "1 次运行的记录没有登记（含正在进行的），请运行 jixiao store sync" in unknown.text
    assert "2 个版本没有登记：2020/dsjzx/0001、2020/sjzyj/0001" in unknown.text
    assert "另有 1 次运行的记录没有登记" in jixiao("runs", "--out", out).text
    synced = jixiao("store", "sync", "--out", out)
    assert (synced.code, synced.text.strip()) == (0, "登记了 1 次运行")
    assert jixiao("store", "check", "--out", out).code == 0
    nowhere = jixiao("runs", "--out", tmp_path / "nowhere")
    assert nowhere.code == 2
    assert "没有输出目录" in nowhere.text


def test_looking_makes_and_changes_no_store(jixiao: Command, tmp_path: Path) -> None:
    missing = jixiao("runs", "--out", tmp_path)
    assert missing.code == 2
    assert "台账库还没有建立：SQLite" in missing.text
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "jixiao.db").touch()
    for command in (["runs"], ["store", "check"]):
        older = jixiao(*command, "--out", tmp_path)
        assert older.code == 2, older.text
        assert "台账库的结构版本为 空，本程序用的是 0001" in older.text
        assert "请运行 jixiao store upgrade" in older.text
    assert (tmp_path / "jixiao.db").read_bytes() == b""


def test_records_that_cannot_be_looked_at_stop_no_list(jixiao: Command, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(begun("a"))
    sync(tmp_path, find_address(tmp_path, {}))
    shutil.rmtree(tmp_path / "2020")
    outbox.put(begun("b", minutes=1))
    (tmp_path / "2020").write_bytes(b"")  # its turn cannot be asked for
    (outbox.folder / "0-folder.json").mkdir()
    senseless = Record({"runs": [begun("c").run | {"started": "soon"}]})
    (outbox.folder / "0-senseless.json").write_text(
        json.dumps({"schema": 1, "rows": senseless.rows}), encoding="utf-8"
    )
    listed = jixiao("runs", "--out", tmp_path)
    assert listed.code == 0, listed.text
    assert "已中断" in listed.text
    assert "不能确认运行是否结束：20210115T000100Z-b.1.json（输出路径已被同名文件占用" in listed.text
    assert "不能确认运行是否结束：0-folder.json（" in listed.text
    assert "另有 1 次运行的记录没有登记" in listed.text


# --- the step alone, against a server that goes away and comes back ---


def _run_a_flow(work: Callable[[], Any], api: str) -> None:
    from prefect import flow
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.server import send_logs

    with temporary_settings({PREFECT_API_URL: api}):
        try:
            flow(work, name="部门整体支出绩效自评", persist_result=False)()
        finally:
            send_logs()


def test_a_database_that_is_gone_for_a_while(
    tmp_path: Path, served: Command, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.recording import finish, recorded
    from tasks.validate import Background
    from tests.support.memory import sound

    url = postgres.url(postgres.new_database())
    monkeypatch.setenv(VARIABLE, url)
    told = []
    back = threading.Thread(target=lambda: (time.sleep(1), postgres.start()))

    def work() -> None:
        with recorded(2020, tmp_path, ["sjzyj"]) as recording:
            assert len(Outbox(tmp_path).waiting()) == 1
            postgres.stop()
            back.start()
            told.extend(finish(recording, [], [], sound([]), Background()))

    _run_a_flow(work, served.api)
    back.join()
    assert told == []
    assert Outbox(tmp_path).waiting() == []
    ((*_, year, asked, _, _, _, _, _, state, _),) = content(find_address(tmp_path, dict(os.environ)))["runs"]
    assert (year, asked, state) == (2020, ["sjzyj"], "全部发布")


def test_a_run_that_breaks_off_is_kept_with_its_error(tmp_path: Path, served: Command) -> None:
    from flows.recording import recorded

    def work() -> None:
        with recorded(2020, tmp_path, None):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        _run_a_flow(work, served.api)
    ((*_, state, message),) = content(find_address(tmp_path, {}))["runs"]
    assert (state, message) == ("运行出错", "磁盘空间不足，请清理后重新运行")


def _finish_a_run(
    out: Path, api: str, results: Sequence[UnitResult], spoil: Callable[[], object]
) -> list[str]:
    """Run a flow that ends with such results; `spoil` is done before its end. Returns what is told of it."""
    from flows.recording import finish, recorded
    from tasks.validate import Background
    from tests.support.memory import sound

    told: list[str] = []

    def work() -> None:
        with recorded(2020, out, None) as recording:
            spoil()
            told.extend(finish(recording, results, [], sound([]), Background()))

    _run_a_flow(work, api)
    return told


def test_an_old_damaged_record_says_nothing_of_the_run(tmp_path: Path, served: Command) -> None:
    old = Outbox(tmp_path).folder / "0-old.json"
    (line,) = _finish_a_run(tmp_path, served.api, [], lambda: old.write_text("{", encoding="utf-8"))
    assert line.startswith(f"另有 1 条旧的运行记录不能登记：运行记录已损坏，不能登记：{old}")
    assert len(content(find_address(tmp_path, {}))["runs"]) == 1
    assert Outbox(tmp_path).waiting() == [old]


def test_a_run_whose_record_cannot_be_made_is_kept_with_its_state(tmp_path: Path, served: Command) -> None:
    unheard_of = UnitResult(
        "sjzyj", "局", State.PUBLISHED, published=Published(1, tmp_path, is_new=True, changes=())
    )
    (line,) = _finish_a_run(tmp_path, served.api, [unheard_of], lambda: None)
    assert line.startswith("运行记录只有本次运行的状态和说明，缺少各单位的情况：程序错误：KeyError")
    rows = content(find_address(tmp_path, {}))
    assert [run[-2:] for run in rows["runs"]] == [("全部发布", "1/1 个单位已发布")]
    assert rows["results"] == []


def test_a_record_that_cannot_be_kept_is_not_said_to_be(tmp_path: Path, served: Command) -> None:
    def spoil() -> None:
        shutil.rmtree(Outbox(tmp_path).folder)
        Outbox(tmp_path).folder.write_bytes(b"")

    (line,) = _finish_a_run(tmp_path, served.api, [], spoil)
    assert line.startswith("运行记录未能留存，也没有登记到台账库：输出路径")
    assert "已留存" not in line


def test_where_the_whole_record_has_no_room_the_state_is_kept(tmp_path: Path) -> None:
    from flows.recording import Recording

    recording = Recording(tmp_path, begun("a"))
    short = begun("a").ended(RunState.ALL_PUBLISHED, "", START)
    whole = Record({"runs": [short.run | {"reason": "长" * 2000}]})
    outbox = Outbox(tmp_path)
    outbox.put(begun("a"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        recording.keep(short, lambda: whole)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (recording.is_kept, recording.record) == (True, short)
    assert "文件大小超过系统限制" in describe_error(recording.lacks or Exception())
    assert [outbox.read(path) for path in outbox.waiting()] == [short]
    recording.keep(short, lambda: whole)
    assert recording.lacks is None
    assert [outbox.read(path) for path in outbox.waiting()] == [whole]
