"""The survey of a sheet: what it finds, and that it parses only what it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.contract import CONTRACT
from tasks.pull import survey
from tasks.pull.addresses import column_letters, is_within, parse_address
from tasks.pull.survey import Oddities, percent_styles, survey_sheet
from tasks.pull.trouble import ReadingError
from tasks.pull.values import Flaw
from tests.support.raw import STYLES, Book, part_of

LABELS = [table.label for table in CONTRACT.tables]
NOT_AVAILABLE = Flaw("error_value", "#N/A")
UNCACHED = Flaw("uncached_formula", "=B1")


def sheet(rows: str) -> bytes:
    return f'<worksheet xmlns="x"><sheetData>{rows}</sheetData></worksheet>'.encode()


def cells(content: bytes, *percents: str) -> dict[tuple[int, int], Flaw | str]:
    return survey_sheet(content, percents).cells


@pytest.mark.parametrize("unit", ["sjzyj", "dsjzx"])
def test_a_filled_template_is_not_parsed(unit: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Parsing it would take twice the time of reading it."""
    monkeypatch.setattr(survey, "walk_xml", None)
    book = Book(unit)
    assert book.pull(tmp_path).troubles == ()
    assert percent_styles(book.parts[STYLES]) == frozenset()


@pytest.mark.parametrize("label", LABELS)
def test_parsing_finds_no_more_than_searching(label: str) -> None:
    content = Book().parts[part_of(label)]
    assert survey_sheet(content, ()) == Oddities()
    assert survey_sheet(content.replace(b"<sheetData>", b"<!-- --><sheetData>"), ()) == Oddities()


FOUND = [
    # what the rows are, what is found where
    ('<row r="2"><c r="C2"><f>B1</f></c></row>', {(2, 3): UNCACHED}),
    ('<row r="2"><c r="C2"><f>B1</f><v/></c></row>', {(2, 3): UNCACHED}),
    ('<row r="2"><c r="C2"><f>B1</f><v></v></c></row>', {(2, 3): UNCACHED}),
    ('<row r="2"><c r="C2" t="str"><f>B1</f></c></row>', {(2, 3): UNCACHED}),
    ('<row r="2"><c r="C2"><f/></c></row>', {(2, 3): Flaw("uncached_formula", "=")}),
    ('<row r="2"><c r="C2"><f>B1</f><v>0</v></c></row>', {}),
    ('<row r="2"><c r="C2" t="str"><f>B1</f><v></v></c></row>', {}),
    ('<row r="2"><c r="C2" t="e"><v>#N/A</v></c></row>', {(2, 3): NOT_AVAILABLE}),
    ("<row r='2'><c r='C2' t='e'><v>#N/A</v></c></row>", {(2, 3): NOT_AVAILABLE}),
    ('<x:row r="2"><x:c r="C2" t="e"><x:v>#N/A</x:v></x:c></x:row>', {(2, 3): NOT_AVAILABLE}),
    ('<row><c><f>B1</f></c><c t="e"><v>#N/A</v></c></row>', {(1, 1): UNCACHED, (1, 2): NOT_AVAILABLE}),
    ('<row r="5"><c r="C5"><v>1</v></c><c><f>B1</f></c></row><row><c><f>B1</f></c></row>',
     {(5, 4): UNCACHED, (6, 1): UNCACHED}),
    ('<row r="2"><c r="C2"><!-- t="e" --><v>1</v></c></row>', {}),
    ('<row r="2"><c r="C2"><f><![CDATA[B1]]></f></c></row>', {(2, 3): UNCACHED}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "found"), FOUND)
def test_finds(rows: str, found: dict[tuple[int, int], Flaw]) -> None:
    assert cells(sheet(rows)) == found


@pytest.mark.parametrize(
    ("attributes", "hidden"),
    [('hidden="1"', {2}), ('hidden="true"', {2}), ("hidden='1'", {2}), ('hidden="0"', set())],
)
def test_hidden_rows(attributes: str, hidden: set[int]) -> None:
    content = sheet(f'<row r="2" {attributes}><c r="A2"><v>1</v></c></row><row><c><v>1</v></c></row>')
    assert survey_sheet(content, ()).hidden_rows == hidden


def test_percents_as_the_clerk_sees_them() -> None:
    content = sheet(
        '<row r="1"><c r="A1" s="3"><v>0.95</v></c><c r="B1" s="4"><v>0.95</v></c>'
        '<c r="C1" s="3"><v>0.98789999999999996</v></c><c r="D1" s="3" t="s"><v>7</v></c>'
        '<c r="E1" s="3"><v>1.2E-2</v></c><c r="F1" s="3"><v>NaN</v></c><c r="G1" s="3"/></row>'
    )
    assert cells(content, "3") == {(1, 1): "95%", (1, 3): "98.79%", (1, 5): "1.2%"}
    assert cells(content) == {}


def test_percent_styles() -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="176" formatCode="0.0%"/>'
        '<numFmt numFmtId="177" formatCode="0&quot;%&quot;"/>'
        '<numFmt numFmtId="178" formatCode="0\\%"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="10"/><xf numFmtId="176"/>'
        '<xf numFmtId="177"/><xf numFmtId="178"/></cellXfs><cellStyles><cellStyle/></cellStyles>'
        '<dxfs><xf numFmtId="9"/></dxfs></styleSheet>'
    )
    assert percent_styles(styles.encode()) == {"1", "2", "3"}
    assert percent_styles(b"") == frozenset()


@pytest.mark.parametrize(
    ("last", "fits"),
    [
        ("BZ9999", True), ("CA9999", True), ("A10000", True), ("A20000", True), ("A20001", False),
        ("IV7812", True),
        ("IV7813", False), ("IW1", False), ("CV20000", True), ("CW20000", False), ("XFD1048576", False),
        ("A9999999", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "xml", ['<c r="{0}"><v>1</v></c>', '<c r="{0}" t="inlineStr"><is><r><t>a</t></r><r><t/></r></is></c>']
)
def test_extent(last: str, fits: bool, xml: str) -> None:
    content = sheet(f'<row r="{parse_address(last)[0]}">{xml.format(last)}</row>')
    if fits:
        assert survey_sheet(content, ()) == Oddities()
        return
    with pytest.raises(ReadingError) as caught:
        survey_sheet(content, ())
    assert caught.value.trouble.problem == "too_big"
    assert last in caught.value.trouble.detail


def test_extent_is_that_of_all_values_together() -> None:
    with pytest.raises(ReadingError, match=r"IV20000|A20000"):
        survey_sheet(
            sheet('<row r="1"><c r="IV1"><v>1</v></c></row><row r="20000"><c r="A20000"><v>1</v></c></row>'),
            (),
        )


def test_empty_cells_reach_as_far_as_they_like() -> None:
    assert survey_sheet(sheet('<row r="1048576"><c r="XFD1048576" s="1"/></row>'), ()) == Oddities()


@pytest.mark.parametrize(
    "rows", ["<row r='x'/>", "<row r='-1'><c r='A-1'/></row>", "<row><c r=''/></row>", "<row>", "\0"]
)
def test_malformed(rows: str) -> None:
    with pytest.raises(ReadingError) as caught:
        survey_sheet(sheet(rows), ())
    assert caught.value.trouble.problem == "not_xlsx"


def test_addresses_and_letters_agree() -> None:
    letters = [column_letters(number) for number in range(1, 16_385)]
    assert [letters[0], letters[25], letters[26], letters[-1]] == ["A", "Z", "AA", "XFD"]
    assert [parse_address(f"{column}7") for column in letters] == [(7, number) for number in range(1, 16_385)]
    assert parse_address("e07") == (7, 5)


@pytest.mark.parametrize("address", ["", "7", "E", "E7:F8", "$E$7", "E７", "ABCD1", "E12345678", " E7"])
def test_no_address(address: str) -> None:
    with pytest.raises(ValueError, match="not a cell address"):
        parse_address(address)


@pytest.mark.parametrize(
    ("cell", "inside"),
    [("B2", True), ("C3", True), ("D4", True), ("A2", False), ("E4", False), ("B1", False), ("D5", False)],
)
def test_cells_of_an_area(cell: str, inside: bool) -> None:
    assert is_within(cell, "B2:D4") == inside
