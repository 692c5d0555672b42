"""One unit's trouble stays with that unit; mended, that unit alone is run again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import openpyxl

from tests.support.command import Command
from tests.support.folders import fingerprint, readable_by_others
from tests.support.reading import html_rows
from tests.support.workbooks import edit_workbook


def test_break_one_unit_then_mend_it(units: Path, served: Command) -> None:
    out = units.parent / "output"
    edit_workbook(units / "dsjzx.xlsx", [("预算收支总表", "E4", "二亿七千万")])
    broken = served("run", "--year", "2020", "--out", out, cwd=units, before=_let_all_read)
    assert broken.code == 1
    assert "1/2 个单位已发布；未发布：dsjzx 长沙市大数据中心（未通过核对）" in broken.text
    assert "dsjzx.xlsx “预算收支总表”表 E4：“决算数”应为数字，现为“二亿七千万”" in broken.text
    assert (out / "2020" / "sjzyj" / "latest" / "report.docx").is_file()
    assert not (out / "2020" / "dsjzx" / "latest").exists()
    kept = json.loads((out / "2020" / "dsjzx" / "findings.json").read_text(encoding="utf-8"))
    assert [(f["rule"], f["sheet"], f["cell"]) for f in kept["findings"]] == [("D301", "预算收支总表", "E4")]

    marked = openpyxl.load_workbook(out / "2020" / "dsjzx" / "已标注-dsjzx.xlsx")
    assert "应为数字" in marked["预算收支总表"]["E4"].comment.text
    sheet = openpyxl.load_workbook(out / "2020" / "dsjzx" / "findings.xlsx").active
    assert any("E4" in [cell.value for cell in row] for row in sheet.iter_rows())

    other = fingerprint(out / "2020" / "sjzyj")
    edit_workbook(units / "dsjzx.xlsx", [("预算收支总表", "E4", 272299800)])
    mended = served("run", "--year", "2020", "--unit", "dsjzx", "--out", out, cwd=units)
    assert mended.code == 0, mended.text
    assert "1/1 个单位已发布" in mended.text
    assert (out / "2020" / "dsjzx" / "latest" / "report.pdf").is_file()
    assert not list((out / "2020" / "dsjzx").glob("*.xlsx")), "nothing is left to mend"
    assert fingerprint(out / "2020" / "sjzyj") == other

    # A later mistake leaves the last good version, a later change makes a new one and says what changed.
    first = fingerprint(out / "2020" / "dsjzx" / "versions")
    edit_workbook(units / "dsjzx.xlsx", [("项目支出", "H4", 1)])
    wrong = served("run", "--year", "2020", "--unit", "dsjzx", "--out", out, cwd=units)
    assert wrong.code == 1
    assert fingerprint(out / "2020" / "dsjzx" / "versions") == first
    edit_workbook(
        units / "dsjzx.xlsx",
        [("项目支出", "H4", 0), ("单位概况", "B4", 2020), ("问题与措施", "A4", "资产权属不清")],
    )
    changed = served("run", "--year", "2020", "--unit", "dsjzx", "--out", out, cwd=units)
    assert changed.code == 0, changed.text
    assert "第 2 版" in changed.text
    assert "变化：问题与措施 · 第1条 · 问题概括" in changed.text or "→ 资产权属不清" in changed.text
    assert (out / "2020" / "dsjzx" / "latest").readlink() == Path("versions/0002")
    manifest = json.loads((out / "2020" / "dsjzx" / "latest" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["version"] == 2
    assert manifest["previous"] == 1
    assert html_rows(out / "2020" / "dsjzx" / "latest" / "report.html")
    assert readable_by_others(out) == []


def _let_all_read() -> None:
    os.umask(0)


def test_faulty_registry_entries_do_not_stop_the_others(units: Path, served: Command) -> None:
    registry = units / "units.toml"
    text = registry.read_text(encoding="utf-8").replace('code = "dsjzx"', 'code = "../dsjzx"')
    registry.write_text(text, encoding="utf-8")
    done = served("run", "--year", "2020", "--out", units / "out", cwd=units)
    assert done.code == 1
    assert "单位代码“../dsjzx”不合规" in done.text
    assert "1/2 个单位已发布" in done.text
    folders = [path.name for path in (units / "out" / "2020").iterdir() if path.is_dir()]
    assert sorted(folders) == ["departments", "sjzyj"]
    assert not (units / "out" / "dsjzx").exists()


def test_full_disk_leaves_the_last_version(units: Path, served: Command) -> None:
    """No file may grow beyond 100 kB, as on a disk that is full before the PDF is written."""
    out = units / "out"
    assert served("run", "--year", "2020", "--unit", "sjzyj", "--out", out, cwd=units).code == 0
    before = fingerprint(out / "2020" / "sjzyj" / "versions")
    edit_workbook(units / "sjzyj.xlsx", [("单位概况", "B7", "本局")])
    done = served.limited(100_000, "run", "--year", "2020", "--unit", "sjzyj", "--out", out, cwd=units)
    assert done.code == 1
    assert "处理出错" in done.text
    assert "请检查磁盘配额后重新运行" in done.text
    assert fingerprint(out / "2020" / "sjzyj" / "versions") == before
    again = served("run", "--year", "2020", "--unit", "sjzyj", "--out", out, cwd=units)
    assert again.code == 0
    assert "第 2 版" in again.text
