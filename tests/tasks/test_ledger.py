"""The year's ledger: entries are kept, replaced unit by unit, and never half written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tasks.ledger import FILE, Entry, Restatement, enter, load_ledger

ENTRY = Entry(
    "甲局", 1, "ab", {"budget.total.final": 100}, {"P01": 5}, {"f1": "文字说明 D4"}, {"文号": "名称"}
)


def test_what_is_entered_is_read_back(tmp_path: Path) -> None:
    enter(tmp_path / "2020", {"a": ENTRY})
    assert load_ledger(tmp_path / "2020") == {"a": ENTRY}


def test_no_ledger_is_an_empty_one(tmp_path: Path) -> None:
    assert load_ledger(tmp_path / "2019") == {}


def test_other_units_keep_their_entry(tmp_path: Path) -> None:
    enter(tmp_path, {"a": ENTRY, "b": ENTRY})
    changed = replace(ENTRY, version=2)
    enter(tmp_path, {"b": changed})
    assert load_ledger(tmp_path) == {"a": ENTRY, "b": changed}


def test_equal_entries_leave_the_file_alone(tmp_path: Path) -> None:
    enter(tmp_path, {"a": ENTRY})
    before = (tmp_path / FILE).stat().st_mtime_ns
    enter(tmp_path, {"a": ENTRY})
    enter(tmp_path, {})
    assert (tmp_path / FILE).stat().st_mtime_ns == before


def test_what_was_restated_stays_when_a_unit_publishes_again(tmp_path: Path) -> None:
    restated = replace(
        ENTRY, restatements=(Restatement("划转", "2021-05-01", "x.csv", {"budget.total.final": 90}),)
    )
    enter(tmp_path, {"a": restated})
    enter(tmp_path, {"a": replace(ENTRY, version=2)})
    (kept,) = load_ledger(tmp_path).values()
    assert (kept.version, kept.restatements) == (2, restated.restatements)
    assert kept.figures == {"budget.total.final": 100}
    assert kept.to_compare() == {"budget.total.final": 90}
    assert kept.origin("budget.total.final") == "调整后"


def test_the_last_restatement_of_a_figure_counts_and_none_is_lost() -> None:
    first = Restatement(
        "划转", "2021-05-01", "x.csv", {"budget.total.final": 90, "budget.total.adjusted": 120}
    )
    second = Restatement("更正", "2022-05-01", "y.csv", {"budget.total.final": 80})
    back = Restatement("撤销", "2023-05-01", "z.csv", {"budget.total.adjusted": 110})
    figures = {"budget.total.final": 100, "budget.total.adjusted": 110}
    entry = replace(ENTRY, figures=figures, restatements=(first, second))
    assert entry.to_compare() == {"budget.total.final": 80, "budget.total.adjusted": 120}
    assert entry.restatements_in_force == [first, second]
    undone = replace(entry, restatements=(first, second, back))
    assert undone.to_compare() == {"budget.total.final": 80, "budget.total.adjusted": 110}
    assert undone.restatements_in_force == [second]


def test_entries_of_before_there_were_dates_and_sources_are_read(tmp_path: Path) -> None:
    enter(tmp_path, {"a": ENTRY})
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    for field in (',"reported_on":""', ',"source":""', ',"restatements":[]'):
        assert field in text
        text = text.replace(field, "")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert load_ledger(tmp_path) == {"a": ENTRY}


def test_the_one_restatement_of_before_there_could_be_several_is_read(tmp_path: Path) -> None:
    one = Restatement("划转", "2021-05-01", "x.csv", {"budget.total.final": 90})
    enter(tmp_path, {"a": replace(ENTRY, restatements=(one,))})
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    old = text.replace('"restatements":[', '"restated":').replace("}]}", "}}")
    assert '"restated":{' in old
    (tmp_path / FILE).write_text(old, encoding="utf-8")
    assert load_ledger(tmp_path)["a"].restatements == (one,)


@pytest.mark.parametrize(
    "content",
    [b"", b"[1]", b'{"schema": 1', b'{"schema": 0, "units": {}}', b'{"schema": 1, "units": []}', b"\xff"],
)
def test_a_damaged_ledger_counts_as_none_and_says_so(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert load_ledger(tmp_path) == {}
    assert "年度台账已损坏" in caplog.text
    enter(tmp_path, {"a": ENTRY})
    assert load_ledger(tmp_path) == {"a": ENTRY}


def test_a_damaged_entry_is_left_out(tmp_path: Path) -> None:
    enter(tmp_path, {"a": ENTRY, "b": ENTRY})
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text.replace('"version":1', '"version":"x"', 1), encoding="utf-8")
    assert list(load_ledger(tmp_path)) == ["b"]
