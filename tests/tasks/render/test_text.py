"""Clean text, and what stays together on a page."""

from __future__ import annotations

import sys

import pytest
from lxml import etree

from tasks.render.document import Heading, Paragraph, ParagraphRole, Table, TableColumn, TableRow
from tasks.render.text import plain, printable
from tests.tasks.render.conftest import CONTROLS, CONTROLS_GONE, HOSTILE, make_document, make_table


def test_only_what_cannot_be_printed_is_taken_out() -> None:
    assert plain(CONTROLS) == CONTROLS_GONE
    assert plain(HOSTILE) == HOSTILE
    assert plain("　全角空格，𠮷字，〔2021〕2号，25㎡，−3") == "　全角空格，𠮷字，〔2021〕2号，25㎡，−3"


def test_line_breaks_become_a_space() -> None:
    assert plain("第一行\r\n第二行\t第三\u2028行") == "第一行 第二行 第三 行"


def test_whatever_is_left_is_legal_xml() -> None:
    text = plain("".join(map(chr, range(sys.maxunicode + 1))))
    element = etree.Element("x")
    element.text = text  # raises ValueError if it is not
    assert text.encode()
    assert len(text) > 1_100_000


def test_a_row_that_does_not_fit_its_table_is_refused() -> None:
    columns = (TableColumn("甲", "left", 50), TableColumn("乙", "left", 50))
    table = Table("表一", "名称", "", columns, (TableRow(("1", "2")), TableRow(("1", "2", "3"))))
    with pytest.raises(ValueError, match=r"表一：名称.*列数（2）"):
        printable(make_document(table))


def test_depth_of_headings_has_no_gaps() -> None:
    levels = (1, 3, 4, 2, 3, 1, 4)
    blocks = printable(make_document(*(Heading(level, "", "", "") for level in levels)))["blocks"]
    assert [block["depth"] for block in blocks] == [1, 2, 3, 2, 3, 1, 2]


def test_two_items_stay_with_their_sum() -> None:
    table = printable(make_document(make_table(6, subtotal_after=(1, 4, 6))))["blocks"][0]
    kept = [row["cells"][1] for row in table["rows"] if row["keep_next"]]
    assert kept == ["项目1末", "项目3末", "项目4末", "项目5末", "项目6末", "小计6末"]


def test_a_tall_row_is_not_kept_with_anything() -> None:
    columns = (TableColumn("甲", "left", 50), TableColumn("乙", "left", 50))
    rows = (TableRow(("1", "长" * 160)), TableRow(("2", "短" * 120)), TableRow(("合计", ""), "total"))
    table = printable(make_document(Table("表一", "名称", "", columns, rows)))["blocks"][0]
    assert [(row["tall"], row["keep_next"]) for row in table["rows"]] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_the_last_paragraph_stays_with_the_signature() -> None:
    blocks = printable(
        make_document(Paragraph("一"), Paragraph("二"), Paragraph("三", "signature"), Paragraph("四", "date"))
    )["blocks"]
    assert [block["keep_next"] for block in blocks] == [False, True, True, False]


def test_the_last_paragraph_stays_with_the_list_of_attachments() -> None:
    roles: tuple[ParagraphRole, ...] = ("body", "body", "attachment", "attachment_next", "signature")
    blocks = printable(make_document(*(Paragraph("文", role) for role in roles)))["blocks"]
    assert [block["keep_next"] for block in blocks] == [False, True, False, True, False]
