"""The HTML page, read back with lxml."""

from __future__ import annotations

import re

import pytest
from lxml import html
from lxml.html import HtmlElement

from tasks.render.document import Document
from tasks.render.html import render_html
from tasks.render.pictures import YearPoint, series
from tests.tasks.render.conftest import CONTROLS_GONE, HOSTILE, make_document


@pytest.fixture(scope="module")
def source(report: Document) -> str:
    return render_html(report).decode()


@pytest.fixture(scope="module")
def page(source: str) -> HtmlElement:
    return html.document_fromstring(source.encode(), parser=html.HTMLParser(encoding="utf-8"))


def texts(page: HtmlElement, path: str) -> list[str]:
    return [element.text_content() for element in page.xpath(path)]


def test_same_document_same_bytes(report: Document, source: str) -> None:
    assert render_html(report).decode() == source


def test_page_says_what_it_is(page: HtmlElement, report: Document) -> None:
    assert page.get("lang") == "zh-CN"
    assert texts(page, "//title") == [report.title]
    assert texts(page, "//h1") == [report.title]
    assert page.xpath("//time/@datetime") == ["2021-03-15"]
    assert "内部资料 不得公开" in texts(page, "//header/p")
    assert page.xpath("//meta[@name='viewport']")


def test_nothing_is_loaded_or_run(page: HtmlElement, source: str) -> None:
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert not page.xpath(
        "//script | //link | //img | //iframe | //object | //@src | //@*[starts-with(name(),'on')]"
    )
    assert all(link.startswith("#") for link in page.xpath("//@href"))
    style = page.xpath("//style")[0].text
    assert "@media print" in style
    assert not re.search(r"url\(|@import", style)


def test_text_stays_text(page: HtmlElement) -> None:
    assert HOSTILE in texts(page, "//p")
    assert HOSTILE in texts(page, "//td | //th[@scope='row']")
    assert HOSTILE in texts(page, "//th[@scope='col']")
    assert f"（1）说明{HOSTILE}" in texts(page, "//h5 | //h4")
    assert f"表九：{HOSTILE}" in texts(page, "//caption")
    assert texts(page, "//p").count(CONTROLS_GONE) == 1


def test_headings_and_contents(page: HtmlElement) -> None:
    headings = page.xpath("//main//*[self::h2 or self::h3 or self::h4 or self::h5]")
    assert [(heading.tag, heading.get("id")) for heading in headings] == [
        ("h2", "s1"),
        ("h3", "s1-1"),
        ("h2", "s2"),
        ("h3", "s2-0-1"),  # no gap after h2, though it is the third level by its number
        ("h4", "s2-0-1-1"),
        ("h2", "s3"),
    ]
    assert headings[3].get("class") == "level-3"
    links = page.xpath("//nav//a")
    assert [link.get("href") for link in links] == ["#s1", "#s1-1", "#s2", "#s2-0-1", "#s3"]
    assert links[0].text_content() == "一、部门概况"


def test_every_link_has_a_target_and_ids_are_unique(page: HtmlElement) -> None:
    identities = page.xpath("//@id")
    assert len(identities) == len(set(identities))
    assert {link[1:] for link in page.xpath("//@href")} | set(page.xpath("//@aria-labelledby")) <= set(
        identities
    )
    assert page.xpath("//body/*")[0].get("href") == "#content"
    assert page.xpath("//main")[0].get("id") == "content"


def test_tables_are_accessible(page: HtmlElement) -> None:
    basic, hostile, projects = page.xpath("//table")
    assert texts(basic, "./caption") == ["表一：基本支出情况表（单位：万元）"]
    assert texts(basic, "./thead/tr/th[@scope='col']") == ["序号", "预算项目", "决算支出"]
    assert texts(basic, "./tbody/tr/th[@scope='row']") == [
        "商品和服务支出",
        "其中：公务接待",
        "工资福利支出",
        "小计",
    ]
    assert basic.xpath("./tbody/tr/@class") == ["item", "of_which", "item", "subtotal"]
    assert basic.xpath("./tbody/tr[1]/*/@class") == ["center", "left", "right"]
    assert [cell.tag for cell in hostile.xpath("./tbody/tr/*")] == ["th", "td"]
    assert len(projects.xpath("./tbody/tr")) == 61


def test_closing(page: HtmlElement) -> None:
    assert [(p.get("class"), p.text) for p in page.xpath("//main/p")[-2:]] == [
        ("signature", "某某市数据中心"),
        ("date", "2021年3月15日"),
    ]


def test_pictures_are_boxes_with_an_alternative(page: HtmlElement) -> None:
    (picture,) = page.xpath("//figure/div[@role='img']")
    assert picture.get("aria-label") == f"图意{HOSTILE}{CONTROLS_GONE}。"
    assert texts(page, "//figure/figcaption") == [f"图一：题{HOSTILE}（单位：万元）"]
    bars = picture.xpath(".//span[@class='plot']/i[not(@class='tick')]")
    assert [(bar.get("class"), bar.get("style")) for bar in bars] == [
        ("outline", "width: 90.0%"),
        ("solid thin", "width: 45.0%"),
        ("outline", "width: 100.0%"),
        ("solid thin", "width: 100.0%"),
    ]
    said = [text.strip() for text in texts(picture, ".//span[not(*)]") if text.strip()]
    assert said[:7] == [
        *("决算支出", "执行率"),
        *("1", f"标签{HOSTILE}", "450.00", "50.00%", "2"),
    ]
    assert texts(picture, ".//span[@class='legend']/span") == ["全年预算数", "决算支出"]
    assert texts(picture, ".//b") == ["0", "1,000"]


def test_a_series_is_boxes_too() -> None:
    points = [YearPoint(2019, 10**8, None, None), YearPoint(2020, 2 * 10**8, 10**8, 5_000)]
    page = html.document_fromstring(render_html(make_document(series("近五年", points, 2020))).decode())
    heights = [(bar.get("class"), bar.get("style")) for bar in page.xpath("//i[contains(@style,'height')]")]
    assert heights == [
        ("outline", "height: 50.0%"),
        ("outline", "height: 100.0%"),
        ("solid", "height: 50.0%"),
    ]
    assert "无数据" in texts(page, "//span")
