"""The real flow sums up departments from what is published, and a fault there touches no unit."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl

from tests.support.command import Command
from tests.support.folders import fingerprint
from tests.support.reading import docx_rows, html_rows, pdf_text, squeeze
from tests.support.workbooks import edit_workbook

TOTAL = ["", "部门合计", "28,831.39", "28,675.32", "156.07", "99.46%"]


def test_department_and_summary_follow_what_is_published(units: Path, served: Command) -> None:
    out = units.parent / "output"
    folder = out / "2020" / "departments" / "sjzyj"
    edit_workbook(units / "dsjzx.xlsx", [("预算收支总表", "E4", "二亿七千万")])
    broken = served("run", "--year", "2020", "--out", out, cwd=units)
    assert broken.code == 1
    assert "部门汇总 sjzyj 长沙市数据资源管理局：有新版本，第 1 版" in broken.text
    state = ["1", "dsjzx", "长沙市大数据中心", "未通过核对", "—", "1", "0", "没有已发布的数据，未汇总"]
    assert state in html_rows(folder / "latest" / "report.html")
    assert ["", "部门合计", "—", "—", "—", ""] in html_rows(folder / "latest" / "report.html")

    # One unit alone is run again: the department is made of it and of what the other published.
    edit_workbook(units / "dsjzx.xlsx", [("预算收支总表", "E4", 272299800)])
    mended = served("run", "--year", "2020", "--unit", "dsjzx", "--out", out, cwd=units)
    assert mended.code == 0, mended.text
    assert "部门汇总 sjzyj 长沙市数据资源管理局：有新版本，第 2 版" in mended.text
    latest = folder / "latest"
    for rows in (docx_rows(latest / "report.docx"), html_rows(latest / "report.html")):
        assert TOTAL in rows
    assert squeeze("".join(TOTAL)) in pdf_text(latest / "report.pdf")
    manifest = json.loads((latest / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["unit"], manifest["input"]["file"]) == ("sjzyj", "ledger.json")
    assert "单位 · dsjzx 长沙市大数据中心 · 状态：未通过核对 → 已发布" in manifest["changes"]
    sheet = openpyxl.load_workbook(out / "2020" / "summary.xlsx", data_only=True).active
    assert sheet is not None
    assert [row[19].value for row in sheet.iter_rows(4, 5)] == ["已发布", "已发布"]
    assert sheet["F6"].value == 28831.3949

    before = fingerprint(out / "2020")
    again = served("run", "--year", "2020", "--unit", "sjzyj", "--out", out, cwd=units)
    assert again.code == 0
    assert "部门汇总 sjzyj 长沙市数据资源管理局：没有变化，第 2 版" in again.text
    assert fingerprint(out / "2020") == before, "only the store has the run too"


def test_a_fault_in_the_roll_up_touches_no_unit(units: Path, served: Command) -> None:
    out = units.parent / "output"
    (out / "2020" / "summary.xlsx").mkdir(parents=True)
    (out / "2020" / "departments").write_text("a file where a folder should be")
    done = served("run", "--year", "2020", "--out", out, cwd=units)
    assert done.code == 0, done.text
    assert "2/2 个单位已发布" in done.text
    assert "部门汇总失败 sjzyj 长沙市数据资源管理局：" in done.text
    assert "汇总表失败：" in done.text
    assert done.text.count("各单位的报告不受影响") == 2


def test_wrong_parents_are_said_and_break_no_unit(units: Path, served: Command) -> None:
    registry = units / "units.toml"
    text = registry.read_text(encoding="utf-8")
    registry.write_text(text.replace('parent = ""', 'parent = "dsjzx"'), encoding="utf-8")
    done = served("run", "--year", "2020", "--out", units / "out", cwd=units)
    assert done.code == 0, done.text
    assert "2/2 个单位已发布" in done.text
    assert done.text.count("互为上下级（循环）；不影响本单位的报告") == 2
    assert not (units / "out" / "2020" / "departments").exists()
    listed = served("units", cwd=units)
    assert listed.code == 1
    assert "主管部门代码“sjzyj”与本单位互为上下级（循环）" in listed.text


def test_history_and_differences(units: Path, served: Command) -> None:
    out = units.parent / "output"
    table = units / "history.csv"
    lines = (
        "年度,单位代码,指标,数值",
        "2019,dsjzx,预算收支总表·合计·全年预算数,260000000",
        "2019,dsjzx,预算收支总表·合计·决算数,250000000",
        "2019,sjzyj,预算收支总表·合计·全年预算数,12000000",
        "2019,sjzyj,预算收支总表·合计·决算数,11000000",
    )
    table.write_text("\n".join(lines), encoding="utf-8")
    assert served("run", "--year", "2020", "--out", out, cwd=units).code == 0
    imported = served("history", "import", table, "--out", out, cwd=units)
    assert imported.code == 0, imported.text
    assert "2019年 dsjzx 长沙市大数据中心：2 个数据，已导入" in imported.text
    second = served("run", "--year", "2020", "--out", out, cwd=units)
    assert second.code == 0, second.text
    assert (
        "变化：历史数据 · 2019年：新增（全年预算数 260,000,000.00 元，决算支出 250,000,000.00 元"
        in second.text
    )
    rows = html_rows(out / "2020" / "dsjzx" / "latest" / "report.html")
    assert ["决算支出", "25,000.00", "27,229.98", "2,229.98", "8.92%"] in rows
    rows = html_rows(out / "2020" / "departments" / "sjzyj" / "latest" / "report.html")
    assert ["决算支出", "26,100.00", "28,675.32", "2,575.32", "9.87%"] in rows

    table.write_text("\n".join(lines).replace("250000000", "249000000"), encoding="utf-8")
    refused = served("history", "import", table, "--out", out, cwd=units)
    assert refused.code == 2
    assert "2019年的数据已从 history.csv 导入，不再导入另一份" in refused.text
    half = served("history", "import", table, "--restate", "机构划转", "--out", out, cwd=units)
    assert (half.code, "要同时写 --restate 理由 和 --date 日期" in half.text) == (2, True)
    for date, said in (("2999-01-01", "不能晚于今天"), ("2020-02-30", "日期应如 2021-05-01")):
        wrong = served(
            "history", "import", table, "--restate", "机构划转", "--date", date, "--out", out, cwd=units
        )
        assert (wrong.code, said in wrong.text) == (2, True)
    restated = served(
        "history", "import", table, "--restate", "机构划转", "--date", "2020-05-01", "--out", out, cwd=units
    )
    assert restated.code == 0, restated.text
    assert "2019年 dsjzx 长沙市大数据中心：2 个数据，已登记调整" in restated.text

    diff = served("diff", "--unit", "dsjzx", "--year", "2020", "--out", out, "--csv", "d.csv", cwd=units)
    assert diff.code == 0, diff.text
    assert "dsjzx 2020年：第 1 版 → 第 2 版" in diff.text
    written = (units / "d.csv").read_text(encoding="utf-8-sig")
    assert '历史数据 · 2019年 · 决算支出,,"250,000,000.00 元"' in written
    missing = served("diff", "--unit", "dsjzx", "--year", "2020", "--from", "7", "--out", out, cwd=units)
    assert (missing.code, "没有第 7 版，已有的版本：1、2" in missing.text) == (2, True)
