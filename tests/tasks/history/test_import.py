"""Earlier years from files: strict, explained, all or nothing, and never over what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.history.errors import HistoryError
from tasks.history.load import ImportState, Reason, import_history
from tasks.history.table import HEADER
from tasks.ledger import FILE, enter, load_ledger
from tasks.render.workbook import write_workbook
from tasks.summable import PLACES
from tests.support.books import REAL_UNITS, entry
from tests.support.workbooks import example_records, row

FINAL = "budget.total.final"
GOOD = "2019,dsjzx,预算收支总表·合计·决算数,253456789.12"


def table(folder: Path, *lines: str, name: str = "history.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text("\n".join([",".join(HEADER), *lines, ""]), encoding=encoding)
    return path


def refused(path: Path, out: Path, restate: Reason | None = None) -> list[str]:
    with pytest.raises(HistoryError) as caught:
        import_history([path], REAL_UNITS, out, restate)
    return list(caught.value.faults)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_figures_by_name_and_by_code(tmp_path: Path, encoding: str) -> None:
    path = table(
        tmp_path,
        '2019,dsjzx,预算收支总表 · 合计 · 决算数,"253,456,789.12"',
        "2019,dsjzx,staffing.regular.actual,35",
        "",
        "2018,sjzyj,基本支出·其中：“三公”经费合计·决算数,0",
        encoding=encoding,
    )
    done = import_history([path], REAL_UNITS, tmp_path)
    assert [(d.year, d.unit, d.count, d.outcome) for d in done] == [
        (2018, "sjzyj", 1, ImportState.IMPORTED),
        (2019, "dsjzx", 2, ImportState.IMPORTED),
    ]
    (kept,) = load_ledger(tmp_path / "2019").values()
    assert kept.figures == {FINAL: 25345678912, "staffing.regular.actual": 35}
    assert (kept.name, kept.source, kept.version, kept.is_imported) == (
        "长沙市大数据中心",
        "history.csv",
        0,
        True,
    )
    assert kept.origin(FINAL) == "导入"


def test_every_quantity_that_adds_up_can_be_named(tmp_path: Path) -> None:
    assert len({place.label for place in PLACES.values()}) == len(PLACES)
    path = table(tmp_path, *(f"2019,dsjzx,{place.label},1" for place in PLACES.values()))
    (done,) = import_history([path], REAL_UNITS, tmp_path)
    assert done.count == len(PLACES)


FAULTS = {
    "19,dsjzx,budget.total.final,1": "“年度”现为“19”，应为四位数字，如 2019",
    "2019,nobody,budget.total.final,1": "“单位代码”现为“nobody”，应为单位名录中的代码：sjzyj、dsjzx",
    "2019,dsjzx,决算,1": "“指标”现为“决算”，应为“表·行·列”（见填报表样），如“预算收支总表·合计·决算数”，或其代码，如 budget.total.final",
    "2019,dsjzx,budget.total.final,12万元": "“数值”现为“12万元”，应为以元为单位的数字，最多两位小数，不带“元”“万元”",
    "2019,dsjzx,budget.total.final,1.005": "“数值”现为“1.005”，应为以元为单位的数字，最多两位小数，不带“元”“万元”",
    "2019,dsjzx,budget.total.final,": "“数值”现为“”，应为以元为单位的数字，最多两位小数，不带“元”“万元”",
    "2019,dsjzx,budget.total.final,-1": "“数值”现为“-1”，不应为负数",
    "2019,dsjzx,staffing.regular.actual,3.5": "“数值”现为“3.5”，应为整数，不带单位",
    "2019,dsjzx,budget.total.final": "有 3 列，应为 4 列（年度、单位代码、指标、数值）",
}


@pytest.mark.parametrize("line", FAULTS)
def test_says_file_line_what_is_there_and_what_should_be(tmp_path: Path, line: str) -> None:
    path = table(tmp_path, GOOD, line)
    assert refused(path, tmp_path) == [f"history.csv 第3行：{FAULTS[line]}"]
    assert not (tmp_path / "2019").exists()


def test_all_places_are_said_at_once(tmp_path: Path) -> None:
    assert len(refused(table(tmp_path, *FAULTS), tmp_path)) == len(FAULTS)
    assert refused(table(tmp_path, GOOD, GOOD), tmp_path) == [
        "history.csv 第3行：2019年 dsjzx 的“预算收支总表·合计·决算数”已在前面填过一次，同一数据只填一行"
    ]


def test_files_of_another_form(tmp_path: Path) -> None:
    headless = tmp_path / "x.csv"
    headless.write_text("year,unit\n", encoding="utf-8")
    assert refused(headless, tmp_path) == ["x.csv 第1行：标题现为“year、unit”，应为“年度,单位代码,指标,数值”"]
    headless.write_bytes(b"\x81\xff\x00")
    assert refused(headless, tmp_path) == ["x.csv：不是文本文件，请另存为 CSV UTF-8 格式"]
    assert refused(table(tmp_path), tmp_path) == ["history.csv：没有数据行，请在标题行下每行填一个数据"]
    assert refused(table(tmp_path, name="x.txt"), tmp_path)[0].startswith("x.txt：应为 CSV 文件")
    gone = tmp_path / "gone.csv"
    assert refused(gone, tmp_path) == [f"{gone}：没有找到这个文件，请核对文件名和所在的文件夹"]


def test_one_wrong_file_keeps_the_others_out(tmp_path: Path) -> None:
    good, bad = table(tmp_path, GOOD), table(tmp_path, "x", name="bad.csv")
    with pytest.raises(HistoryError, match=r"bad\.csv 第2行"):
        import_history([good, bad], REAL_UNITS, tmp_path)
    again = table(tmp_path, GOOD, name="again.csv")
    with pytest.raises(HistoryError, match=r"again\.csv：2019年 dsjzx 的数据在 history\.csv 中也有"):
        import_history([good, again], REAL_UNITS, tmp_path)
    assert not (tmp_path / "2019").exists()


def test_the_same_again_changes_nothing_another_is_refused(tmp_path: Path) -> None:
    import_history([table(tmp_path, GOOD)], REAL_UNITS, tmp_path)
    before = (tmp_path / "2019" / FILE).read_bytes()
    (again,) = import_history([table(tmp_path, GOOD, name="copy.csv")], REAL_UNITS, tmp_path)
    assert again.outcome == ImportState.UNCHANGED
    (fault,) = refused(table(tmp_path, GOOD.replace("12", "13")), tmp_path)
    assert "长沙市大数据中心（dsjzx）2019年的数据已从 history.csv 导入，不再导入另一份" in fault
    assert (tmp_path / "2019" / FILE).read_bytes() == before


def test_what_a_unit_published_itself_stays(tmp_path: Path) -> None:
    own = entry({FINAL: 100, "budget.total.adjusted": 200}, "长沙市大数据中心")
    enter(tmp_path / "2019", {"dsjzx": own})
    path = table(tmp_path, GOOD)
    assert "已由本系统发布（第1版），不再导入另一份" in refused(path, tmp_path)[0]
    (done,) = import_history([path], REAL_UNITS, tmp_path, Reason("机构划转", "2020-05-01"))
    assert done.outcome == ImportState.RESTATED
    (kept,) = load_ledger(tmp_path / "2019").values()
    assert (kept.figures, kept.version, kept.is_imported) == (own.figures, 1, False)
    (restated,) = kept.restatements
    assert (restated.reason, restated.date, restated.figures) == (
        "机构划转",
        "2020-05-01",
        {FINAL: 25345678912},
    )
    assert kept.to_compare() == {FINAL: 25345678912, "budget.total.adjusted": 200}


def test_restating(tmp_path: Path) -> None:
    reason = Reason("机构划转", "2020-05-01")
    assert "没有原来的数据可以调整" in refused(table(tmp_path, GOOD), tmp_path, reason)[0]
    import_history([table(tmp_path, GOOD)], REAL_UNITS, tmp_path)
    (same,) = import_history([table(tmp_path, GOOD)], REAL_UNITS, tmp_path, reason)
    assert same.outcome == ImportState.UNCHANGED
    for value, outcome in (
        ("1", ImportState.RESTATED),
        ("1", ImportState.UNCHANGED),
        ("2", ImportState.RESTATED_AGAIN),
    ):
        path = table(tmp_path, GOOD.replace("253456789.12", value))
        (done,) = import_history([path], REAL_UNITS, tmp_path, reason)
        assert done.outcome == outcome
    (kept,) = load_ledger(tmp_path / "2019").values()
    assert kept.figures == {FINAL: 25345678912}
    assert kept.to_compare() == {FINAL: 200}
    assert [one.figures for one in kept.restatements] == [{FINAL: 100}, {FINAL: 200}]


def test_a_reason_can_be_corrected(tmp_path: Path) -> None:
    import_history([table(tmp_path, GOOD)], REAL_UNITS, tmp_path)
    path = table(tmp_path, GOOD.replace("253456789.12", "1"))
    for text, outcome in (
        ("机构化转", ImportState.RESTATED),
        ("机构划转", ImportState.RESTATED_AGAIN),
        ("机构划转", ImportState.UNCHANGED),
    ):
        (done,) = import_history([path], REAL_UNITS, tmp_path, Reason(text, "2020-05-01"))
        assert done.outcome == outcome
    (kept,) = load_ledger(tmp_path / "2019").values()
    assert [one.reason for one in kept.restatements_in_force] == ["机构划转"]


def test_a_workbook_of_an_earlier_year(tmp_path: Path) -> None:
    records = example_records("dsjzx")
    records["profile"][0]["year"] = 2019
    write_workbook(tmp_path / "old.xlsx", records)
    (done,) = import_history([tmp_path / "old.xlsx"], REAL_UNITS, tmp_path)
    assert (done.year, done.unit, done.outcome) == (2019, "dsjzx", ImportState.IMPORTED)
    (kept,) = load_ledger(tmp_path / "2019").values()
    assert (kept.figures[FINAL], kept.source, kept.has_classified) == (27229980000, "old.xlsx", True)
    assert len(kept.input_sha256) == 64


def test_a_workbook_with_errors_is_refused_with_its_findings(tmp_path: Path) -> None:
    records = example_records("dsjzx")
    row(records, "budget", item="total")["final"] = 1
    write_workbook(tmp_path / "old.xlsx", records)
    faults = refused(tmp_path / "old.xlsx", tmp_path)
    assert any("old.xlsx “预算收支总表”表" in fault for fault in faults)
    records = example_records("dsjzx")
    records["profile"][0]["code"] = "nobody"
    write_workbook(tmp_path / "old.xlsx", records)
    assert refused(tmp_path / "old.xlsx", tmp_path) == [
        "old.xlsx “单位概况”表：“单位代码”现为“nobody”，应为单位名录中的代码：sjzyj、dsjzx"
    ]
    (tmp_path / "torn.xlsx").write_bytes(b"not a workbook")
    assert refused(tmp_path / "torn.xlsx", tmp_path)
