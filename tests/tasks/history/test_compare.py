"""A year beside those before it: in the values, in the report, in the data that versions are told apart by."""

from __future__ import annotations

import pytest

from tasks.changes import describe_changes, flatten
from tasks.history.compare import ADJUSTED, FINAL, compare, earlier_years
from tasks.ledger import Entry, Ledger, Restatement
from tasks.render.document import Document, Heading, Paragraph, Picture, Table
from tasks.render.wording import write_report
from tasks.values import Values, build_values
from tests.support.books import entry
from tests.support.memory import in_memory, sound, values_of
from tests.support.workbooks import example_records

RESTATED = Restatement("机构划转", "2020-05-01", "x.csv", {FINAL: 1_400_000_000})
LAST = entry(
    {
        ADJUSTED: 1_500_000_000,
        FINAL: 1_300_000_000,
        "basic.three_public.final": 20_000_000,
        "staffing.regular.actual": 18,
        "staffing.regular.approved": 20,
    },
    "长沙市数据资源管理局",
    source="history.csv",
)


def values_with(earlier: dict[int, Ledger]) -> Values:
    submission = in_memory(example_records("sjzyj"))
    return build_values(sound([submission]), ["sjzyj"], 2020, earlier)["sjzyj"]


def report_with(last: Entry, **more: Ledger) -> Document:
    return write_report(values_with({2019: {"sjzyj": last}}))


def said(document: Document) -> str:
    return "".join(block.text for block in document.blocks if isinstance(block, Paragraph))


def test_without_history_nothing_is_said() -> None:
    values = values_of(example_records("sjzyj"))
    assert values["history"] is None
    assert "与以前年度比较" not in [b.text for b in write_report(values).blocks if isinstance(b, Heading)]
    assert not any(place.startswith("历史数据") for place in flatten(values))


def test_last_year_is_compared_and_drawn() -> None:
    document = report_with(LAST)
    (table,) = [b for b in document.blocks if isinstance(b, Table) and b.caption == "主要收支与上年比较表"]
    rows = {row.cells[0]: row.cells[1:] for row in table.rows}
    assert rows["全年预算数"] == ("1,500.00", "1,463.09", "-36.91", "-2.46%")
    assert rows["决算支出"] == ("1,300.00", "1,445.34", "145.34", "11.18%")
    assert rows["“三公”经费支出"] == ("20.00", "24.49", "4.49", "22.45%")
    assert "2020年决算支出1,445.34万元，上年1,300.00万元，比上年增加145.34万元，增长11.18%。" in said(
        document
    )
    assert "预算执行率98.79%，比上年提高12.12个百分点。" in said(document)
    assert "注：2019年数据由历史资料导入。" in said(document)
    (picture,) = [b for b in document.blocks if isinstance(b, Picture) and b.caption == "近年预算执行情况"]
    assert "2019年全年预算1,500.00万元，决算支出1,300.00万元" in picture.alt


def test_restated_figures_are_compared_and_marked() -> None:
    document = report_with(Entry(**{**LAST.__dict__, "restatements": (RESTATED,)}))
    (table,) = [b for b in document.blocks if isinstance(b, Table) and b.caption == "主要收支与上年比较表"]
    assert ("决算支出※", "1,400.00", "1,445.34", "45.34", "3.24%") in [row.cells for row in table.rows]
    assert "上年（调整后）1,400.00万元" in said(document)
    assert "长沙市数据资源管理局2019年数据于2020年5月1日调整，原因：机构划转。" in said(document)
    (picture,) = [b for b in document.blocks if isinstance(b, Picture) and b.caption == "近年预算执行情况"]
    assert "2019年（调整后）" in picture.alt


def test_an_earlier_year_alone_is_a_series_without_a_table() -> None:
    document = write_report(values_with({2017: {"sjzyj": LAST}, 2018: {"dsjzx": LAST}}))
    assert not [b for b in document.blocks if isinstance(b, Table) and b.caption == "主要收支与上年比较表"]
    assert "近年预算执行情况见图三。" in said(document)
    (picture,) = [b for b in document.blocks if isinstance(b, Picture) and b.caption == "近年预算执行情况"]
    assert "2018年无数据" in picture.alt


def test_last_years_ledger_feeds_the_indicators() -> None:
    values = values_with({2019: {"sjzyj": LAST}})
    assert values["rates"]["change.three_public"] == 2245
    assert values["sums"]["basic.three_public.last_final"] == 20_000_000
    assert "“三公”经费变动率" not in [row["label"] for row in values["missing"]]
    assert "上年“三公”经费决算20.00万元，本年比上年增长22.45%。" in said(write_report(values))


def test_a_new_history_is_a_change_that_is_said() -> None:
    before, after = flatten(values_with({})), flatten(values_with({2019: {"sjzyj": LAST}}))
    (change,) = describe_changes(before, after)
    assert change.startswith(
        "历史数据 · 2019年：新增（全年预算数 15,000,000.00 元，决算支出 13,000,000.00 元"
    )


@pytest.mark.parametrize(("last", "rate"), [(0, None), (-100, 20000)])
def test_a_change_against_nothing_or_less(last: int, rate: int | None) -> None:
    history = compare(2020, {FINAL: 100}, earlier_years("a", {2019: {"a": entry({FINAL: last})}}))
    assert history is not None
    (row,) = history["rows"]
    assert (row["change"], row["rate_bp"]) == (100 - last, rate)
    assert history["rates"] is None
