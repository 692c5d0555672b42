"""The operators' quality page: who needs help, what changed; kept whole by reruns of single units."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from lxml import etree, html
from lxml.html import HtmlElement

import templates
from expectations.rules import RULE_BY_CODE, RULES, Severity
from tasks import quality
from tasks.findings import Finding
from tasks.publish import Published
from tasks.quality import render_quality_page, summarize_quality, write_quality
from tasks.results import State, UnitResult
from tests.support.folders import fingerprint

YEAR = 2020
HOSTILE = "</td></table><script>alert(1)</script>{{ 7*7 }}\" onclick='x' &amp;\u202e\x00\ud800<!--"
SHOWN = "</td></table><script>alert(1)</script>{{ 7*7 }}\" onclick='x' &amp;<!--"
"""What stays of it: everything but what no page can carry, as text."""


def finding(unit: str, code: str = "D301", cell: str = "E4", **said: Any) -> Finding:
    rule = RULE_BY_CODE[code]
    texts = {
        "file": f"{unit}.xlsx",
        "sheet": "预算收支总表",
        "value": "二亿",
        "expected": "",
        "message": f"“决算数”应为数字，现为“二亿”（{cell}）",
        "remedy": "请改为数字",
    }
    return Finding(unit=unit, rule=code, severity=rule.severity, cell=cell, **(texts | said))


def good(unit: str, *warnings: Finding, version: int = 1, new: bool = True) -> UnitResult:
    published = Published(version, Path(), is_new=new, changes=())
    state = State.PUBLISHED if new else State.UNCHANGED
    return UnitResult(unit, f"{unit}局", state, warnings, published)


def bad(unit: str, *findings: Finding) -> UnitResult:
    return UnitResult(unit, f"{unit}局", State.BLOCKED, findings or (finding(unit),))


def failed(unit: str, error: str = "磁盘空间不足") -> UnitResult:
    return UnitResult(unit, f"{unit}局", State.FAILED, error=error)


def summary(*results: UnitResult, previous: Any = None, **more: Any) -> dict[str, Any]:
    return summarize_quality(results, more.pop("unchecked", {}), RULES, previous, **more)


def as_page(data: dict[str, Any]) -> HtmlElement:
    return html.document_fromstring(render_quality_page(data, YEAR), parser=html.HTMLParser(encoding="utf-8"))


def texts(page: HtmlElement, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in page.xpath(path)]


def unit_rows(page: HtmlElement) -> dict[str, HtmlElement]:
    """The table body of each unit by code, in the order of the page."""
    return {body.xpath("string(.//th/span)"): body for body in page.xpath("//table[@class='units']/tbody")}


def codes(listed: Sequence[dict[str, str]]) -> list[str]:
    return [unit["code"] for unit in listed]


# --- the data ---


def test_counts_and_entries() -> None:
    warning = finding("a", "F332", "D9")
    data = summary(
        good("b"),
        bad("c", finding("c"), finding("c", cell="E5"), finding("c", "D304")),
        good("a", warning, version=3, new=False),
        failed("d", "磁盘空间不足，请清理后重新运行"),
        unchecked={"c": ("F342", "F344"), "a": ("F342",)},
    )
    assert data["counts"] == {
        "units": 4,
        "states": {"已发布": 2, "未通过核对": 1, "处理出错": 1},
        "findings": {"错误": 2, "提醒": 2, "提示": 0},
        "unchecked": 3,
        "waived": 0,
    }
    first, _, third, fourth = data["units"]
    assert codes(data["units"]) == ["a", "b", "c", "d"]
    assert first == {
        "code": "a",
        "name": "a局",
        "state": "已发布",
        "error": "",
        "version": 3,
        "numbers": {"错误": 0, "提醒": 1, "提示": 0},
        "waived": 0,
        "findings": [
            {
                "rule": "F332",
                "severity": "提醒",
                "place": "a.xlsx “预算收支总表”表 D9",
                "message": warning.message,
                "remedy": "请改为数字",
                "waived": False,
            }
        ],
        "rules": {"F332": 1},
        "unchecked": ["F342"],
        "waivers": [],
    }
    assert third["numbers"] == {"错误": 2, "提醒": 1, "提示": 0}
    assert third["version"] is None
    assert fourth["error"] == "磁盘空间不足，请清理后重新运行"
    assert json.loads(json.dumps(data)) == data


def test_rules_by_frequency() -> None:
    data = summary(
        bad("a", *[finding("a", "D301", f"E{n}") for n in range(3)], finding("a", "D302")),
        bad("b", finding("b", "D302"), finding("b", "D303"), finding("b", "F341.fixed")),
        bad("c", finding("c", "D302")),
        unchecked={"a": ("F342",), "b": ("F341.fixed", "F342")},
    )
    fired = [(rule["rule"], rule["findings"], rule["units"]) for rule in data["fired"]]
    assert fired == [("D302", 3, 3), ("D301", 3, 1), ("D303", 1, 1), ("F341.fixed", 1, 1)]
    assert data["fired"][3]["title"] == "年初＋增加－减少＝年末"
    assert data["fired"][3]["subject"] == "资产情况 · 其中：固定资产 · 年末原值"
    assert [(rule["rule"], rule["units"]) for rule in data["unchecked"]] == [("F342", 2), ("F341.fixed", 1)]


def test_long_texts_and_many_findings_are_cut_but_counted() -> None:
    many = [finding("a", cell=f"E{n}", message="长" * 5000) for n in range(5000)]
    data = summary(bad("a", *many))
    assert data["units"][0]["numbers"]["错误"] == data["fired"][0]["findings"] == 5000
    assert len(data["units"][0]["findings"]) == 100
    assert data["units"][0]["findings"][0]["message"] == "长" * 299 + "…"


def test_catalogue_is_readable() -> None:
    catalogue = {rule["rule"]: rule for rule in summary()["catalogue"]}
    assert list(catalogue) == [rule.code for rule in RULES]
    assert not any("{" in text or "}" in text for rule in catalogue.values() for text in rule.values())
    assert catalogue["F321.adjusted"] == {
        "rule": "F321.adjusted",
        "kind": "数字关系",
        "title": "各项目之和＝总表项目支出",
        "subject": "预算收支总表 · 项目支出 · 全年预算数",
        "severity": "错误",
        "scope": "表间",
        "message": "“〈项目〉”为 〈填报值〉，但〈算式及各数〉，相差 〈差额〉",
        "remedy": "请核对 〈所在单元格〉 和上述各数，改正填错的一个",
        "tolerance": "半步长",
        "years": "各年度",
        "basis": "算术关系",
    }
    assert catalogue["E101.projects.is_classified"]["subject"] == "项目支出 · 是否涉密"
    assert catalogue["E102.procurement.works"]["subject"] == "政府采购 · 工程"
    assert catalogue["E201.targets"]["subject"].startswith("绩效指标 · ")
    assert catalogue["D101"]["subject"] == ""


# --- merging and the trend ---


def test_first_result_has_no_trend() -> None:
    assert summary(bad("a"))["trend"] is None
    assert "这是首次结果" in as_page(summary(bad("a"))).text_content()


def test_single_unit_rerun_keeps_the_others() -> None:
    before = summary(good("a"), bad("b"), bad("c", finding("c", "D302")), unchecked={"c": ("F342",)})
    after = summary(good("b"), previous=before)
    assert codes(after["units"]) == ["a", "b", "c"]
    assert after["units"][0] == before["units"][0]
    assert after["units"][2] == before["units"][2]
    assert after["units"][1]["state"] == "已发布"
    assert [(rule["rule"], rule["findings"]) for rule in after["fired"]] == [("D302", 1)]
    assert [rule["rule"] for rule in after["unchecked"]] == ["F342"]
    assert after["counts"]["states"] == {"处理出错": 0, "未通过核对": 1, "已发布": 2}


def test_trend() -> None:
    before = summary(
        good("a"),
        good("b"),
        bad("c"),
        bad("d", finding("d"), finding("d", "D302"), finding("d", "D302", "F5")),
        bad("e", finding("e", "D303"), finding("e", "D303", "E5")),
        good("z"),
    )
    after = summary(
        good("a"),
        bad("b", finding("b"), finding("b", cell="E5")),
        good("c", version=2),
        bad("d", finding("d", "D302")),
        failed("e"),
        good("f"),
        bad("g", finding("g", "F332")),
        previous=before,
        registered="abcdefg",
    )
    trend = after["trend"]
    assert trend["newly_published"] == [
        {"code": "c", "name": "c局", "state": "已发布"},
        {"code": "f", "name": "f局", "state": "已发布"},
    ]
    assert codes(trend["newly_unpublished"]) == ["b", "g"]
    assert [(u["code"], u["state"]) for u in trend["still_unpublished"]] == [
        ("d", "未通过核对"),
        ("e", "处理出错"),
    ]
    assert trend["gone"] == ["z"]
    assert [(r["rule"], r["before"], r["now"]) for r in trend["more"]] == [("F332", 0, 1)]
    assert [(r["rule"], r["before"], r["now"]) for r in trend["less"]] == [("D303", 2, 0), ("D302", 2, 1)]
    assert trend["errors"] == {"before": 6, "now": 3}  # a mere warning (F332) is none
    said = texts(as_page(after), "//dl[@class='trend']/div")
    assert said[:5] == [
        "错误合计6 → 3（减少 3）",
        "新发布2 个：c局（c）、f局（f）",
        "新增未发布2 个：b局（b，未通过核对）、g局（g，未通过核对）",
        "仍未发布2 个：d局（d，未通过核对）、e局（e，处理出错）",
        "不再列入1 个：z",
    ]
    assert said[6] == "触发减少的规则千分位错误 D303（2 → 0）、全角数字 D302（2 → 1）"


def test_running_again_changes_nothing() -> None:
    first = summary(good("a"), bad("b"))
    assert summary(good("a", new=False), bad("b"), previous=first) == first
    mended = summary(good("b"), previous=first)
    assert codes(mended["trend"]["newly_published"]) == ["b"]
    again = summary(good("a", new=False), good("b", new=False), previous=mended)
    assert again == mended


def test_blocked_unit_keeps_the_version_that_stays_published() -> None:
    first = summary(good("a", version=4))
    blocked = summary(bad("a"), previous=first)
    assert blocked["units"][0]["version"] == 4
    row = unit_rows(as_page(blocked))["a"]
    assert texts(row, ".//a") == ["旧版报告", "核对结果表"]


def test_registry_decides_who_is_listed() -> None:
    before = summary(good("old"), bad("第2条"))
    after = summary(good("a"), previous=before, registered=["a", "c", "b"])
    assert codes(after["units"]) == ["a"]
    assert after["waiting"] == ["b", "c"]
    assert "尚无结果的单位 2 个：b、c。" in as_page(after).text_content()


def test_rule_that_left_the_catalogue_is_still_counted() -> None:
    before = summary(bad("a", finding("a", "D302")))
    rules = [rule for rule in RULES if rule.code != "D302"]
    data = summarize_quality([good("b")], {}, rules, before)
    assert data["fired"][0] == {
        "rule": "D302",
        "title": "（已不在规则目录中）",
        "subject": "",
        "severity": "",
        "findings": 1,
        "units": 1,
    }
    assert not as_page(data).xpath("//a[@href='#rule-D302']")


# --- the page ---


def test_who_needs_someone_comes_first() -> None:
    page = as_page(
        summary(
            good("a"),
            good("b", finding("b", "F332")),
            bad("c"),
            bad("d", finding("d"), finding("d", cell="E5")),
            failed("e"),
        )
    )
    rows = unit_rows(page)
    assert list(rows) == ["e", "d", "c", "b", "a"]
    assert texts(rows["d"], "./tr[1]/*")[1:7] == ["未通过核对", "无", "2", "0", "0", "0"]
    assert texts(rows["e"], ".//p") == ["磁盘空间不足"]
    assert texts(rows["d"], ".//summary") == ["核对结果 2 条"]
    assert texts(rows["d"], ".//li")[0] == (
        "错误 D301 d.xlsx “预算收支总表”表 E4 “决算数”应为数字，现为“二亿”（E4）。请改为数字"
    )
    assert len(rows["a"].xpath("./tr")) == 1


def test_links_to_files_that_are_there() -> None:
    page = as_page(
        summary(
            good("a"),
            good("b", finding("b", "F332")),
            bad("c"),
            failed("d"),
            UnitResult("e", "e局", State.FAILED, (finding("e"),), None, "磁盘空间不足"),
            bad("第3条"),
            bad("../x"),
        )
    )
    links = {code: row.xpath(".//@href") for code, row in unit_rows(page).items()}
    assert links == {
        "a": ["a/latest/report.html"],
        "b": ["b/latest/report.html", "b/findings.xlsx"],
        "c": ["c/findings.xlsx"],
        "d": [],
        "e": [],
        "第3条": [],
        "../x": [],
    }


def test_every_rule_is_in_the_catalogue() -> None:
    page = as_page(summary(bad("a", finding("a", "D302"))))
    rows = {
        row.get("id"): texts(row, "./*")
        for row in page.xpath("//table[contains(@class,'catalogue')]//tr[@id]")
    }
    assert list(rows) == [f"rule-{rule.code}" for rule in RULES]
    for rule in RULES:
        code, title, severity, scope, message, remedy, *more = rows[f"rule-{rule.code}"]
        assert (code, severity, scope) == (rule.code, rule.severity, rule.scope)
        assert more == [str(rule.tolerance), str(rule.years), rule.basis]
        assert title.startswith(rule.title)
        assert message
        assert remedy
    assert rows["rule-D302"][4:6] == ["“〈项目〉”含全角字符“〈填报值〉”", "请改为半角数字：〈应填值〉"]
    assert page.xpath("//a[@href='#rule-D302']")


def test_unchecked_relations_are_explained() -> None:
    page = as_page(summary(good("a"), good("b"), unchecked={"a": ("F342", "F344"), "b": ("F342",)}))
    section = page.xpath("//section[@aria-labelledby='unchecked']")[0]
    assert "既不算通过，也不算错误" in section.text_content()
    assert texts(section, ".//tbody/tr/*[1]") == ["F342", "F344"]
    assert texts(section, ".//tbody/tr/*[3]") == ["2", "1"]
    assert texts(unit_rows(page)["a"], "./tr/td[@data-label='未核对']") == ["2"]


def test_hostile_text_stays_text() -> None:
    nasty = finding("a", message=HOSTILE, remedy=HOSTILE, file=HOSTILE, sheet=HOSTILE, cell=HOSTILE)
    first = summary(bad("a"), good("c"))
    data = summary(
        replace(bad("a", nasty), name=HOSTILE),
        UnitResult("b", "b局", State.FAILED, (), None, HOSTILE),
        replace(bad("c"), name=HOSTILE),
        previous=first,
        registered=["a", "b", "c", SHOWN],
    )
    page = as_page(data)
    rows = unit_rows(page)
    assert rows["a"].xpath("string(.//th/text())") == SHOWN
    assert rows["a"].xpath("string(.//span[@class='place'])") == f"{SHOWN} “{SHOWN}”表 {SHOWN}"
    assert [p.text for p in rows["a"].xpath(".//li/p")] == [f"{SHOWN}。", SHOWN]
    assert rows["b"].xpath("string(.//p)") == SHOWN
    assert f"{SHOWN}（c，未通过核对）" in page.xpath("string(//dl[@class='trend'])")
    assert f"1 个：{SHOWN}" in page.xpath("string(//section[1])")
    assert not page.xpath("//script | //@onclick | //comment()")
    assert not re.search("[\u202e\x00]", render_quality_page(data, YEAR).decode())


def everything() -> dict[str, Any]:
    """A page with all of its parts."""
    first = summary(good("a"), bad("b"), good("z"), unchecked={"a": ("F342",)})
    return summary(
        bad("a", finding("a", "F341.fixed")),
        good("b", finding("b", "F332")),
        failed("c"),
        previous=first,
        registered="abcx",
        unchecked={"b": ("F342",)},
    )


def test_page_loads_and_runs_nothing() -> None:
    page = as_page(everything())
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert not page.xpath(
        "//script | //link | //img | //iframe | //object | //form | //@src | //@*[starts-with(name(),'on')]"
    )
    assert not re.search(r"url\(|@import", page.xpath("//style")[0].text)
    assert all(
        link.startswith("#") or re.fullmatch(r"[a-z]/(latest/report\.html|findings\.xlsx)", link)
        for link in page.xpath("//@href")
    )


@pytest.mark.parametrize("data", [everything(), summary()], ids=["full", "empty"])
def test_page_is_well_formed_and_accessible(data: dict[str, Any]) -> None:
    source = render_quality_page(data, YEAR)
    parser = etree.HTMLParser(encoding="utf-8")
    etree.fromstring(source, parser)
    complaints = [entry for entry in parser.error_log if entry.type_name != "HTML_UNKNOWN_TAG"]
    assert not complaints  # libxml2 does not know <main> and the like
    assert source.startswith(b"<!DOCTYPE html>")
    page = as_page(data)
    assert page.get("lang") == "zh-CN"
    assert texts(page, "//title") == ["2020年度部门整体支出绩效自评数据质量情况"]
    identities = page.xpath("//@id")
    assert len(identities) == len(set(identities))
    inner = {link[1:] for link in page.xpath("//@href") if link.startswith("#")}
    assert inner | set(page.xpath("//@aria-labelledby")) <= set(identities)
    for table in page.xpath("//table"):
        assert texts(table, "./caption")[0]
        assert not table.xpath("./thead//th[not(@scope='col')] | ./tbody//th[not(@scope='row')]")
        width = len(table.xpath("./thead/tr/th"))
        for row in table.xpath("./tbody/tr"):
            assert sum(int(cell.get("colspan", 1)) for cell in row) == width
            assert row.get("class") == "more" or row.xpath("./th[@scope='row']")
    assert [h.tag for h in page.xpath("//h1 | //h2")] == ["h1"] + ["h2"] * 6


@pytest.mark.parametrize("each", [4, 40], ids=["ordinary", "all wrong"])
def test_a_thousand_units(each: int) -> None:
    results = []
    for number in range(1000):
        unit = f"u{number:04d}"
        found = [
            finding(unit, "D301", f"E{n}", message=f"“政府性基金预算·全年预算数”{'应为数字，现为' * 12}")
            for n in range(each)
        ]
        results.append(bad(unit, *found) if number % 3 or each > 4 else good(unit))
    data = summary(*results, unchecked={f"u{n:04d}": ("F342",) * 20 for n in range(1000)})
    start = time.process_time()
    source = render_quality_page(data, YEAR)
    assert time.process_time() - start < 2
    assert len(source) < 5_000_000
    page = html.document_fromstring(source, parser=html.HTMLParser(encoding="utf-8"))
    assert len(unit_rows(page)) == 1000
    shown = len(unit_rows(page)["u0001"].xpath(".//li"))
    assert shown == (4 if each == 4 else 6)
    if each > 4:
        assert texts(unit_rows(page)["u0001"], ".//p[@class='note']") == [
            f"另有 {each - shown} 条未在本页列出，见核对结果表。"
        ]


# --- the files ---


def write(folder: Path, *results: UnitResult, **more: Any) -> dict[str, Any]:
    write_quality(folder, YEAR, results, {}, RULES, **more)
    saved: dict[str, Any] = json.loads((folder / "quality.json").read_bytes())
    return saved


def test_files_of_a_run_and_of_a_single_unit(tmp_path: Path) -> None:
    folder = tmp_path / "output" / "2020"
    first = write(folder, good("a"), bad("b"))
    assert first == summary(good("a"), bad("b"))
    assert (folder / "quality.html").read_bytes() == render_quality_page(first, YEAR)
    second = write(folder, good("b"))
    assert second == summary(good("b"), previous=first)
    assert (folder / "quality.html").read_bytes() == render_quality_page(second, YEAR)
    assert sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) == [
        "quality.html",
        "quality.json",
    ]
    assert codes(write(folder, good("b"), registered=["b"])["units"]) == ["b"]


def test_same_results_leave_the_files_untouched(tmp_path: Path) -> None:
    def pages() -> dict[str, tuple[str, int]]:
        return {name: state for name, state in fingerprint(tmp_path).items() if name != ".quality.lock"}

    write(tmp_path, good("a"), bad("b"))
    before = pages()
    assert len(before) == 2
    write(tmp_path, good("a", new=False), bad("b"))
    write(tmp_path, bad("b"))
    assert pages() == before


def _changed(**changes: Any) -> bytes:
    data = summary(good("a"), bad("b"))
    data["units"][1] |= {key: value for key, value in changes.items() if key in data["units"][1]}
    data |= {key: value for key, value in changes.items() if key not in data["units"][1]}
    return json.dumps(data).encode()


def test_undamaged_data_is_used(tmp_path: Path) -> None:
    (tmp_path / "quality.json").write_bytes(_changed())
    assert codes(write(tmp_path, good("c"))["units"]) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"schema": 2',
        b"\xff\xfe\xfa",
        b"[" * 100_000,
        b"null",
        b"[]",
        b"{}",
        _changed(schema=1),
        _changed(before=5),
        _changed(before={"units": {"a": "好"}, "rules": {}, "errors": 0}),
        _changed(before={"units": {}, "rules": {}, "errors": -1}),
        _changed(units={}),
        _changed(units=[{}]),
        _changed(state="很好"),
        _changed(state=[]),
        _changed(name=None),
        _changed(name="\u202e反"),
        _changed(name="\ud800"),
        _changed(version="1"),
        _changed(numbers={"错误": 1}),
        _changed(rules={"D301": True}),
        _changed(findings=[{"rule": "D301"}]),
        _changed(unchecked=[1]),
    ],
)
def test_damaged_data_count_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "quality.json").write_bytes(content)
    assert write(tmp_path, good("c")) == summary(good("c"))


def test_runs_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    write(tmp_path, bad("a"))
    lock = FileLock(tmp_path / ".quality.lock")
    with lock:
        other = threading.Thread(target=write, args=(tmp_path, good("b")))
        other.start()
        other.join(0.3)
        assert other.is_alive()
        # What another run saves meanwhile is read only now, under the lock.
        data = summary(bad("a"), good("c"))
        (tmp_path / "quality.json").write_text(json.dumps(data), encoding="utf-8")
    other.join(10)
    saved = json.loads((tmp_path / "quality.json").read_bytes())
    assert codes(saved["units"]) == ["a", "b", "c"]


def test_killed_between_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run says what the killed one would have said."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder in (whole, broken):
        write(folder, good("a"), bad("b"))
    expected = write(whole, good("b"))
    written = []

    def replace_first(path: Path, content: bytes) -> None:
        if written:
            raise OSError("killed")
        written.append(path.name)
        real(path, content)

    real = quality.replace_file
    monkeypatch.setattr(quality, "replace_file", replace_first)
    with pytest.raises(OSError, match="killed"):
        write(broken, good("b"))
    monkeypatch.undo()
    assert write(broken, good("b", new=False)) == expected
    assert (broken / "quality.html").read_bytes() == (whole / "quality.html").read_bytes()


def test_severities_are_those_of_the_rules() -> None:
    """The page has a colour for every word."""
    template = Path(templates.__file__).parent / "quality" / "page.html.j2"
    source = template.read_text(encoding="utf-8")
    assert all(f'"{severity}": "' in source for severity in Severity)
