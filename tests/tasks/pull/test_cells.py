"""Problems D301–D313: cells of a real unit's workbook, what each is read as and what is reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from expectations.contract import CONTRACT
from expectations.rules.reading import READING_RULES
from tasks.pull import Submission, Trouble
from tasks.pull.values import MAX_TEXT
from tests.support.raw import BOOK, STYLES, Book

Place = tuple[str, str, str, int]
"""Table, column, cell, and where the row is among the table's."""

FINAL: Place = ("budget", "final", "E4", 0)
COUNT: Place = ("staffing", "approved", "B4", 0)
NUMBER: Place = ("targets", "actual", "F4", 0)
DATE: Place = ("profile", "reported_on", "B20", 0)
KIND: Place = ("profile", "kind", "B8", 0)
FLAG: Place = ("projects", "is_key", "J4", 0)
TEXT: Place = ("projects", "supplier", "M4", 0)
ITEM: Place = ("budget", "item", "A10", 6)
METHOD: Place = ("projects", "method", "L4", 0)

METHODS = "公开招标、邀请招标、竞争性谈判、竞争性磋商、单一来源、询价、框架协议、未采购"
LONG = "长" * (MAX_TEXT + 1)


def xml(body: str, attributes: str = "") -> Callable[[Book, str, str], object]:
    return lambda book, label, cell: book.put(label, cell, attributes=attributes, body=body)


def styled(value: str, number_format: str, workbook: str = "") -> Callable[[Book, str, str], object]:
    """A number in the given format, as the last of the cell styles; `workbook` are its properties."""

    def change(book: Book, label: str, cell: str) -> None:
        styles = book.parts[STYLES].decode()
        start, end = styles.index("<cellXfs"), styles.index("</cellXfs>")
        number = styles[start:end].count("<xf ")
        known = "<numFmts " in styles
        added = f'<numFmt numFmtId="900" formatCode="{number_format}"/>'
        book.replace(STYLES, "</cellXfs>", '<xf numFmtId="900"/></cellXfs>')
        old = "</numFmts>" if known else "<fonts"
        book.replace(STYLES, old, added + old if known else f"<numFmts>{added}</numFmts>{old}")
        book.put(label, cell, attributes=f's="{number}"', body=f"<v>{value}</v>")
        if workbook:
            book.replace(BOOK, "<workbookPr ", f"<workbookPr {workbook} ")

    return change


BROKEN: list[tuple[str, Place, Any, dict[str, str]]] = [
    # problem, where, what stands there, what is said beside the label
    ("not_number", FINAL, "无", {"value": "无"}),
    ("not_number", FINAL, "—", {"value": "—"}),
    ("not_number", FINAL, "+5", {"value": "+5"}),
    ("not_number", FINAL, "1e5", {"value": "1e5"}),
    ("not_number", FINAL, "1 463.09", {"value": "1 463.09"}),
    ("not_number", FINAL, "٣٤", {"value": "٣٤"}),
    ("not_number", FINAL, "9" * 29, {"value": "9" * 29}),
    ("not_number", FINAL, True, {"value": "TRUE"}),
    ("not_number", FINAL, xml("<v>NaN</v>"), {"value": "nan"}),
    ("not_number", FINAL, xml("<v>-inf</v>"), {"value": "-inf"}),
    ("not_number", FINAL, xml("<v>1e400</v>"), {"value": "inf"}),
    ("not_number", FINAL, styled("44270", "yyyy-mm-dd"), {"value": "2021-03-15"}),
    ("not_number", FINAL, styled("0.5", "h:mm"), {"value": "12:00:00"}),
    ("not_number", FINAL, styled("1.5", "[h]:mm"), {"value": "1 day, 12:00:00"}),
    ("not_number", COUNT, "二十", {"value": "二十"}),
    ("full_width", FINAL, "１４６３", {"value": "１４６３", "expected": "1463"}),
    ("full_width", FINAL, "１，４６３．０９", {"value": "１，４６３．０９", "expected": "1,463.09"}),
    ("full_width", FINAL, "1，463.09", {"value": "1，463.09", "expected": "1,463.09"}),
    ("full_width", FINAL, "－5", {"value": "－5", "expected": "-5"}),
    ("full_width", COUNT, "２０", {"value": "２０", "expected": "20"}),
    ("full_width", NUMBER, "６１", {"value": "６１", "expected": "61"}),
    ("bad_thousands", FINAL, "1,4653.09", {"value": "1,4653.09"}),
    ("bad_thousands", FINAL, "1463,089", {"value": "1463,089"}),
    ("bad_thousands", FINAL, "1,463,08", {"value": "1,463,08"}),
    ("bad_thousands", FINAL, "１,４６５３", {"value": "１,４６５３"}),
    ("bad_thousands", NUMBER, "1,4653", {"value": "1,4653"}),
    ("too_precise", FINAL, 1463.091, {"value": "1463.091"}),
    ("too_precise", FINAL, 0.005, {"value": "0.005"}),
    ("too_precise", FINAL, 12345678901.234, {"value": "12345678901.234"}),
    ("too_precise", FINAL, "1463.091", {"value": "1463.091"}),
    ("too_precise", FINAL, "1.0000000000000000000000001", {"value": "1.0000000000000000000000001"}),
    ("unit_in_number", FINAL, "456万元", {"value": "456万元", "detail": "元"}),
    ("unit_in_number", FINAL, "1,463.09 元", {"value": "1,463.09 元", "detail": "元"}),
    ("unit_in_number", FINAL, "￥1,463.09", {"value": "￥1,463.09", "detail": "元"}),
    ("unit_in_number", FINAL, "４５６万元", {"value": "４５６万元", "detail": "元"}),
    ("unit_in_number", FINAL, styled("0.95", "0.00%"), {"value": "95%", "detail": "元"}),
    ("unit_in_number", COUNT, "20人", {"value": "20人", "detail": "人"}),
    ("unit_in_number", ("profile", "year", "B4", 0), "2020年", {"value": "2020年", "detail": "年"}),
    ("not_integer", COUNT, 19.5, {"value": "19.5"}),
    ("not_integer", COUNT, "19.5", {"value": "19.5"}),
    ("not_date", DATE, "2021年春", {"value": "2021年春"}),
    ("not_date", DATE, "2021-02-30", {"value": "2021-02-30"}),
    ("not_date", DATE, "0021-03-15", {"value": "0021-03-15"}),
    ("not_date", DATE, "２０２１-03-15", {"value": "２０２１-03-15"}),
    ("not_date", DATE, 20210315, {"value": "20210315"}),
    ("not_date", DATE, 44270, {"value": "44270"}),
    ("not_date", DATE, styled("0.25", "yyyy-mm-dd"), {"value": "06:00:00"}),
    ("not_date", DATE, styled("1e9", "yyyy-mm-dd"), {"value": "1000000000"}),
    ("not_date", DATE, styled("NaN", "yyyy-mm-dd"), {"value": "1899-12-30"}),
    ("not_choice", KIND, "企业", {"value": "企业", "detail": "机关、事业单位"}),
    ("not_choice", KIND, 1, {"value": "1", "detail": "机关、事业单位"}),
    ("not_choice", METHOD, "招标", {"value": "招标", "detail": METHODS}),
    ("not_choice", FLAG, "TRUE", {"value": "TRUE", "detail": "是、否"}),
    ("not_choice", FLAG, "√", {"value": "√", "detail": "是、否"}),
    ("not_choice", FLAG, 1, {"value": "1", "detail": "是、否"}),
    ("error_value", FINAL, xml("<v>#REF!</v>", 't="e"'), {"value": "#REF!"}),
    ("error_value", FINAL, xml("<f>1/0</f><v>#DIV/0!</v>", 't="e"'), {"value": "#DIV/0!"}),
    ("error_value", FINAL, xml("<f>SEQUENCE(9)</f><v>#SPILL!</v>", 't="e"'), {"value": "#SPILL!"}),
    ("error_value", TEXT, xml("<v>#N/A</v>", 't="e"'), {"value": "#N/A"}),
    ("uncached_formula", FINAL, xml("<f>E5+E6</f><v></v>"), {"value": "=E5+E6"}),
    ("uncached_formula", FINAL, xml("<f>E5+E6</f><v/>"), {"value": "=E5+E6"}),
    ("uncached_formula", FINAL, xml("<f>E5+E6</f>"), {"value": "=E5+E6"}),
    ("uncached_formula", FINAL, xml("<f>'A&amp;B'!E5</f>", 't="str"'), {"value": "='A&B'!E5"}),
    ("uncached_formula", FINAL, xml('<f t="array" ref="E4">E5:E6</f>'), {"value": "=E5:E6"}),
    ("uncached_formula", DATE, xml("<f>TODAY()</f>"), {"value": "=TODAY()"}),
    ("too_large", FINAL, 1e12 + 1, {"value": "1000000000001", "detail": "元"}),
    ("too_large", FINAL, "9" * 28, {"value": "9" * 28, "detail": "元"}),
    ("too_large", FINAL, -1e300, {"value": "-1e+300", "detail": "元"}),
    ("too_large", FINAL, "1000000000000.01", {"value": "1000000000000.01", "detail": "元"}),
    ("too_large", COUNT, 2e9, {"value": "2000000000", "detail": "人"}),
    ("too_large", NUMBER, 1e308, {"value": "1e+308", "detail": ""}),
    ("text_too_long", TEXT, LONG, {"value": str(MAX_TEXT + 1), "expected": str(MAX_TEXT)}),
    ("text_too_long", NUMBER, LONG, {"value": str(MAX_TEXT + 1), "expected": str(MAX_TEXT)}),
]

WARNED: list[tuple[str, Place, Any, dict[str, str], object]] = [
    # problem, where, what stands there, what is said, what it is read as
    ("text_number", FINAL, "1,463.09", {"value": "1,463.09", "expected": "1,463.09"}, 146309),
    ("text_number", FINAL, " 14630899　", {"value": "14630899", "expected": "14,630,899"}, 1463089900),
    ("text_number", FINAL, "-0", {"value": "-0", "expected": "-0"}, 0),
    ("text_number", FINAL, "-1463.09", {"value": "-1463.09", "expected": "-1,463.09"}, -146309),
    ("text_number", FINAL, "1463.0900", {"value": "1463.0900", "expected": "1,463.0900"}, 146309),
    ("text_number", COUNT, "20", {"value": "20", "expected": "20"}, 20),
    ("text_number", COUNT, "20.0", {"value": "20.0", "expected": "20.0"}, 20),
    (
        "text_number",
        FINAL,
        xml("<f>A1&amp;1</f><v>12.5</v>", 't="str"'),
        {"value": "12.5", "expected": "12.5"},
        1250,
    ),
]

FINE: list[tuple[Place, Any, object]] = [
    # where, what stands there, what it is read as
    (FINAL, 0.1 + 0.2, 30),
    (FINAL, 12.249999761581421, 1225),  # 1463089912.35 - 1463089900.10
    (FINAL, -1.1368683772161603e-13, 0),
    (FINAL, 146308.98999999999, 14630899),
    (FINAL, -0.0, 0),
    (FINAL, -5.5, -550),  # whether it may be negative is for the rules
    (FINAL, 999999999999.99, 99999999999999),
    (FINAL, 1e12, 10**14),
    (FINAL, None, None),
    (FINAL, "  \u3000\u00a0\u200b\n", None),
    (FINAL, xml("<f>E5+E6</f><v>5.5</v>"), 550),
    (FINAL, xml('<f>""</f><v></v>', 't="str"'), None),
    (FINAL, styled("1463.09", "#,##0.00&quot;元&quot;"), 146309),
    (FINAL, styled("1463.09", "[红色]0.00&quot;%&quot;"), 146309),
    (COUNT, 20.000000000000004, 20),
    (NUMBER, 61.50, "61.5"),
    (NUMBER, "2.50", "2.5"),
    (NUMBER, "1,463", "1463"),
    (NUMBER, -0.0, "0"),
    (NUMBER, 100, "100"),
    (NUMBER, 1e-300, "0"),
    (NUMBER, "完成", "完成"),
    (NUMBER, "95%", "95%"),
    (NUMBER, styled("0.9879", "0.00%"), "98.79%"),
    (NUMBER, True, "TRUE"),
    (DATE, "2021-3-15", dt.date(2021, 3, 15)),
    (DATE, "2021年3月15日", dt.date(2021, 3, 15)),
    (DATE, "2021/03/15 ", dt.date(2021, 3, 15)),
    (DATE, "2021.3.15", dt.date(2021, 3, 15)),
    (DATE, styled("44270", "yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"), dt.date(2021, 3, 15)),
    (DATE, styled("44270.75", "yyyy-mm-dd hh:mm"), dt.date(2021, 3, 15)),
    (DATE, styled("42808", "yyyy-mm-dd", 'date1904="1"'), dt.date(2021, 3, 15)),
    (DATE, xml("<v>2021-03-15T00:00:00</v>", 't="d"'), dt.date(2021, 3, 15)),
    (KIND, " 机 关　", "administrative"),
    (KIND, "行政单位", "administrative"),
    (ITEM, "社会保险\n基金预算", "insurance"),
    (FLAG, "否 ", False),
    (FLAG, True, True),
    (TEXT, 610102.0, "610102"),
    (TEXT, 0.1 + 0.2, "0.3"),
    (TEXT, "=1+1", "=1+1"),
    (TEXT, "a\u0000b\u202ec\u200bd\ufeff".replace("\u0000", ""), "abcd"),
    (TEXT, "\u00a0甲\u3000乙\u3000", "甲\u3000乙"),
    (TEXT, "一\r\n二\r三", "一\n二\n三"),
    (TEXT, xml("<v>一_x000D_&#10;二_x0007_</v>", 't="str"'), "一\n二"),
    (TEXT, "😀\ue000\U0002000b", "😀\ue000\U0002000b"),
    (TEXT, xml("<is><r><t>甲</t></r><r><t>乙</t></r><rPh><t>k</t></rPh></is>", 't="inlineStr"'), "甲乙"),
    (TEXT, "长" * MAX_TEXT, "长" * MAX_TEXT),
]


def hand_in(tmp_path: Path, place: Place, what: Any) -> Submission:
    book, label = Book(), CONTRACT[place[0]].label
    if callable(what):
        what(book, label, place[2])
    else:
        book.put(label, place[2], what)
    return book.pull(tmp_path)


def value_at(submission: Submission, place: Place) -> object:
    table, column, _, at = place
    return submission.rows[table][at][column]


def expected_trouble(problem: str, place: Place, said: dict[str, str]) -> Trouble:
    table, column, cell, _ = place
    declared = CONTRACT[table][column]
    row = int(cell[1:])
    return Trouble(problem, table, column, CONTRACT[table].label, cell, row, declared.label, **said)


def name(case: Any) -> str:
    return case if isinstance(case, str) and len(case) < 40 else ""


@pytest.mark.parametrize(("problem", "place", "what", "said"), BROKEN, ids=name)
def test_reports_exactly(problem: str, place: Place, what: Any, said: dict[str, str], tmp_path: Path) -> None:
    submission = hand_in(tmp_path, place, what)
    said = {key: text[:60] for key, text in said.items()}
    assert list(submission.troubles) == [expected_trouble(problem, place, said)]
    assert value_at(submission, place) is None


@pytest.mark.parametrize(("problem", "place", "what", "said", "value"), WARNED, ids=name)
def test_warns_and_reads(
    problem: str, place: Place, what: Any, said: dict[str, str], value: object, tmp_path: Path
) -> None:
    submission = hand_in(tmp_path, place, what)
    assert list(submission.troubles) == [expected_trouble(problem, place, said)]
    assert value_at(submission, place) == value


@pytest.mark.parametrize(("place", "what", "value"), FINE, ids=name)
def test_reads(place: Place, what: Any, value: object, tmp_path: Path) -> None:
    submission = hand_in(tmp_path, place, what)
    assert submission.troubles == ()
    assert value_at(submission, place) == value
    assert type(value_at(submission, place)) is type(value)


def test_every_problem_of_cells_is_here() -> None:
    problems = {rule.check.problem for rule in READING_RULES if rule.code.startswith("D3")}
    assert {problem for problem, *_ in (*BROKEN, *WARNED)} == problems


def test_misnamed_fixed_row(tmp_path: Path) -> None:
    troubles = Book().put("预算收支总表", "A4", "总额").pull(tmp_path).troubles
    assert [(trouble.problem, trouble.cell, trouble.label) for trouble in troubles] == [
        ("not_choice", "A4", "预算项目"),
        ("missing_row", "", "合计"),
    ]


def test_formulas_that_share_one(tmp_path: Path) -> None:
    book = Book().put("预算收支总表", "F5", body='<f t="shared" ref="F5:F6" si="0">D5-E5</f>')
    troubles = book.put("预算收支总表", "F6", body='<f t="shared" si="0"/>').pull(tmp_path).troubles
    assert [(trouble.problem, trouble.cell, trouble.value) for trouble in troubles] == [
        ("uncached_formula", "F5", "=D5-E5"),
        ("uncached_formula", "F6", "=D5-E5"),
    ]


def test_formula_in_a_row_otherwise_empty(tmp_path: Path) -> None:
    """Beyond what the sheet has values for: the row is there, and its formula is reported."""
    submission = Book().put("资产处置", "A40", body="<f>A39</f>").pull(tmp_path)
    assert [(trouble.problem, trouble.cell) for trouble in submission.troubles] == [
        ("uncached_formula", "A40")
    ]
    assert [record["sheet_row"] for record in submission.rows["disposals"]] == [4, 40]


def test_each_cell_has_its_own_trouble(tmp_path: Path) -> None:
    book = Book().put("项目支出", "F4", "x").put("项目支出", "F5", "２").put("项目支出", "K5", "?")
    assert [(trouble.problem, trouble.cell, trouble.row) for trouble in book.pull(tmp_path).troubles] == [
        ("not_number", "F4", 4),
        ("full_width", "F5", 5),
        ("not_choice", "K5", 5),
    ]
