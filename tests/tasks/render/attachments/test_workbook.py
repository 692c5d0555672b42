"""The attachments' workbook: recomputed cell by cell, it gives the figures of the pipeline."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.render.attachments import Attachment, build_attachments, build_working
from tasks.render.attachments.layout import place_cells
from tasks.render.attachments.model import Cell, Figure
from tasks.render.attachments.workbook import sheet_name, write_attachments
from tests.support.formulas import Recomputed
from tests.support.memory import values_of
from tests.support.workbooks import Records, example_records
from tests.tasks.render.attachments.units import complete, with_project_targets

UNITS = {
    "bureau": ("sjzyj", lambda records: None),
    "centre": ("dsjzx", lambda records: None),
    "complete": ("sjzyj", complete),
    "project targets": ("sjzyj", with_project_targets),
}
_SCALE = {"wan": 1_000_000, "yuan": 100, "rate": 10_000, "points": 100, "count": 1, "number": 1}


def sheets_of(records: Records, unit: str = "sjzyj", year: int = 2020) -> tuple[Attachment, ...]:
    values = values_of(records, unit, year)
    attachments = build_attachments(values)
    return (*attachments, build_working(values, attachments))


def _made(name: str) -> tuple[tuple[Attachment, ...], bytes]:
    unit, change = UNITS[name]
    records = example_records(unit)
    change(records)
    sheets = sheets_of(records, unit)
    return sheets, write_attachments(sheets, "题目", "某单位")


def exact(figure: Figure) -> Fraction:
    return Fraction(figure.value) / _SCALE[figure.kind]


def figures(sheets: tuple[Attachment, ...]) -> Iterator[tuple[str, str, Cell, Figure]]:
    for sheet in sheets:
        for grid in place_cells(sheet).grids:
            for cell, place in grid:
                if cell.figure:
                    address = f"{openpyxl.utils.get_column_letter(place.left + 1)}{place.top + 1}"
                    yield sheet_name(sheet), address, cell, cell.figure


@pytest.mark.parametrize("name", UNITS)
def test_formulas_give_the_figures_of_the_pipeline(name: str) -> None:
    sheets, content = _made(name)
    book = openpyxl.load_workbook(io.BytesIO(content))
    recomputed = Recomputed(book)
    formulas = 0
    for sheet, address, cell, figure in figures(sheets):
        assert recomputed.value(sheet, address) == exact(figure), (sheet, address)
        is_formula = str(book[sheet][address].value).startswith("=")
        assert is_formula == bool(cell.formula), (sheet, address)
        formulas += is_formula
    assert formulas > 50


@pytest.mark.parametrize("name", UNITS)
def test_stored_results_are_those_of_the_formulas(name: str) -> None:
    sheets, content = _made(name)
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    for sheet, address, _, figure in figures(sheets):
        assert Fraction(Decimal(repr(book[sheet][address].value))) == pytest.approx(exact(figure), abs=1e-12)


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice (soffice) on the machine")
def test_a_spreadsheet_program_computes_the_same(tmp_path: Path) -> None:
    made = {name: _made(name) for name in UNITS}
    for name, (_, content) in made.items():
        (tmp_path / f"{name}.xlsx").write_bytes(_without_results(content))
    paths = [str(tmp_path / f"{name}.xlsx") for name in made]
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'home').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "out"),
        *paths,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for name, (sheets, _) in made.items():
        book = openpyxl.load_workbook(tmp_path / "out" / f"{name}.xlsx", data_only=True)
        for sheet, address, _, figure in figures(sheets):
            assert book[sheet][address].value == pytest.approx(float(exact(figure)), abs=1e-9), (
                name,
                sheet,
                address,
            )


def _without_results(content: bytes) -> bytes:
    """The workbook without stored results, so that none can be taken over."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", old.read(name)))
    return result.getvalue()


def test_same_figures_same_bytes() -> None:
    assert _made("centre")[1] == _made("centre")[1]


def test_numbers_are_shown_in_thousands_but_years_are_not() -> None:
    records = example_records("dsjzx")
    records["targets"][1].update(target="2020", actual="2020", measure="年")
    sheets = sheets_of(records, "dsjzx")
    book = openpyxl.load_workbook(io.BytesIO(write_attachments(sheets, "题目", "某单位")))
    formats = {
        value.value: value.number_format
        for row in book["评分计算"].iter_rows()
        for value in row
        if value.value
    }
    assert (formats[1625], formats[500], formats[2020]) == ("#,##0", "#,##0", "General")


def test_only_signatures_may_be_typed_into() -> None:
    sheets, content = _made("bureau")
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, attachment in zip(book, sheets, strict=True):
        assert sheet.protection.sheet
        free = [
            cell.value
            for row in sheet.iter_rows()
            for cell in row
            if not cell.protection.locked and cell.value
        ]
        assert free == list(attachment.signature)


def test_pages_are_a4_one_page_wide_with_numbers() -> None:
    sheets, content = _made("bureau")
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, attachment in zip(book, sheets, strict=True):
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.orientation == "landscape") == attachment.is_wide
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
        assert "&P" in sheet.oddFooter.center.text
    assert book["附件1"].print_title_rows == "$9:$9"
    assert [one.id for one in book["附件2"].row_breaks.brk] != []


@given(text=st.sampled_from(("=1+1", "+cmd", "@SUM(A1)", "{=1}", "http://x.invalid", "-2", "\x00a", "&G")))
@settings(deadline=None, max_examples=8)
def test_text_of_a_unit_is_never_a_formula(text: str) -> None:
    records = example_records("sjzyj")
    for project in records["projects"]:
        project["name"] = text
    for target in records["targets"]:
        target.update(name=text, level2=text, measure=text, deviation=text)
    sheets = sheets_of(records)
    book = openpyxl.load_workbook(io.BytesIO(write_attachments(sheets, text, text)))
    wanted = {(sheet, address) for sheet, address, cell, _ in figures(sheets) if cell.formula}
    found = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert found == wanted
    assert not any(cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row)
