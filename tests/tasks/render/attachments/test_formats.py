"""The attachments in Word, PDF and on the page: own pages, landscape where wide, merged cells, signatures."""

from __future__ import annotations

import io
from functools import cache

import docx
import lxml.html
import pypdf
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from tasks.render.document import Document
from tasks.render.docx import render_docx
from tasks.render.fonts import load_fonts
from tasks.render.html import render_html
from tasks.render.pdf import render_pdf
from tests.support.memory import report_on
from tests.support.reading import squeeze


@cache
def _report() -> Document:
    return report_on("sjzyj")


def test_word_has_a_section_for_each() -> None:
    word = docx.Document(io.BytesIO(render_docx(_report())))
    forms = _report().attachments
    sections = list(word.sections)[2:]  # after cover and report
    assert [one.orientation == WD_ORIENT.LANDSCAPE for one in sections] == [form.is_wide for form in forms]
    for one in sections:
        assert one.page_width is not None
        assert one.page_height is not None
        assert (one.page_width > one.page_height) == (one.orientation == WD_ORIENT.LANDSCAPE)
    starts = word.element.body.xpath(".//w:pgNumType")
    assert len(starts) == 1  # pages are counted on from the report's


def test_word_tables_are_whole() -> None:
    word = docx.Document(io.BytesIO(render_docx(_report())))
    for table in word.tables:
        columns = len(table._tbl.tblGrid.findall(qn("w:gridCol")))
        for row in table._tbl.tr_lst:
            assert sum(cell.grid_span for cell in row.tc_lst) == columns
    text = squeeze("".join(cell.text for table in word.tables for row in table.rows for cell in row.cells))
    assert "年度资金总额178.061,463.091,445.34398.79%2.96" in text


def test_word_keeps_a_row_with_the_signature() -> None:
    word = docx.Document(io.BytesIO(render_docx(_report())))
    signed = [form for form in _report().attachments if form.signature]
    tables = iter(word.tables[-sum(len(form.grids) for form in signed) :])
    for form in signed:
        last = [next(tables) for _ in form.grids][-1]
        kept = [row.xpath("./w:tc/w:p/w:pPr/w:keepNext") != [] for row in last._tbl.tr_lst]
        assert kept[-2:] in ([True], [False, True], [True, True])
        assert kept[-1]


def test_word_ends_with_the_last_form() -> None:
    word = docx.Document(io.BytesIO(render_docx(_report())))
    styles = [paragraph.style.name for paragraph in word.paragraphs if paragraph.style]
    assert styles[-3:] == ["附件标号", "附件标题", "Body Text"]
    assert styles.count("附件签字") == sum(bool(form.signature) for form in _report().attachments)
    assert [styles.count(name) for name in ("附件说明", "附件说明续行")] == [1, 4]
    assert styles[styles.index("附件说明") :][:7] == ["附件说明", *["附件说明续行"] * 4, "Signature", "Date"]


def test_pdf_has_pages_of_their_own() -> None:
    pages = pypdf.PdfReader(io.BytesIO(render_pdf(_report(), load_fonts()))).pages
    texts = [squeeze(page.extract_text()) for page in pages]
    for form in _report().attachments:
        (first,) = [at for at, text in enumerate(texts) if text.startswith(f"{form.label}{form.title}")]
        box = pages[first].mediabox
        assert (box.width > box.height) == form.is_wide
        if form.signature:
            last = next(at for at in range(first, len(texts)) if "填表人：" in texts[at])
            assert not any(text.startswith("附件") for text in texts[first + 1 : last + 1])


def test_page_links_to_each() -> None:
    page = lxml.html.fromstring(render_html(_report()).decode())
    sections = page.xpath("//section[contains(@class, 'attachment')]")
    assert len(sections) == len(_report().attachments)
    links = set(page.xpath("//nav//a/@href"))
    assert "附件3-3　项目支出绩效自评表（业务经费）" in page.xpath("//nav//a/text()")
    for section in sections:
        (heading,) = section.xpath(".//h2")
        assert f"#{heading.get('id')}" in links
        assert section.get("aria-labelledby") == heading.get("id")
    signers = page.xpath("//p[@class='sign']")[0].xpath("./span/text()")
    assert signers == ["填表人：", "填报日期：", "联系电话：", "单位负责人签字："]  # none is broken in two
    lead = [p.xpath("./span/text()") for p in page.xpath("//p[@class='lead']")]
    assert ["主管部门：长沙市数据资源管理局", "实施单位：长沙市数据资源管理局"] in lead
    (total,) = page.xpath("//td[text()='已评分项目合计'][@colspan='5']/following-sibling::td[1]")[:1]
    assert total.text == "24"
