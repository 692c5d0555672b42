"""The marked copy: marks are where they belong, and nothing else is different."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from expectations.rules import Severity
from tasks.feedback import marked_workbook
from tasks.feedback.marked_workbook import MAX_CELLS
from tasks.feedback.marks import FILLS
from tests.support.feedback import boxes, finding, look, parts, sheet_data, sheet_parts, write
from tests.support.raw import Book, pack

C, W = Severity.CRITICAL, Severity.WARNING
RED, YELLOW = FILLS[C], FILLS[W]
BUDGET, STAFF = "预算收支总表", "人员编制"
NOTE = "【绩效自评核对】\n错误 D301：“决算数”应为数字，现为“无”。\n怎么改：请改为数字。"
EVERYTHING = "项目&<支出>'\""
"""The name of a sheet with all that has a meaning in XML."""
SCHEMA = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData autoFilter mergeCells conditionalFormatting "
    "dataValidations pageMargins pageSetup headerFooter drawing legacyDrawing tableParts"
)


def mark(folder: Path, content: bytes, *findings: Any) -> bytes:
    marked = marked_workbook(write(folder, content), findings)
    assert marked is not None
    return marked


def everything(change: Callable[[Any, Any], None] = lambda book, sheet: None) -> bytes:
    """A workbook as Excel writes it: formulas with results, notes, a merged title, and much else."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        percent = book.add_format({"bold": True, "num_format": "0.00%", "bg_color": "#DDEBF7"})
        sheet = book.add_worksheet(EVERYTHING)
        sheet.merge_range("A1:F1", "标题", percent)
        sheet.write_number("A3", 0.25, percent)
        sheet.write_formula("B3", "=A3*2", percent, 0.5)
        sheet.write_formula("C3", '="甲"&"乙"', None, "甲乙")
        sheet.write_array_formula("D3:D4", "{=A3:A4*2}", None, 0.5)
        sheet.write_comment("A3", "旧批注 <甲> & 乙", {"width": 100, "height": 30, "author": "张三"})
        sheet.write_comment("E5", "别的", {"width": 333, "height": 222})
        sheet.set_column("A:F", 17.5)
        sheet.set_row(7, 44)
        sheet.set_column("H:H", 9, percent)
        sheet.data_validation("F4", {"validate": "list", "source": ["是", "否"]})
        sheet.conditional_format("A3:B9", {"type": "cell", "criteria": ">", "value": 9, "format": percent})
        sheet.autofilter("A2:F9")
        sheet.add_table("J2:K4")
        sheet.set_landscape()
        sheet.set_footer("&C&P")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=另一张!$A$1:$A$2"})
        sheet.insert_chart("M2", chart)
        change(book, sheet)
        other = book.add_worksheet("另一张")
        reference = EVERYTHING.replace("'", "''")
        other.write_formula("A1", f"='{reference}'!B3", None, 1)
        other.add_table("J2:K4")
    return content.getvalue()


# --- what is marked ---


def test_a_cell_is_coloured_and_says_what_to_mend(tmp_path: Path) -> None:
    shown = look(mark(tmp_path, Book().content(), finding(BUDGET, "E4"), finding(STAFF, "B4", W)))
    assert shown[BUDGET].colours == {"E4": RED}
    assert shown[BUDGET].notes["E4"] == NOTE
    assert shown[BUDGET].tab == RED
    assert shown[STAFF].colours == {"B4": YELLOW}
    assert shown[STAFF].notes["B4"] == NOTE.replace("错误", "提醒")
    assert shown[STAFF].tab == YELLOW
    assert {name for name, sheet in shown.items() if sheet.tab} == {BUDGET, STAFF}


def test_findings_on_one_cell_are_joined_and_the_worst_gives_the_colour(tmp_path: Path) -> None:
    shown = look(
        mark(tmp_path, Book().content(), finding(STAFF, "B4", W, rule="甲"), finding(STAFF, "B4", rule="乙"))
    )
    assert shown[STAFF].colours == {"B4": RED}
    head, *lines = shown[STAFF].notes["B4"].split("\n")
    assert head == "【绩效自评核对】"
    assert [line[:4] for line in lines] == ["提醒 甲", "怎么改：", "错误 乙", "怎么改："]


def test_a_note_fits_onto_the_screen(tmp_path: Path) -> None:
    findings = [finding(STAFF, "B4", rule=f"R{number}") for number in range(20)]
    note = look(mark(tmp_path, Book().content(), *findings))[STAFF].notes["B4"]
    assert "R5" in note
    assert "R6" not in note
    assert note.endswith("另有 14 条，见核对结果。")


def test_a_finding_without_a_cell_is_noted_at_a1(tmp_path: Path) -> None:
    marked = mark(tmp_path, everything(), finding(EVERYTHING, severity=W))
    shown = look(marked)[EVERYTHING]
    assert shown.notes["A1"] == NOTE.replace("错误", "提醒")
    assert shown.colours == {}
    assert shown.tab == YELLOW
    sheet = openpyxl.load_workbook(io.BytesIO(marked))[EVERYTHING]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:F1"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        finding(),
        finding("没有这张表", "A1"),
        finding(STAFF, "A1:B2"),
        finding(STAFF, "第三行"),
        finding(STAFF, "A0"),
        finding(STAFF, "IW4"),
        finding(STAFF, "B20001"),
    ],
)
def test_what_is_no_cell_of_the_file_is_not_marked(tmp_path: Path, elsewhere: Any) -> None:
    content = Book().content()
    assert marked_workbook(write(tmp_path, content), [elsewhere]) is None
    assert mark(tmp_path, content, elsewhere, finding(STAFF, "B4")) == mark(
        tmp_path, content, finding(STAFF, "B4")
    )


def test_a_sheet_gets_no_more_marks_than_somebody_can_read(tmp_path: Path) -> None:
    findings = [finding(STAFF, f"B{row}") for row in range(4, 3000)]
    shown = look(mark(tmp_path, Book().content(), *findings))[STAFF]
    assert list(shown.colours) == [f"B{row}" for row in range(4, 4 + MAX_CELLS)]


def test_hostile_texts_do_no_harm(tmp_path: Path) -> None:
    hostile = "<t>]]>&amp;\"'\x00\x0b\ud800\ufffe{0}\\1"
    marked = mark(
        tmp_path, Book().content(), finding(STAFF, "B4", message=hostile, remedy=hostile, rule=hostile)
    )
    clean = "<t>]]>&amp;\"'{0}\\1"
    assert look(marked)[STAFF].notes["B4"].endswith(f"\n错误 {clean}：{clean}。\n怎么改：{clean}。")


# --- what stays ---


def test_formulas_results_and_all_else_stay(tmp_path: Path) -> None:
    original = everything()
    findings = [finding(EVERYTHING, cell) for cell in ("A3", "B3", "C3", "H40", "F2")]
    marked = mark(tmp_path, original, *findings)
    assert look(marked)[EVERYTHING].colours == dict.fromkeys(("A3", "B3", "C3", "H40", "F2"), RED)
    before, after = parts(original), parts(marked)
    part = sheet_parts(original)[EVERYTHING]
    assert sheet_data(after[part]) == sheet_data(before[part])
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {part, "xl/styles.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}
    assert list(after) == list(before)
    sheet = openpyxl.load_workbook(io.BytesIO(marked), data_only=True)[EVERYTHING]
    assert [sheet[cell].value for cell in ("B3", "C3", "D3")] == [0.5, "甲乙", 0.5]
    assert sheet["B3"].number_format == "0.00%"
    assert sheet["B3"].fill.fgColor.rgb == "FFDDEBF7"
    # Only additions: without them it is the original again.
    assert _without_additions(after[part]) == before[part]
    assert b'<dxfs count="2">' in after["xl/styles.xml"]
    added = '<dxf><fill><patternFill><bgColor rgb="FFFE8A80"/></patternFill></fill></dxf>'
    assert after["xl/styles.xml"].decode().replace(added, "").replace(
        '<dxfs count="2"', '<dxfs count="1"'
    ) == (before["xl/styles.xml"].decode())


def _without_additions(part: bytes) -> bytes:
    content = re.sub(r"<sheetPr><tabColor[^>]*/></sheetPr>", "", part.decode())
    ours = (
        r'<conditionalFormatting sqref="[A-Z0-9 ]*"><cfRule [^>]*><formula>ISTEXT\("jixiao-mark"\)</formula>'
    )
    return re.sub(ours + "</cfRule></conditionalFormatting>", "", content).encode()


def test_the_order_of_elements_is_that_of_the_schema(tmp_path: Path) -> None:
    bare = everything(lambda book, sheet: sheet.set_tab_color("#123456"))
    for content in (everything(), bare, Book().content()):
        sheets = sheet_parts(content)
        marked = parts(mark(tmp_path, content, *[finding(name, "B4") for name in sheets]))
        for part in sheets.values():
            tags = re.findall(
                r"<(\w+)[\s/>]", re.sub(r"<sheetData>.*</sheetData>", "<sheetData/>", marked[part].decode())
            )
            order = [SCHEMA.split().index(tag) for tag in tags if tag in SCHEMA.split()]
            assert order == sorted(order)
            assert "legacyDrawing" in tags
            assert "conditionalFormatting" in tags


def test_formats_of_others_go_before_ours(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(mark(tmp_path, everything(), finding(EVERYTHING, "A3"))))[
        EVERYTHING
    ]
    rules = {rule.type: rule.priority for area in sheet.conditional_formatting for rule in area.rules}
    assert rules == {"cellIs": 1, "expression": 2}


def test_a_tab_colour_of_others_stays(tmp_path: Path) -> None:
    content = everything(lambda book, sheet: sheet.set_tab_color("#123456"))
    assert look(mark(tmp_path, content, finding(EVERYTHING, "A3")))[EVERYTHING].tab == "123456"


def test_notes_of_others_stay_and_ours_follow(tmp_path: Path) -> None:
    original = everything()
    marked = mark(tmp_path, original, finding(EVERYTHING, "A3"))
    notes = look(marked)[EVERYTHING].notes
    assert notes == {"A3": f"旧批注 <甲> & 乙\n{NOTE}", "E5": "别的"}
    sheet = openpyxl.load_workbook(io.BytesIO(marked))[EVERYTHING]
    assert sheet["A3"].comment.author == "张三"
    before, after = (boxes(content, "xl/drawings/vmlDrawing1.vml") for content in (original, marked))
    assert after[4, 4] == before[4, 4]
    assert after[2, 0] != before[2, 0]


def test_a_note_of_plain_text_becomes_a_run_beside_ours(tmp_path: Path) -> None:
    """Excel shows either the plain text or the runs of a note, never both."""
    path = write(tmp_path, everything())
    book = openpyxl.load_workbook(path)
    book.save(path)
    marked = parts(mark(tmp_path, path.read_bytes(), finding(EVERYTHING, "A3")))
    text = re.search(
        r'<comment ref="A3".*?</comment>', marked["xl/comments/comment1.xml"].decode(), re.DOTALL
    )
    assert text
    assert re.findall(r"<text><(\w)>", text[0]) == ["r"]
    assert text[0].count("<r>") == 2
    marked_boxes = boxes(pack(marked), "xl/drawings/commentsDrawing1.vml")
    assert len(marked_boxes[2, 0]) == 8  # this program says no place, and so the box would not grow
    assert marked_boxes[4, 4] == []


# --- the boxes of the notes ---


def test_a_box_lies_beside_its_cell_and_holds_its_text(tmp_path: Path) -> None:
    def size(book: Any, sheet: Any) -> None:
        sheet.set_column("C:C", 100)
        sheet.set_row(20, 300)
        sheet.set_row(30, None, None, {"hidden": True})

    cells = ("B5", "B21", "B32", "J9")
    findings = [finding(EVERYTHING, cell, message="长" * 100) for cell in cells]
    found = boxes(mark(tmp_path, everything(size), *findings), "xl/drawings/vmlDrawing1.vml")
    # 7 lines of 16 pixels and a margin, from 2 pixels into the row above on: 128. The wide column C holds it.
    assert found[4, 1] == [2, 15, 3, 2, 2, 355, 7, 48]  # 4 rows of 20, then some of a higher one
    assert found[20, 1] == [2, 15, 19, 2, 2, 355, 20, 108]  # one of 20, then some of one of 400
    assert found[31, 1] == [2, 15, 30, 2, 2, 355, 37, 8]  # a hidden one, then 6 of 20
    assert found[8, 9][0] == 10
    assert found[8, 9][4] == 15  # columns of 64 pixels


def test_every_note_has_a_box(tmp_path: Path) -> None:
    marked = mark(
        tmp_path, everything(), finding(EVERYTHING, "A3"), finding(EVERYTHING, "B9"), finding("另一张", "C3")
    )
    assert set(boxes(marked, "xl/drawings/vmlDrawing1.vml")) == {(2, 0), (4, 4), (8, 1)}
    assert set(boxes(marked, "xl/drawings/vmlDrawing2.vml")) == {(2, 2)}
    types = parts(marked)["[Content_Types].xml"].decode()
    assert types.count('Extension="vml"') == 1
    assert types.count('PartName="/xl/comments2.xml"') == 1
    links = parts(marked)["xl/worksheets/_rels/sheet2.xml.rels"].decode()
    assert re.findall(r'Id="(\w+)"', links) == ["rId1", "rId2", "rId3"]
    shapes = parts(marked)["xl/drawings/vmlDrawing1.vml"].decode()
    numbers = re.findall(r'id="(_x0000_s\d+)"', shapes)
    assert len(set(numbers)) == len(numbers) == 3
    for name in ("xl/drawings/vmlDrawing1.vml", "xl/drawings/vmlDrawing2.vml"):
        assert parts(marked)[name].count(b'id="_x0000_t202"') == 1


def test_the_first_notes_of_a_workbook(tmp_path: Path) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.add_worksheet(STAFF)
    marked = mark(tmp_path, content.getvalue(), finding(STAFF, "B4"))
    assert look(marked)[STAFF].notes == {"B4": NOTE}
    types = parts(marked)["[Content_Types].xml"].decode()
    drawing, comments = (
        f"application/vnd.openxmlformats-officedocument.{kind}"
        for kind in ("vmlDrawing", "spreadsheetml.comments+xml")
    )
    assert f'<Default Extension="vml" ContentType="{drawing}"/>' in types
    assert f'<Override PartName="/xl/comments1.xml" ContentType="{comments}"/>' in types


def test_controls_in_the_drawing_stay_although_it_is_no_xml(tmp_path: Path) -> None:
    """Excel writes the caption of a button in HTML; there may be a drawing without any note."""

    def press(book: Any, sheet: Any) -> None:
        book.add_worksheet("按钮").insert_button("B2", {"caption": "第一行"})

    original = parts(everything(press))
    name = "xl/drawings/vmlDrawing2.vml"
    original[name] = original[name].replace("第一行".encode(), "第一行<br>第二行".encode())
    marked = mark(tmp_path, pack(original), finding("按钮", "B2"))
    assert set(boxes(marked, name)) == {(1, 1)}
    before = original[name].removesuffix(b"</xml>")
    assert parts(marked)[name].startswith(before)
    assert parts(marked)["xl/worksheets/sheet2.xml"].count(b"<legacyDrawing") == 1
    assert look(marked)["按钮"].notes == {"B2": NOTE}


# --- workbooks as others write them ---


def _saved_by_openpyxl(content: bytes) -> bytes:
    book, saved = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _with_prefixes(content: bytes) -> bytes:
    """The main namespace with a prefix, and a byte order mark in front, as .NET writes them."""
    book = parts(content)
    for name, part in book.items():
        if b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"' in part:
            prefixed = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", part).replace(b"xmlns=", b"xmlns:x=")
            book[name] = b"\xef\xbb\xbf" + prefixed
    return pack(book)


@pytest.mark.parametrize("rewrite", [_saved_by_openpyxl, _with_prefixes])
def test_other_ways_of_writing(tmp_path: Path, rewrite: Callable[[bytes], bytes]) -> None:
    content = rewrite(Book().content())
    before = look(content)
    shown = look(
        mark(tmp_path, content, finding(STAFF, "B4"), finding(STAFF, "A3"), finding("单位概况", "B19"))
    )
    assert shown[STAFF].colours == {"A3": RED, "B4": RED}
    assert shown[STAFF].notes == before[STAFF].notes | {
        "A3": f"{before[STAFF].notes['A3']}\n{NOTE}",
        "B4": NOTE,
    }
    assert shown["单位概况"].notes == {"B19": NOTE}


def test_no_differential_formats_yet(tmp_path: Path) -> None:
    book = Book()
    book.parts["xl/styles.xml"] = re.sub(rb"<dxfs[^>]*/>", b"", book.parts["xl/styles.xml"])
    marked = mark(tmp_path, book.content(), finding(STAFF, "B4"), finding(STAFF, "B5", W))
    assert look(marked)[STAFF].colours == {"B4": RED, "B5": YELLOW}
    assert b'</cellStyles><dxfs count="2"><dxf>' in parts(marked)["xl/styles.xml"]


# --- files that cannot be marked ---


def _without(name: str) -> bytes:
    return pack({part: content for part, content in Book().parts.items() if part != name})


def _changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    book = Book().parts
    return pack(book | {name: change(book[name])})


SHEET = "xl/worksheets/sheet3.xml"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WEIRD: dict[str, bytes] = {
    "empty": b"",
    "text": "单位,金额".encode(),
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "cut short": Book().content()[:-300],
    "no styles": _without("xl/styles.xml"),
    "no sheet": _without(SHEET),
    "no types": _without("[Content_Types].xml"),
    "utf-16": _changed(SHEET, lambda part: part.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
    "latin": _changed(SHEET, lambda part: part.replace(b"UTF-8", b"ISO-8859-1")),
    "not well-formed": _changed(SHEET, lambda part: part.replace(b"</sheetData>", b"")),
    "document type": _changed(SHEET, lambda part: part.replace(b"<worksheet", b"<!DOCTYPE a><worksheet")),
    "strict": _changed(SHEET, lambda part: part.replace(MAIN, STRICT)),
    "strange drawing": _changed("xl/drawings/vmlDrawing1.vml", lambda part: b"<xml/>"),
    "strange notes": _changed("xl/comments1.xml", lambda part: b"<comments/>"),
}


@pytest.mark.parametrize("name", WEIRD)
def test_what_cannot_be_marked_gives_nothing(tmp_path: Path, name: str) -> None:
    findings = [finding(STAFF, "B4"), finding("单位概况", "B4")]  # with notes already, and without
    assert marked_workbook(write(tmp_path, WEIRD[name]), findings) is None


def test_too_much_to_copy_gives_nothing(tmp_path: Path) -> None:
    book = Book().parts
    assert marked_workbook(write(tmp_path, pack(book | {"xl/media/a": bytes(2**20)})), [finding(STAFF, "B4")])
    bomb = pack(book | {"xl/media/a": bytes(130 * 2**20)})
    assert len(bomb) < 2**20
    assert marked_workbook(write(tmp_path, bomb), [finding(STAFF, "B4")]) is None


def test_equal_inputs_give_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = Book().content()
    findings = [finding(STAFF, "B4"), finding("单位概况", "B19"), finding(BUDGET)]
    first = mark(tmp_path, content, *findings)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert mark(tmp_path, content, *findings) == first
