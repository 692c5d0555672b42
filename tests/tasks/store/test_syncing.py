"""The outbox: nothing is lost, whatever goes away and whoever is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tasks.store import (
    Address,
    Outbox,
    Record,
    RunState,
    StoreAwayError,
    StoreError,
    Synced,
    find_address,
    sync,
)
from tasks.store.address import VARIABLE
from tasks.turn import take_turn
from tests.support.folders import fingerprint, readable_by_others
from tests.support.postgres import Postgres
from tests.support.store import START, begun, content

BEGIN = """
import sys, time
from pathlib import Path
from tasks.store import Outbox
from tasks.turn import take_turn
from tests.support.store import begun
out = Path(sys.argv[1])
with take_turn(out / "2020", lambda: None):
    Outbox(out).put(begun("killed"))
    print("begun", flush=True)
    time.sleep(60)
"""


def ended(run: str, minutes: int = 0) -> Record:
    return begun(run, minutes=minutes).ended(RunState.ALL_PUBLISHED, "", START)


def _states(address: Address) -> dict[str, str]:
    return {run[1]: run[-2] for run in content(address)["runs"]}


def test_a_record_comes_back_as_it_was_put(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(begun("a"))
    outbox.put(ended("a"))
    (path,) = outbox.waiting()
    assert path.name == "20210115T000000Z-a.1.json"
    assert outbox.read(path) == ended("a")


def test_records_are_entered_in_order_and_removed(tmp_path: Path, store: Address) -> None:
    for record in (ended("late", 10), ended("early", 1)):
        Outbox(tmp_path).put(record)
    assert sync(tmp_path, store) == Synced(entered=2)
    assert list(_states(store)) == ["early", "late"]
    assert Outbox(tmp_path).waiting() == []
    assert sync(tmp_path, store) == Synced()


def test_an_empty_outbox_asks_no_database(tmp_path: Path) -> None:
    assert sync(tmp_path, find_address(tmp_path / "nowhere", {})) == Synced()


def test_records_wait_while_the_database_is_away(
    tmp_path: Path, postgres: Postgres, postgres_store: Address
) -> None:
    Outbox(tmp_path).put(ended("a"))
    Outbox(tmp_path).put(ended("b", 1))
    postgres.stop()
    before = fingerprint(Outbox(tmp_path).folder)
    for _ in range(2):
        with pytest.raises(StoreAwayError, match="连接不上台账库"):
            sync(tmp_path, postgres_store)
    after = fingerprint(Outbox(tmp_path).folder)
    assert {name: after[name] for name in before} == before
    postgres.start()
    assert sync(tmp_path, postgres_store) == Synced(entered=2)
    assert list(_states(postgres_store)) == ["a", "b"]


def test_entered_but_not_removed_is_entered_once(tmp_path: Path, store: Address) -> None:
    """As when the power fails between the two."""
    Outbox(tmp_path).put(ended("a"))
    sync(tmp_path, store)
    before = content(store)
    Outbox(tmp_path).put(ended("a"))
    assert sync(tmp_path, store) == Synced(entered=0)
    assert content(store) == before
    assert Outbox(tmp_path).waiting() == []


def test_a_killed_run_is_entered_as_interrupted(tmp_path: Path, store: Address) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", BEGIN, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        stdout=subprocess.PIPE,
    )
    try:
        assert run.stdout is not None
        assert run.stdout.readline() == b"begun\n"
        assert sync(tmp_path, store) == Synced(running=1), "it lives"
    finally:
        run.kill()
        run.wait()
    assert sync(tmp_path, store) == Synced(entered=1)
    ((*_, ended_at, state, message),) = content(store)["runs"]
    assert (ended_at, state) == (None, "已中断")
    assert message == "运行没有结束：进程被终止或机器断电。已发布的版本不受影响"


def test_the_next_run_of_the_year_has_the_turn_and_knows(tmp_path: Path, store: Address) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(begun("killed"))
    outbox.put(begun("other year", year=2019))
    with take_turn(tmp_path / "2020", lambda: None), take_turn(tmp_path / "2019", lambda: None):
        outbox.put(mine := ended("mine", 5))
        assert sync(tmp_path, store, own=mine) == Synced(entered=2, running=1)
    assert _states(store) == {"killed": "已中断", "mine": "全部发布"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "运行记录已损坏，不能登记"),
        ("[]", "运行记录已损坏"),
        (json.dumps({"schema": 1, "rows": {"runs": []}}), "运行记录已损坏"),
        (json.dumps({"schema": 1, "rows": {"runs": 1}}), "运行记录已损坏"),
        (json.dumps({"schema": 1, "rows": {"runs": [begun("x").run], "results": None}}), "运行记录已损坏"),
        (json.dumps({"schema": 1, "rows": {"runs": [begun("x").run | {"started": 5}]}}), "运行记录已损坏"),
        (json.dumps({"schema": 1, "rows": {"runs": [begun("x").run | {"year": "../x"}]}}), "运行记录已损坏"),
        (json.dumps({"schema": 1, "rows": {"runs": [{"id": "x"}]}}), "运行记录已损坏"),
        (json.dumps({"schema": 2, "rows": {}}), "运行记录由更新版本的程序写成，请升级本程序"),
    ],
)
def test_a_record_that_cannot_be_read_stays_and_stops_no_other(
    tmp_path: Path, sqlite_store: Address, text: str, message: str
) -> None:
    Outbox(tmp_path).put(ended("b"))
    damaged = Outbox(tmp_path).folder / "0-damaged.json"
    damaged.write_text(text, encoding="utf-8")
    synced = sync(tmp_path, sqlite_store)
    assert (synced.entered, len(synced.failures)) == (1, 1)
    assert message in synced.failures[0]
    assert str(damaged) in synced.failures[0]
    assert Outbox(tmp_path).waiting() == [damaged]


def test_a_record_that_the_tables_refuse_stays_and_stops_no_other(tmp_path: Path, store: Address) -> None:
    bad = ended("a")
    Outbox(tmp_path).put(Record({"runs": [bad.run | {"message": None}]}))
    Outbox(tmp_path).put(ended("b", 1))
    synced = sync(tmp_path, store)
    assert (synced.entered, len(synced.failures)) == (1, 1)
    assert synced.failures[0].startswith("20210115T000000Z-a.1.json：台账库")
    assert [path.name for path in Outbox(tmp_path).waiting()] == ["20210115T000000Z-a.1.json"]
    assert _states(store) == {"b": "全部发布"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"started": 5},
        {"started": "soon"},
        {"ended": "9999-12-31T23:59:59-14:00"},
        {"attempt": 2**70},
        {"message": {"text": "天狼星"}},
        {"message": "天狼星\ud800"},
    ],
    ids=str,
)
def test_a_record_with_senseless_values_stays_and_stops_no_other(
    tmp_path: Path, store: Address, wrong: dict[str, Any]
) -> None:
    Outbox(tmp_path).put(ended("b", 1))
    rows = {"runs": [ended("a").run | wrong]}
    path = Outbox(tmp_path).folder / "0-wrong.json"
    path.write_text(json.dumps({"schema": 1, "rows": rows}), encoding="utf-8")
    synced = sync(tmp_path, store)
    assert (synced.entered, len(synced.failures)) == (1, 1)
    assert path.name in synced.failures[0]
    assert "天狼星" not in synced.failures[0]
    assert Outbox(tmp_path).waiting() == [path]
    assert _states(store) == {"b": "全部发布"}


def test_an_old_record_that_cannot_be_entered_says_nothing_of_ones_own(
    tmp_path: Path, sqlite_store: Address
) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(mine := ended("mine"))
    old = outbox.folder / "0-old.json"
    old.write_text("{", encoding="utf-8")
    synced = sync(tmp_path, sqlite_store, own=mine)
    assert (synced.entered, synced.own_failure, len(synced.failures)) == (1, "", 1)
    refused = Record({"runs": [ended("mine", 1).run | {"message": None}]})
    outbox.put(refused)
    synced = sync(tmp_path, sqlite_store, own=refused)
    assert synced.own_failure.startswith(f"{outbox.path_of(refused).name}：台账库")
    assert [str(old) in failure for failure in synced.failures] == [True]


def test_a_wrong_password_keeps_the_records(tmp_path: Path, postgres: Postgres) -> None:
    Outbox(tmp_path).put(ended("a"))
    url = postgres.url(postgres.new_database(), password="wrong")
    with pytest.raises(StoreError) as caught:
        sync(tmp_path, find_address(tmp_path, {VARIABLE: url}))
    assert not isinstance(caught.value, StoreAwayError), "trying again would not help"
    assert len(Outbox(tmp_path).waiting()) == 1


@pytest.mark.parametrize("umask", [0, 0o022])
def test_outbox_and_store_are_for_owner_and_group_only(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        Outbox(tmp_path / "out").put(ended("a"))
        with Outbox(tmp_path / "new").alone():
            pass
        sync(tmp_path / "out", find_address(tmp_path / "out", {}))
    finally:
        os.umask(before)
    assert readable_by_others(tmp_path) == []
