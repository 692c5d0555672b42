"""The Word file, read back with python-docx and lxml."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from lxml import etree

from tasks.render import docx as writer
from tasks.render.document import Document, Paragraph, Table, TableColumn, TableRow
from tasks.render.docx import ReferenceDocumentError, render_docx
from tasks.render.text import REPORT_TEMPLATES
from tests.tasks.render.conftest import CONTROLS_GONE, HOSTILE, make_document, make_picture, make_table


@pytest.fixture(scope="module")
def package(report: Document) -> bytes:
    return render_docx(report)


@pytest.fixture(scope="module")
def word(package: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(package))


def values(element: Any, path: str) -> list[str]:
    return [str(found) for found in element.xpath(path)]


def test_same_document_same_bytes(report: Document, package: bytes) -> None:
    assert render_docx(report) == package
    assert render_docx(replace(report, date_iso="2021-03-16")) != package
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_part_is_well_formed(package: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if not name.endswith(".png"):
                etree.fromstring(archive.read(name))


def test_properties_are_those_of_the_report(package: bytes, word: WordDocument, report: Document) -> None:
    properties = word.core_properties
    assert properties.title == report.title
    assert properties.author == properties.last_modified_by == "某某市数据中心"
    assert properties.language == "zh-CN"
    assert properties.created == properties.modified
    assert str(properties.created).startswith("2021-03-15 00:00:00")
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert len(etree.fromstring(archive.read("docProps/app.xml"))) == 0


def test_text_stays_text(word: WordDocument) -> None:
    paragraphs = [paragraph.text for paragraph in word.paragraphs]
    assert HOSTILE in paragraphs
    assert CONTROLS_GONE in paragraphs
    assert f"（1）说明{HOSTILE}" in paragraphs
    assert f"表九：{HOSTILE}" in paragraphs
    assert [cell.text for row in word.tables[1].rows for cell in row.cells] == [
        HOSTILE,
        "数额",
        HOSTILE,
        CONTROLS_GONE,
    ]
    caption = word.tables[1]._tbl.tblPr.find(qn("w:tblCaption"))
    assert caption is not None
    assert caption.get(qn("w:val")) == f"表九：{HOSTILE}"


def test_spaces_are_kept() -> None:
    word = docx.Document(io.BytesIO(render_docx(make_document(Paragraph(" 两  格 ")))))
    assert " 两  格 " in [paragraph.text for paragraph in word.paragraphs]
    run = word.paragraphs[-1]._p.xpath(".//w:t")[0]
    assert run.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


def test_styles_in_order(word: WordDocument) -> None:
    styles = [paragraph.style.name for paragraph in word.paragraphs if paragraph.style]
    assert styles[:7] == ["封面标记", "封面标题", "封面信息", "Title", "Body Text", "Heading 1", "Heading 2"]
    assert styles[15:19] == ["Heading 1", "Heading 3", "Heading 4", "Body Text"]
    assert styles[-7:] == ["Caption", "图片", "图题", "Heading 1", "Body Text", "Signature", "Date"]
    assert styles.count("表注") == 1


def test_no_formatting_by_hand(word: WordDocument) -> None:
    body = word.element.body
    assert not body.xpath(".//w:rFonts | .//w:sz | .//w:jc | .//w:spacing | .//w:ind | .//w:b")


@pytest.mark.parametrize(
    ("name", "font", "size", "level"),
    [
        ("Heading 1", "黑体", 16, 0),
        ("Heading 2", "楷体_GB2312", 16, 1),
        ("Heading 3", "仿宋_GB2312", 16, 2),
        ("Heading 4", "仿宋_GB2312", 16, 3),
        ("Title", "方正小标宋简体", 22, None),
        ("Normal", "仿宋_GB2312", 16, None),
    ],
)
def test_styles_name_chinese_fonts(
    word: WordDocument, name: str, font: str, size: int, level: int | None
) -> None:
    style = word.styles[name]
    assert values(style.element, "./w:rPr/w:rFonts/@w:eastAsia") == [font]
    assert style.font.size is not None
    assert style.font.size.pt == size
    assert values(style.element, "./w:pPr/w:outlineLvl/@w:val") == ([] if level is None else [str(level)])
    if level is not None:
        assert style.paragraph_format.keep_with_next
    assert "zh-CN" in values(word.styles.element, "./w:docDefaults//w:lang/@w:eastAsia")


def test_fonts_that_may_be_missing_have_substitutes(package: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        table = etree.fromstring(archive.read("word/fontTable.xml"))
    substitutes = {font.get(qn("w:name")): font[0].get(qn("w:val")) for font in table}
    assert substitutes["仿宋_GB2312"] == "仿宋"
    assert substitutes["楷体_GB2312"] == "楷体"
    assert substitutes["方正小标宋简体"] == "宋体"


def test_page_is_that_of_the_standard(word: WordDocument) -> None:
    assert len(word.sections) == 2
    for section in word.sections:
        page = [section.page_width, section.page_height]
        margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
        assert [round(length.mm, 1) for length in [*page, *margins] if length is not None] == [
            *(210.0, 297.0, 37.0, 35.0, 28.0, 26.0)
        ]
        grid = section._sectPr.find(qn("w:docGrid"))
        assert grid is not None
        assert grid.get(qn("w:type")) == "linesAndChars"
        # 22 lines of 28 characters of 16 pt
        lines = (297 - 37 - 35) / 25.4 * 72 / (int(grid.get(qn("w:linePitch"))) / 20)
        characters = (210 - 28 - 26) / 25.4 * 72 / (16 + int(grid.get(qn("w:charSpace"))) / 4096)
        assert (int(lines), int(characters)) == (22, 28)


def test_page_numbers_start_after_the_cover(word: WordDocument) -> None:
    cover, body = word.sections
    assert not values(cover._sectPr, "./w:footerReference")
    assert values(body._sectPr, "./w:pgNumType/@w:start") == ["1"]
    assert word.settings.odd_and_even_pages_header_footer
    for footer, alignment in ((body.footer, "right"), (body.even_page_footer, "left")):
        assert not footer.is_linked_to_previous
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        assert values(paragraph._p, ".//w:instrText/text()") == [" PAGE "]
        style = paragraph.style
        assert style is not None
        chars = values(style.element, f"./w:pPr/w:ind/@w:{alignment}Chars")
        assert chars == ["100"]


def table_rows(table: WordTable) -> Iterator[tuple[list[str], Any]]:
    for row in table.rows:
        yield [cell.text for cell in row.cells], row._tr


def test_header_row_is_repeated_and_rows_are_not_split(word: WordDocument) -> None:
    for table in word.tables:
        for index, (texts, row) in enumerate(table_rows(table)):
            assert bool(row.xpath("./w:trPr/w:tblHeader")) == (index == 0)
            assert row.xpath("./w:trPr/w:cantSplit") or (index and HOSTILE in texts)
        assert table.style is not None
        assert table.style.name == "报告表格"
        widths = [int(width) for width in values(table._tbl, "./w:tblGrid/w:gridCol/@w:w")]
        assert sum(widths) == 11906 - 1588 - 1474


def test_a_very_long_row_may_be_split() -> None:
    columns = (TableColumn("指标", "left", 30), TableColumn("完成情况", "left", 70))
    table = Table("表三", "指标", "", columns, (TableRow(("甲", "很长。" * 300)), TableRow(("乙", "短"))))
    word = docx.Document(io.BytesIO(render_docx(make_document(table))))
    assert [bool(row.xpath("./w:trPr/w:cantSplit")) for _, row in table_rows(word.tables[0])] == [
        True,
        False,
        True,
    ]


def test_a_table_is_never_the_last_thing() -> None:
    word = docx.Document(io.BytesIO(render_docx(make_document(make_table(3)))))
    assert [child.tag for child in word.element.body][-3:] == [qn("w:tbl"), qn("w:p"), qn("w:sectPr")]


def test_what_stays_together() -> None:
    document = make_document(
        make_table(6, subtotal_after=(3,)),
        Paragraph("前面的一段。"),
        Paragraph("最后一段。"),
        Paragraph("某某单位", "signature"),
        Paragraph("2021年3月15日", "date"),
    )
    word = docx.Document(io.BytesIO(render_docx(document)))
    kept = [
        texts[1]
        for texts, row in list(table_rows(word.tables[0]))[1:]
        if len(row.xpath("./w:tc/w:p/w:pPr/w:keepNext")) == 4
    ]
    assert kept == ["项目2末", "项目3末", "项目5末", "项目6末"]
    by_text = {paragraph.text: paragraph for paragraph in word.paragraphs}
    assert by_text["最后一段。"].paragraph_format.keep_with_next
    assert not by_text["前面的一段。"].paragraph_format.keep_with_next
    for name in ("Caption", "Signature", "表头"):
        assert word.styles[name].paragraph_format.keep_with_next


def test_roles_of_rows(word: WordDocument) -> None:
    rows = list(table_rows(word.tables[0]))
    styles = [values(row, ".//w:pStyle/@w:val") for _, row in rows]
    names = {style.style_id: style.name for style in word.styles}
    assert [names[style] for style in styles[0]] == ["表头"] * 3
    assert [names[style] for style in styles[1]] == ["表格居中", "表格文字", "表格数字"]
    assert [names[style] for style in styles[2]] == ["表格居中", "表格其中项", "表格数字"]
    assert [len(row.xpath(".//w:rStyle")) for _, row in rows] == [0, 0, 0, 0, 3]


def saved_by_word(source: Path, target: Path, changes: dict[str, str]) -> None:
    """Copy a package with names replaced in all parts, as Word gives new ids when it saves."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for before, after in changes.items():
                text = text.replace(before, after)
            new.writestr(name, text)


def test_a_restyled_reference_document_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Document
) -> None:
    changes = {'"Heading1"': '"1"', '"BodyText"': '"a5"', "rId4": "rId11", 'w:left="1588"': 'w:left="1600"'}
    saved_by_word(REPORT_TEMPLATES / "reference.docx", tmp_path / "reference.docx", changes)
    monkeypatch.setattr(writer, "REPORT_TEMPLATES", tmp_path)
    word = docx.Document(io.BytesIO(render_docx(report)))
    styles = [paragraph.style.name for paragraph in word.paragraphs if paragraph.style]
    assert styles[4:6] == ["Body Text", "Heading 1"]
    assert word.sections[1].footer.paragraphs[0].text == "— 1 —"
    widths = [int(width) for width in values(word.tables[0]._tbl, "./w:tblGrid/w:gridCol/@w:w")]
    assert sum(widths) == 11906 - 1600 - 1474


def test_a_missing_style_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Document) -> None:
    changes = {'<w:name w:val="表注"/>': '<w:name w:val="别的"/>'}
    saved_by_word(REPORT_TEMPLATES / "reference.docx", tmp_path / "reference.docx", changes)
    monkeypatch.setattr(writer, "REPORT_TEMPLATES", tmp_path)
    with pytest.raises(ReferenceDocumentError, match="缺少样式“表注”"):
        render_docx(report)


def test_a_reference_document_without_a_cover_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Document
) -> None:
    docx.Document().save(str(tmp_path / "reference.docx"))
    monkeypatch.setattr(writer, "REPORT_TEMPLATES", tmp_path)
    with pytest.raises(ReferenceDocumentError, match="两节"):
        render_docx(report)


def test_pictures_stand_in_the_line_with_their_alternative(word: WordDocument) -> None:
    (shape,) = word.inline_shapes
    text_width = (11906 - 1588 - 1474) * 635
    assert shape.width == text_width * 80 // 100
    properties = shape._inline.docPr
    assert properties.get("descr") == f"图意{HOSTILE}{CONTROLS_GONE}。"
    assert f"图一：题{HOSTILE}（单位：万元）" in [paragraph.text for paragraph in word.paragraphs]
    identity = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
    image = word.part.related_parts[identity].image
    assert image.content_type == "image/png"
    assert shape.width / shape.height == pytest.approx(image.px_width / image.px_height, rel=0.001)


def test_a_picture_keeps_its_caption_and_its_height() -> None:
    word = docx.Document(io.BytesIO(render_docx(make_document(make_picture(), make_picture("乙")))))
    assert [shape._inline.docPr.id for shape in word.inline_shapes] == [1, 2]
    style = word.styles["图片"].paragraph_format
    assert style.keep_with_next
    assert style.line_spacing == 1.0  # lines of an exact height would cut it off
    assert not word.styles["图题"].paragraph_format.keep_with_next
