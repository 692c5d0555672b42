"""The PDF, read back with pypdf."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from tasks.render.document import Block, Document, Heading, Paragraph, Table, TableColumn, TableRow
from tasks.render.fonts import FontSet
from tasks.render.pdf import PdfError, render_pdf
from tests.tasks.render.conftest import CONTROLS_GONE, HOSTILE, make_document, make_picture, make_table

MM = 72 / 25.4


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def whole_text(pdf: bytes) -> str:
    return "".join(re.sub(r"—\d+—$", "", text) for text in page_texts(pdf))


def page_texts(pdf: bytes) -> list[str]:
    return [squeeze(page.extract_text()) for page in read(pdf).pages]


def placed(page: PageObject) -> list[tuple[float, float, str]]:
    """The pieces of text of a page with where they start, in points from the lower left corner."""
    pieces: list[tuple[float, float, str]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            pieces.append((tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5], text.strip()))

    page.extract_text(visitor_text=visit)
    return pieces


@pytest.fixture(scope="module")
def pdf(report: Document, fonts: FontSet) -> bytes:
    return render_pdf(report, fonts)


def test_same_document_same_bytes(report: Document, fonts: FontSet, pdf: bytes) -> None:
    render_pdf(make_document(Paragraph("别的报告。")), fonts)  # nothing of it stays behind
    assert render_pdf(report, fonts) == pdf
    assert render_pdf(replace(report, date_iso="2021-03-16"), fonts) != pdf


def test_threads_render_as_one_does(fonts: FontSet) -> None:
    documents = [make_document(Heading(1, "一、", f"第{n}份", "s1"), make_table(9 + n)) for n in range(8)]
    expected = [render_pdf(document, fonts) for document in documents]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda document: render_pdf(document, fonts), documents * 3)) == expected * 3


def test_metadata_and_accessibility(pdf: bytes, report: Document) -> None:
    reader = read(pdf)
    assert reader.metadata is not None
    assert reader.metadata.title == report.title
    assert reader.metadata.author == "某某市数据中心"
    assert str(reader.metadata["/CreationDate"]).startswith("D:20210315")
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "<pdfuaid:part>1<" in xmp
    assert "<pdfaid:part>2<" in xmp
    assert "<pdfaid:conformance>A<" in xmp


def test_tables_have_no_cells_but_those_of_the_report(fonts: FontSet) -> None:
    """A reader for the blind would stumble over a column that is only there to hold rows together."""

    def rows(element: Any) -> list[int]:
        element = element.get_object()
        if isinstance(element, list):
            return [count for child in element for count in rows(child)]
        if not isinstance(element, dict) or "/K" not in element:
            return []
        if element.get("/S") == "/TR":
            return [len(element["/K"])]
        return rows(element["/K"])

    root: Any = read(render_pdf(make_document(make_table(9)), fonts)).trailer["/Root"]
    assert rows(root["/StructTreeRoot"]["/K"]) == [4] * 11


def test_of_which_rows_are_indented(pdf: bytes) -> None:
    starts = {text: x for page in read(pdf).pages for x, _, text in placed(page)}
    indented = next(x for text, x in starts.items() if text.startswith("其中：公务接待"))
    assert indented - starts["工资福利支出"] == pytest.approx(10.5, abs=0.1)


def test_bookmarks_follow_the_headings(pdf: bytes) -> None:
    def titles(outline: Any) -> list[Any]:
        return [titles(item) if isinstance(item, list) else squeeze(item.title) for item in outline]

    assert titles(read(pdf).outline) == [
        "一、部门概况",
        ["（一）单位基本情况"],
        "二、一般公共预算支出情况",
        ["1.基本支出", ["（1）说明" + squeeze(HOSTILE)]],
        "三、其他需要说明的情况",
    ]


def test_every_font_is_embedded(pdf: bytes) -> None:
    fonts = {
        font.get_object()["/BaseFont"]: font.get_object()["/DescendantFonts"][0].get_object()[
            "/FontDescriptor"
        ]
        for page in read(pdf).pages
        for font in page["/Resources"].get("/Font", {}).values()  # type: ignore[attr-defined]
    }
    assert fonts
    for name, descriptor in fonts.items():
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.get_object()), name


def test_text_stays_text(pdf: bytes) -> None:
    whole = whole_text(pdf)
    assert whole.count(squeeze(HOSTILE)) == 7  # heading, paragraph, captions, column label, cell, bar label
    assert whole.count(CONTROLS_GONE) == 2


def test_pages_are_a4_and_numbered_from_the_first_after_the_cover(pdf: bytes) -> None:
    reader = read(pdf)
    assert len(reader.pages) > 5
    for page in reader.pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(
            (595.28, 841.89), abs=0.01
        )
    cover, *pages = page_texts(pdf)
    title = "2020年度某某市数据中心单位整体支出绩效自评报告"
    assert cover == f"内部资料不得公开{title}单位名称：某某市数据中心2021年3月15日"
    assert pages[0].startswith(f"{title}现将有关情况")
    for number, text in enumerate(pages, 1):
        assert text.endswith(f"—{number}—")


def test_page_number_is_outside_and_seven_millimetres_below_the_text(pdf: bytes) -> None:
    for number, page in enumerate(read(pdf).pages[1:], 1):
        pieces = [piece for piece in placed(page) if piece[1] < 35 * MM]
        assert squeeze("".join(text for _, _, text in pieces)) == f"—{number}—"
        left, baseline, _ = pieces[0]
        assert baseline == pytest.approx(28 * MM - 0.88 * 14, abs=1)
        if number % 2:
            assert left > 105 * MM
        else:
            assert left == pytest.approx(28 * MM + 14, abs=0.5)


def test_a_page_holds_22_lines_of_28_characters(fonts: FontSet) -> None:
    text = "的一是在不了有和人这中大为上个国我以要他" * 200
    page = read(render_pdf(make_document(Paragraph(text)), fonts)).pages[3]
    *lines, number = [squeeze(line) for line in page.extract_text().splitlines() if line.strip()]
    assert number == "—3—"
    assert [len(line) for line in lines] == [28] * 22
    body = [piece for piece in placed(page) if piece[1] > 35 * MM]
    baselines = sorted({round(y, 2) for _, y, _ in body}, reverse=True)
    assert [a - b for a, b in pairwise(baselines)] == pytest.approx([28.95] * 21, abs=0.02)
    assert min(x for x, _, _ in body) == pytest.approx(28 * MM, abs=0.1)
    assert 297 * MM - baselines[0] > 37 * MM
    assert baselines[-1] > 35 * MM


def test_first_line_is_indented_by_two_characters(fonts: FontSet) -> None:
    first = "的一是在不了有和人这中大为上个国我以要他" * 5
    page = read(render_pdf(make_document(Paragraph(first)), fonts)).pages[1]
    indents = [x for x, y, text in placed(page) if "的一是在" in text][:1]
    assert indents == [pytest.approx((28 + 2 * 156 / 28) * MM, abs=0.2)]


def test_header_row_is_repeated(pdf: bytes) -> None:
    pages = [text for text in page_texts(pdf) if re.search(r"项目\d+末", text)]
    assert len(pages) >= 3
    assert all(text.count("序号预算项目决算支出预算执行率") == 1 for text in pages)
    assert sum(text.count("表二：项目支出情况表（单位：万元）") for text in pages) == 1


@pytest.mark.parametrize("lines_before", range(12, 22))
def test_heading_and_caption_stay_with_their_table(lines_before: int, fonts: FontSet) -> None:
    heading = Heading(2, "（一）", "项目", "s1-1")
    document = make_document(*[Paragraph("行。")] * lines_before, heading, make_table(9))
    page = next(text for text in page_texts(render_pdf(document, fonts)) if "（一）" in text)
    assert "（一）项目表二：项目支出情况表（单位：万元）序号预算项目决算支出预算执行率1项目1末" in page


SUMS = {"小计12末": 12, "小计25末": 25, "合计末": 40}


def torn_sums(table: Table, lines_before: int, fonts: FontSet) -> set[str]:
    """Which sums are not on the same page as the two items before them."""
    pages = page_texts(render_pdf(make_document(*[Paragraph("行。")] * lines_before, table), fonts))
    torn = set()
    for name, last in SUMS.items():
        for page in pages:
            if name in page and not (f"项目{last}末" in page and f"项目{last - 1}末" in page):
                torn.add(name)
    return torn


@pytest.mark.parametrize("subtotal_after", [(), (12, 25)])
def test_a_sum_takes_two_items_along_to_the_next_page(
    subtotal_after: tuple[int, ...], fonts: FontSet
) -> None:
    table = make_table(40, subtotal_after)
    loose = replace(table, rows=tuple(replace(row, role="item") for row in table.rows))
    torn_if_loose = set()
    for lines_before in range(22):
        torn_if_loose |= torn_sums(loose, lines_before, fonts)
        assert not torn_sums(table, lines_before, fonts)
    sums = {name for name, last in SUMS.items() if last in (*subtotal_after, 40)}
    assert torn_if_loose == sums  # so there was something to keep together


@pytest.mark.parametrize("sentences", [1, 2, 4, 6])
@pytest.mark.parametrize("lines_before", range(9, 19))
def test_signature_is_never_alone_on_a_page(lines_before: int, sentences: int, fonts: FontSet) -> None:
    document = make_document(
        *[Paragraph("行。")] * lines_before,
        Paragraph("按期完成各项工作，并且通过验收。" * sentences),
        Paragraph("某某单位", "signature"),
        Paragraph("2021年3月15日", "date"),
    )
    last = page_texts(render_pdf(document, fonts))[-1]
    body, _, closing = last.partition("某某单位")
    assert closing.startswith("2021年3月15日")
    assert body.endswith("通过验收。")


@pytest.mark.parametrize("lines_before", range(6, 19))
def test_attachments_are_listed_on_one_page_with_text_and_signature(
    lines_before: int, fonts: FontSet
) -> None:
    document = make_document(
        *[Paragraph("行。")] * lines_before,
        Paragraph("最后一段。"),
        Paragraph("附件：1.甲表", "attachment"),
        Paragraph("2.乙表", "attachment_next"),
        Paragraph("3.丙表", "attachment_next"),
        Paragraph("某某单位", "signature"),
        Paragraph("2021年3月15日", "date"),
    )
    last = page_texts(render_pdf(document, fonts))[-1]
    assert "最后一段。附件：1.甲表2.乙表3.丙表某某单位2021年3月15日—" in last


def test_a_row_longer_than_a_page_is_split_and_not_cut_off(fonts: FontSet) -> None:
    words = "".join(f"第{number}句话。" for number in range(400))
    columns = (TableColumn("指标", "left", 30), TableColumn("完成情况", "left", 70))
    table = Table("表三", "指标", "", columns, (TableRow(("甲", words)), TableRow(("合计", "完"), "total")))
    pdf = render_pdf(make_document(table), fonts)
    assert words in whole_text(pdf).replace("指标完成情况", "")
    for page in read(pdf).pages:
        assert all(y > 20 * MM for _, y, _ in placed(page))


@pytest.mark.parametrize(
    "before",
    [
        [],
        [make_table(2)],
        [Heading(1, "一、", "标题", "s1")],
        [Paragraph("注：尾差。", "note")],
        [Paragraph("正文。")],
    ],
)
def test_signature_is_printed_once_whatever_comes_before(before: list[Block], fonts: FontSet) -> None:
    document = make_document(*before, Paragraph("某某单位", "signature"), Paragraph("3月15日", "date"))
    text = page_texts(render_pdf(document, fonts))[1]
    assert text.endswith("某某单位3月15日—1—")
    assert text.count("某某单位") == 1


def test_signature_follows_after_an_empty_line(report: Document, fonts: FontSet) -> None:
    pieces = [piece for piece in placed(read(render_pdf(report, fonts)).pages[-1]) if piece[1] > 35 * MM]
    body, unit, date = (y for y in sorted({round(y, 2) for _, y, _ in pieces}, reverse=True)[-3:])
    assert (body - unit, unit - date) == (pytest.approx(2 * 28.95, abs=0.1), pytest.approx(28.95, abs=0.1))


def test_only_the_chosen_fonts_are_used(fonts: FontSet) -> None:
    """Others may be loaded that are not free to use."""
    none = replace(fonts, families=dict.fromkeys(fonts.families, ("DejaVu Sans",)))
    with pytest.raises(PdfError, match="没有字体能显示文字"):
        render_pdf(make_document(Paragraph("中文。")), none)


def test_a_character_no_font_has_is_named(fonts: FontSet) -> None:
    with pytest.raises(PdfError, match=r"没有字体能显示文字“U\+F1234”"):
        render_pdf(make_document(Paragraph("姓名：\U000f1234某")), fonts)


def test_a_heading_stays_with_what_it_heads(fonts: FontSet) -> None:
    for lines_before in range(15, 20):
        document = make_document(
            *[Paragraph("行。")] * lines_before, Heading(1, "一、", "标题", "s1"), Paragraph("正文。")
        )
        page = next(text for text in page_texts(render_pdf(document, fonts)) if "一、标题" in text)
        assert "一、标题正文。" in page


def test_pictures_have_an_alternative_and_keep_their_text(fonts: FontSet) -> None:
    def alternatives(element: Any) -> list[str]:
        element = element.get_object()
        if isinstance(element, list):
            return [alt for child in element for alt in alternatives(child)]
        if not isinstance(element, dict):
            return []
        own = [str(element["/Alt"])] if "/Alt" in element else []
        return own + (alternatives(element["/K"]) if "/K" in element else [])

    pdf = render_pdf(make_document(Paragraph("前文。"), make_picture(alt=f"{HOSTILE}。")), fonts)
    root: Any = read(pdf).trailer["/Root"]
    assert alternatives(root["/StructTreeRoot"]["/K"]) == [f"{HOSTILE}。"]
    text = whole_text(pdf)
    assert "工资福利支出450.0050.00%" in text
    assert text.index("商品和服务支出") < text.index("图一：预算执行情况（单位：万元）")


def test_a_picture_is_not_split(fonts: FontSet) -> None:
    for lines in range(14, 22):
        document = make_document(*[Paragraph("一行。")] * lines, make_picture())
        pages = [
            text for text in page_texts(render_pdf(document, fonts)) if "图一" in text or "工资福利" in text
        ]
        assert len(pages) == 1
        assert pages[0].index("工资福利支出") < pages[0].index("图一")
