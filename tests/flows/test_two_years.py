"""The second year: what was published for the first one is remembered, and a waiver answers for a change."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import Command
from tests.support.workbooks import edit_workbook

WAIVER = """
[[waiver]]
unit = "sjzyj"
year = 2021
rule = "Y101.wages"
sheet = "基本支出"
cell = "F4"
value = "5,160,000.00"
reason = "机构划转，上年数按新口径调整"
approver = "王某某"
expires = 2099-12-31
"""

AMOUNTS_OF_2021 = {"C4": 5325300, "D4": 5159919, "C5": 600299, "D5": 588703}
"""What goes from wages to goods and services: a year in which nothing changes would not be believed."""


def test_next_year(units: Path, served: Command) -> None:
    out = units.parent / "output"
    assert served("run", "--year", "2020", "--out", out, cwd=units).code == 0

    # One unit hands in last year's workbook as it is; the other gives last year otherwise than published.
    edit_workbook(
        units / "sjzyj.xlsx",
        [
            ("单位概况", "B4", 2021),
            ("公务用车", "B4", 2),
            ("公务用车", "B8", 4),
            ("基本支出", "F4", 5160000),
            *(("基本支出", cell, amount) for cell, amount in AMOUNTS_OF_2021.items()),
            ("政府采购", "D4", 52400),
            ("政府采购", "D8", 2150000),
        ],
    )
    second = served("run", "--year", "2021", "--out", out, cwd=units)
    assert second.code == 1
    assert "[错误 Y301]" in second.text
    assert "报送的工作簿与上年（2020年度）的完全相同" in second.text
    assert "[错误 Y101.wages]" in second.text
    assert (
        "“工资福利支出·上年决算数”为 5,160,000.00，但上年发布的工资福利支出·决算数为 5,160,919.00"
        in second.text
    )

    (units / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    waived = served("run", "--year", "2021", "--unit", "sjzyj", "--out", out, cwd=units)
    assert waived.code == 0, waived.text
    manifest = json.loads((out / "2021" / "sjzyj" / "latest" / "manifest.json").read_text(encoding="utf-8"))
    (finding,) = [finding for finding in manifest["findings"] if finding["rule"] == "Y101.wages"]
    assert finding["waived"]["reason"] == "机构划转，上年数按新口径调整"
    page = (out / "2021" / "quality.html").read_text(encoding="utf-8")
    assert "机构划转，上年数按新口径调整" in page
    assert "<td>生效</td>" in page

    edit_workbook(units / "sjzyj.xlsx", [("基本支出", "F4", 5150000)])
    lapsed = served("run", "--year", "2021", "--unit", "sjzyj", "--out", out, cwd=units)
    assert lapsed.code == 1
    assert "原豁免针对的值为 5,160,000.00，数值已变，豁免失效" in lapsed.text


def test_waivers_that_cannot_be_read_stop_the_run_before_it_begins(units: Path, served: Command) -> None:
    (units / "waivers.toml").write_text("[[waiver]", encoding="utf-8")
    refused = served("run", "--year", "2020", "--out", units.parent / "output", cwd=units)
    assert refused.code == 2
    assert "豁免登记无法读取" in refused.text
    assert not (units.parent / "output").exists()
