"""The published reports carry every figure of the ledger, in all three formats.

`tests/golden/ledger-2020.json` holds the amounts of the two real reports of FY2020 and, under `printed`,
every figure as they printed it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command
from tests.support.reading import (
    docx_paragraphs,
    docx_rows,
    docx_text,
    html_rows,
    html_text,
    pdf_text,
    squeeze,
)
from tests.support.workbooks import EXAMPLE, NAMES

LEDGER = json.loads((Path(__file__).parents[1] / "golden" / "ledger-2020.json").read_text(encoding="utf-8"))
UNITS = ("sjzyj", "dsjzx")
LABELS = {
    "其中：公务用车购置及运行维护费": "公务用车购置及运行维护费",
    "其中：公务用车": "公务用车购置及运行维护费",
    "公务接待": "公务接待费",
    "公务出国": "因公出国（境）费",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, jixiao: Command) -> Path:
    out = tmp_path_factory.mktemp("output")
    done = jixiao("run", "--year", "2020", "--registry", EXAMPLE / "units.toml", "--out", out)
    assert done.code == 0, done.text
    assert "2/2 个单位已发布" in done.text
    return out / "2020"


def _printed(row: dict[str, Any]) -> list[str]:
    """Amounts with separators and two decimals, `-` for zero; no rate without a base."""
    printed = row["printed"]
    amounts = [f"{printed[k]:,.2f}" if printed[k] else "-" for k in ("budget", "final", "surplus")]
    rate = printed["rate_percent"]
    return [*amounts, "" if rate is None else f"{rate:.2f}%"]


def expected_rows(unit: str) -> Iterator[list[str]]:
    """Label and four printed figures of every row of the unit's tables."""
    ledger = LEDGER[NAMES[unit]]
    for name, row in ledger["basic"].items():
        yield [name, *_printed(row)]
    for name, row in ledger["of_which_three_public"].items():
        yield [LABELS.get(name, name), *_printed(row)]
    three = _printed(ledger["three_public_total"])
    yield ["其中：“三公”经费合计", *three[:3], three[3] or "62.00%"]  # the report of the centre gave no rate
    yield ["小计", *_printed(ledger["basic_total"])]
    for row in ledger["projects"]:
        yield [row["name"], *_printed(row)]
    yield ["小计", *_printed(ledger["projects_total"])]
    yield ["基本支出与项目支出合计", *_printed(ledger["grand_total"])]


def test_the_ledger_has_the_rows_that_the_reports_printed() -> None:
    assert [len(list(expected_rows(unit))) for unit in UNITS] == [
        3 + 3 + 1 + 1 + 7 + 2,
        3 + 3 + 1 + 1 + 19 + 2,
    ]


@pytest.mark.parametrize("unit", UNITS)
def test_docx_and_html_tables_hold_every_row(published: Path, unit: str) -> None:
    latest = published / unit / "latest"
    for rows in (docx_rows(latest / "report.docx"), html_rows(latest / "report.html")):
        accounts = [row[1:] for row in rows if len(row) == 6]
        for expected in expected_rows(unit):
            assert expected in accounts


@pytest.mark.parametrize("unit", UNITS)
def test_pdf_holds_every_row(published: Path, unit: str) -> None:
    text = pdf_text(published / unit / "latest" / "report.pdf")
    for expected in expected_rows(unit):
        assert squeeze("".join(expected)) in text


@pytest.mark.parametrize("unit", UNITS)
def test_sentences_carry_the_same_figures_in_all_formats(published: Path, unit: str) -> None:
    ledger, latest = LEDGER[NAMES[unit]], published / unit / "latest"
    texts = [
        docx_text(latest / "report.docx"),
        html_text(latest / "report.html"),
        pdf_text(latest / "report.pdf"),
    ]

    def sentence(start: str, row: dict[str, Any], rate: str) -> str:
        figures = {key: f"{row['printed'][key]:,.2f}" for key in ("budget", "final", "surplus")}
        percent = f"{row['printed']['rate_percent']:.2f}%"
        return (
            f"{start}{figures['budget']}万元，决算支出{figures['final']}万元，结余{figures['surplus']}万元，"
            f"{rate}{percent}"
        )

    expected = [
        sentence("一般公共预算全年预算", ledger["grand_total"], "预算执行率"),
        sentence("基本支出全年预算", ledger["basic_total"], "预算执行率"),
        sentence("项目支出全年预算", ledger["projects_total"], "预算执行率"),
    ]
    for text in texts:
        for words in expected:
            assert squeeze(words) in text


def test_all_formats_say_the_same(published: Path) -> None:
    for unit in UNITS:
        latest = published / unit / "latest"
        html, pdf = html_text(latest / "report.html"), pdf_text(latest / "report.pdf")
        paragraphs = [part for part in docx_paragraphs(latest / "report.docx") if len(part) > 8]
        assert len(paragraphs) > 60
        for part in paragraphs:
            assert part in html
            assert part in pdf


def test_what_the_source_lacks_is_said_and_not_invented(published: Path) -> None:
    text = html_text(published / "dsjzx" / "latest" / "report.html")
    assert "因部分数据未报送，下列指标未作计算：预算调整率（缺年中调整数、年初预算数）" in text
    assert "政府采购执行率（缺采购预算数）" in text


def test_the_budget_adjustment_is_said_with_why_it_does_not_count(published: Path) -> None:
    text = html_text(published / "sjzyj" / "latest" / "report.html")
    assert "预算调整率721.68%，剔除情形：单位成立于2019年，属新设立单位，不作为扣分依据。" in text
    assert "已评分指标的分值共24分，得分22.96分" in text


def test_a_second_run_changes_nothing(published: Path, jixiao: Command) -> None:
    from tests.support.folders import fingerprint

    before = fingerprint(published)
    done = jixiao("run", "--year", "2020", "--registry", EXAMPLE / "units.toml", "--out", published.parent)
    assert done.code == 0
    assert done.text.count("无变化") == 2
    assert fingerprint(published) == before
