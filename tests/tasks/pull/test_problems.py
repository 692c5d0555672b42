"""Every reading problem: a real unit's workbook broken in exactly that way, and exactly what is reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.contract import CONTRACT
from expectations.rules.reading import READING_RULES
from tasks.pull import Submission, Trouble
from tests.support.raw import BOOK, Book, pull_content
from tests.support.workbooks import registered

BUDGET, PROJECTS, PROFILE, BASIC = "预算收支总表", "项目支出", "单位概况", "基本支出"
METHODS = "公开招标、邀请招标、竞争性谈判、竞争性磋商、单一来源、询价、框架协议、未采购"


def _budget(problem: str, cell: str, label: str, **said: str) -> Trouble:
    column = {"决算数": "final", "全年预算数": "adjusted", "预算项目": "item", "本期结余": "surplus"}[label]
    return Trouble(problem, "budget", column, BUDGET, cell, int(cell[1:]), label, **said)


def _final(problem: str, **said: str) -> Trouble:
    return _budget(problem, "E4", "决算数", **said)


def _put(value: object, cell: str = "E4", label: str = BUDGET) -> Callable[[Book], object]:
    return lambda book: book.put(label, cell, value)


def _formula(book: Book) -> object:
    return book.put(BUDGET, "E4", body="<f>E5+E6</f><v></v>")


def _hide_row(book: Book) -> object:
    return book.replace(PROJECTS, '<row r="6" ', '<row r="6" hidden="1" ')


def _hide_sheet(book: Book) -> object:
    return book.replace(BOOK, f'name="{BUDGET}"', f'name="{BUDGET}" state="hidden"')


def _merge(book: Book) -> object:
    cells = '<mergeCells count="1"><mergeCell ref="D5:D6"/></mergeCells>'
    return book.replace(BUDGET, "</sheetData>", f"</sheetData>{cells}")


def _empty(book: Book) -> object:
    for row in range(4, 44):
        for cell in (f"{letter}{row}" for letter in "ABCD"):
            book.put("文字说明", cell)
    return book


def _rename_all(book: Book) -> object:
    for letter in "ABCD":
        book.put("人员编制", f"{letter}3", f"第{letter}列")
    return book


ODD: list[tuple[str, str, Callable[[Book], object], list[Trouble]]] = [
    # problem, what it is, what is done, what is reported
    ("missing_sheet", "renamed", lambda book: book.replace(BOOK, f'"{BUDGET}"', '"预算收支表"'), [
        Trouble("missing_sheet", "budget", label=BUDGET, detail="（现有“预算收支表”，是否改过名称）"),
    ]),
    ("missing_sheet", "removed", lambda book: book.replace(BOOK, f'"{BASIC}"', '"Sheet1"'), [
        Trouble("missing_sheet", "basic", label=BASIC),
    ]),
    ("missing_column", "renamed", _put("年末决算数", "E3"), [
        Trouble("missing_column", "budget", "final", BUDGET, "A3", label="决算数",
                detail="（现有“年末决算数”，是否改过标题）"),
    ]),
    ("missing_column", "removed", _put(None, "E3"), [
        Trouble("missing_column", "budget", "final", BUDGET, "A3", label="决算数"),
    ]),
    ("missing_column", "line of a form", _put("单位", "A6", PROFILE), [
        Trouble("missing_column", "profile", "name", PROFILE, label="单位全称"),
    ]),
    ("missing_optional_column", "renamed", _put("备注", "G3"), [
        Trouble("missing_optional_column", "budget", "carry_in", BUDGET, "A3", label="上年结转结余"),
    ]),
    ("repeated_column", "in a list", _put("决算数", "H3"), [
        Trouble("repeated_column", "budget", "final", BUDGET, "H3", 3, "决算数"),
        Trouble("missing_optional_column", "budget", "carry_out", BUDGET, "A3", label="年末结转结余"),
    ]),
    ("repeated_column", "in a form", _put("单位全称", "A10", PROFILE), [
        Trouble("repeated_column", "profile", "name", PROFILE, "A10", 10, "单位全称"),
        Trouble("missing_optional_column", "profile", "parent", PROFILE, label="主管部门"),
    ]),
    ("missing_row", "left out", _put(None, "A9"), [
        Trouble("missing_row", "budget", "item", BUDGET, label="国有资本经营预算"),
    ]),
    ("repeated_row", "twice", _put("社会保险基金预算", "A11"), [
        _budget("repeated_row", "A11", "社会保险基金预算") if False else
        Trouble("repeated_row", "budget", "item", BUDGET, "A11", 11, "社会保险基金预算"),
    ]),
    ("total_row", "in the name", lambda book: book.put(PROJECTS, "B11", "合　计").put(PROJECTS, "G11", 5), [
        Trouble("total_row", "projects", "name", PROJECTS, "B11", 11, "项目名称", "合计"),
    ]),
    ("total_row", "in the code", lambda book: book.put(PROJECTS, "A11", "小计").put(PROJECTS, "C11", "x"), [
        Trouble("total_row", "projects", "code", PROJECTS, "A11", 11, "项目编号", "小计"),
    ]),
    ("total_row", "in the category", _put("合计", "C11", PROJECTS), [
        Trouble("total_row", "projects", "category", PROJECTS, "C11", 11, "项目类别", "合计"),
    ]),
    ("no_header", "all renamed", _rename_all, [
        Trouble("no_header", "staffing", sheet="人员编制", detail="人员类别、编制（核定）数、年末实有人数、上年末实有人数…"),
    ]),
    ("empty_table", "nothing filled", _empty, [
        Trouble("empty_table", "narratives", sheet="文字说明"),
    ]),
    ("merged_cells", "in the data", _merge, [
        Trouble("merged_cells", "budget", "", BUDGET, "D5", 5, value="D5:D6"),
    ]),
    ("hidden_row", "with data", _hide_row, [
        Trouble("hidden_row", "projects", "", PROJECTS, "A6", 6),
    ]),
    ("hidden_row", "of a form", lambda book: book.replace(PROFILE, '<row r="6" ', '<row r="6" hidden="true" '), [
        Trouble("hidden_row", "profile", "", PROFILE, "B6", 6),
    ]),
    ("hidden_sheet", "hidden", _hide_sheet, [
        Trouble("hidden_sheet", "budget", "", BUDGET, label=BUDGET),
    ]),
]
