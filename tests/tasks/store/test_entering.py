"""Records enter the store whole, once, and alike in both kinds of database."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.rules import Severity
from tasks.findings import Finding
from tasks.store import Address, Record, StoreError, find_address, open_store
from tasks.store.entering import enter
from tasks.waivers import Waiver, WaiverState
from tests.support.memory import FINDING
from tests.support.store import begun, content, run_record
from tests.support.workbooks import Records, row

HOSTILE = "'; DROP TABLE jixiao_runs; --\x00\u202e🙂%s{0}\n二亿"
SHOWN = "'; DROP TABLE jixiao_runs; --🙂%s{0} 二亿"
WARNING = replace(FINDING, severity=Severity.WARNING, message=HOSTILE, value=HOSTILE)
BLOCKING = replace(FINDING, unit="dsjzx", cell="C11")
WAIVER = Waiver(
    "sjzyj", 2020, "F101.x", "基本支出", "C9", "-1.00", "口径调整", "王某某", dt.date(2021, 12, 31)
)


def _enter(address: Address, *records: Record) -> list[bool]:
    with open_store(address) as connection:
        return [enter(connection, record) for record in records]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A run with one unit published, with a warning and a waiver, the other sent back."""
    findings = (WARNING, replace(WARNING, cell="D7"), BLOCKING)
    return run_record(
        tmp_path_factory.mktemp("out"), "a", findings=findings, waivers=[(WAIVER, WaiverState.ACTIVE)]
    )


def test_both_databases_hold_the_same(record: Record, sqlite_store: Address, postgres_store: Address) -> None:
    for address in (sqlite_store, postgres_store):
        assert _enter(address, record) == [True]
    rows = content(sqlite_store)
    assert rows == content(postgres_store)
    assert {name: len(listed) for name, listed in rows.items()} == {
        "runs": 1,
        "results": 2,
        "submissions": 2,
        "versions": 1,
        "indicators": 35,
        "findings": 3,
        "waivers": 1,
    }


def test_what_is_kept_of_a_run(record: Record, store: Address) -> None:
    _enter(store, record)
    rows = content(store)
    ((run, *_, started, ended, state, message),) = rows["runs"]
    assert (run, state) == ("a.1", "部分未发布")
    assert message == "1/2 个单位已发布；未发布：dsjzx 长沙市大数据中心（未通过核对）"
    assert started == dt.datetime(2021, 1, 15, tzinfo=dt.UTC)
    assert ended - started == dt.timedelta(seconds=90)
    assert [(result[1], result[3], result[5]) for result in rows["results"]] == [
        ("dsjzx", "未通过核对", None),
        ("sjzyj", "已发布", 1),
    ]
    assert [finding[8] for finding in rows["findings"]] == ["-1.00", SHOWN, SHOWN]
    assert rows["waivers"][0][-3:] == ("王某某", dt.date(2021, 12, 31), "生效")


def test_indicators_are_exact_integers_or_say_what_is_missing(tmp_path: Path, store: Address) -> None:
    def change(records: Records) -> None:
        total = row(records, "budget", item="total")
        total.update(adjusted=300_000_000_000_01, final=299_999_999_999_99)

    _enter(store, run_record(tmp_path, "a", change))
    found = {(unit, code): figures for _, unit, _, _, code, *figures in content(store)["indicators"]}
    execution = next(
        figures for (unit, _), figures in found.items() if unit == "sjzyj" and 299_999_999_999_99 in figures
    )
    assert execution[:3] == [299_999_999_999_99, 300_000_000_000_01, 10000]
    for figures in found.values():
        *numbers, missing = figures
        assert all(number is None or type(number) is int for number in numbers)
        assert numbers[2] is None or not missing
    assert any(missing for *_, missing in found.values())


def test_an_unchanged_version_is_entered_once(tmp_path: Path, store: Address) -> None:
    first = run_record(tmp_path, "a")
    second = run_record(tmp_path, "b", minutes=5)
    assert [row["version"] for row in second.rows["results"]] == [1, 1]
    _enter(store, first)
    before = content(store)
    _enter(store, second)
    after = content(store)
    for table in ("submissions", "versions", "indicators"):
        assert after[table] == before[table]
    assert len(after["results"]) == 4


def test_a_version_whose_own_run_was_lost_is_entered_by_the_next(tmp_path: Path, store: Address) -> None:
    run_record(tmp_path, "a")
    _enter(store, run_record(tmp_path, "b", minutes=5))
    rows = content(store)
    assert {(version[2], version[3]) for version in rows["versions"]} == {(1, "a")}
    assert len(rows["indicators"]) == 70


def test_a_lost_manifest_loses_nothing_else(tmp_path: Path, store: Address) -> None:
    finding = replace(FINDING, severity=Severity.WARNING)
    _enter(store, run_record(tmp_path, "a", findings=[finding], lose="sjzyj"))
    rows = content(store)
    assert [result[3] for result in rows["results"]] == ["已发布", "已发布"]
    assert [version[1] for version in rows["versions"]] == ["dsjzx"]
    assert len(rows["findings"]) == 1


def test_versions_begin_again_in_another_output_folder(tmp_path: Path, store: Address) -> None:
    _enter(store, run_record(tmp_path / "old", "a"), run_record(tmp_path / "new", "b", minutes=5))
    assert len(content(store)["versions"]) == 4


def test_a_record_that_breaks_the_tables_leaves_nothing(record: Record, store: Address) -> None:
    orphan = dict(record.rows["findings"][0], run="nobody")
    broken = Record({**record.rows, "findings": [*record.rows["findings"], orphan]})
    with pytest.raises(StoreError) as caught:
        _enter(store, broken)
    assert HOSTILE[:10] not in str(caught.value)
    assert not any(content(store).values())


@settings(max_examples=15)
@given(order=st.lists(st.sampled_from("abc"), min_size=1, max_size=8))
def test_entering_twice_changes_nothing(three_runs: dict[str, Record], order: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        again, once = (find_address(Path(folder), {}), find_address(Path(folder) / "once", {}))
        (Path(folder) / "once").mkdir()
        entered = _enter(again, *(three_runs[name] for name in order))
        assert entered == [name not in order[:position] for position, name in enumerate(order)]
        _enter(once, *(three_runs[name] for name in dict.fromkeys(order)))
        assert content(again) == content(once)


@pytest.fixture(scope="module")
def three_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    out = tmp_path_factory.mktemp("three")

    def change(records: Records) -> None:
        row(records, "budget", item="total").update(final=1)

    finding: Finding = replace(FINDING, severity=Severity.INFO)
    return {
        "a": run_record(out, "a"),
        "b": run_record(out, "b", findings=[finding], minutes=1),
        "c": run_record(out, "c", change, minutes=2),
    }


def test_of_a_classified_project_nothing_is_kept(tmp_path: Path, store: Address) -> None:
    """Also when it was open before, in what changed."""
    word = "天狼星"

    def opened(records: Records) -> None:
        row(records, "projects", code="P03").update(
            name=f"{word}工程", description=f"{word}内容", supplier=word, is_classified=False
        )

    def closed(records: Records) -> None:
        opened(records)
        row(records, "projects", code="P03").update(is_classified=True, final=98_765_43)

    run_record(tmp_path, "a", opened)
    _enter(store, run_record(tmp_path, "b", closed, minutes=5))
    rows = content(store)
    (second,) = [version for version in rows["versions"] if version[1] == "sjzyj"]
    assert any("P03 · 是否涉密：否 → 是" in line for line in second[7])
    assert word not in repr(rows)
    assert "98,765.43" not in repr(rows)


def test_all_tables_know_the_run(store: Address) -> None:
    """What a record does not say, such as one of a run that was killed, is simply not there."""
    assert _enter(store, begun("a").interrupted()) == [True]
    rows = content(store)
    assert rows["runs"][0][-2] == "已中断"
    assert not any(listed for name, listed in rows.items() if name != "runs")
