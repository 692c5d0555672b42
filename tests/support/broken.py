"""Submissions that break rules on purpose, as data: what is changed in a real unit, what must be found.

All are judged in one `validate` call (see `judged`): its cost hardly depends on how many units it gets, and
each finding must stay with its unit. Places are written `sheet!cell`; amounts are in 分.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils import column_index_from_string, get_column_letter

from expectations.contract import CONTRACT, Layout
from expectations.rules import RULES, Present
from tasks.pull import Submission, pull_unit
from tasks.render.workbook import HEADER_ROW
from tasks.render.workbook_values import displayed
from tasks.validate import Verdict, validate
from tests.support.workbooks import Records, example_records, registered

YEAR = 2020
Change = Callable[[Records], None]
Edit = Callable[[openpyxl.Workbook], None]
Expected = tuple[tuple[str, str], ...]
"""(rule code, place) of each finding."""

_KEY = {"projects": "code", "staffing": "category", "vehicles": "", "profile": ""}


@dataclass(frozen=True)
class Broken:
    """One submission: a real unit's records with `changes`, its workbook with `edits`; what is found."""

    name: str
    unit: str
    changes: tuple[Change, ...]
    expected: Expected
    edits: tuple[Edit, ...] = ()


# --- changes to records ---


def _rows(records: Records, table: str, at: str | int | None) -> list[dict[str, Any]]:
    rows = records.setdefault(table, [{}] if at is None else [])
    if at is None:
        return rows
    if isinstance(at, int):
        return [rows[at]]
    key = _KEY.get(table) or CONTRACT[table].fixed_by or CONTRACT[table].columns[0].name
    return [row for row in rows if row.get(key) == at]


def put(table: str, at: str | int | None, **values: Any) -> Change:
    """Set columns of the rows `at` (a key, a position, or None for all rows)."""

    def change(records: Records) -> None:
        rows = _rows(records, table, at)
        assert rows, (table, at)
        for row in rows:
            row.update(values)

    return change


def shift(table: str, at: str | int, **amounts: int) -> Change:
    """Add to columns of a row."""

    def change(records: Records) -> None:
        (row,) = _rows(records, table, at)
        for name, amount in amounts.items():
            row[name] += amount

    return change


def add(table: str, **values: Any) -> Change:
    """Add a row at the end."""
    return lambda records: records.setdefault(table, []).append(values)


def drop(table: str, at: str | int | None = None) -> Change:
    """Remove the rows `at`."""

    def change(records: Records) -> None:
        gone = _rows(records, table, at)
        assert gone, (table, at)
        records[table] = [row for row in records[table] if row not in gone]

    return change


def fixed(table: str, **values: Any) -> Change:
    """Add a fixed row that the real unit left out."""
    return add(table, **values)


# --- edits of workbooks, as a clerk makes them ---


def cell(sheet: str, address: str, value: Any) -> Edit:
    """Type a value into a cell."""

    def edit(book: openpyxl.Workbook) -> None:
        book[sheet][address] = value

    return edit


def without_sheet(sheet: str) -> Edit:
    """Delete a sheet."""
    return lambda book: book.remove(book[sheet])


def without_column(sheet: str, letter: str) -> Edit:
    """Delete a column."""
    return lambda book: book[sheet].delete_cols(column_index_from_string(letter))


def without_row(sheet: str, number: int) -> Edit:
    """Delete a row."""
    return lambda book: book[sheet].delete_rows(number)


# --- one or more submissions for each rule ---

FIXED_PLACES = {
    "profile": "单位概况!B{row}",
    "projects": "项目支出!{letter}4",
    "targets": "绩效指标!{letter}4",
    "problems": "问题与措施!{letter}4",
    "narratives": "文字说明!{letter}4",
    "disposals": "资产处置!{letter}4",
}


def _blank(code: str, unit: str, change: Change, place: str) -> Broken:
    return Broken(code, unit, (change,), ((code, place),))


def _blanks() -> tuple[Broken, ...]:
    """Every required cell left blank, one at a time: nothing else may be found."""
    found = [
        _blank("E101.staffing.category", "sjzyj", add("staffing", approved=1, actual=1), "人员编制!A6"),
        _blank("E101.staffing.approved", "sjzyj", put("staffing", "regular", approved=None), "人员编制!B4"),
        _blank("E101.staffing.actual", "sjzyj", put("staffing", "regular", actual=None), "人员编制!C4"),
        _blank(
            "E101.budget.item", "sjzyj", add("budget", adjusted=5, final=5, surplus=0), "预算收支总表!A11"
        ),
        _blank("E101.budget.adjusted", "sjzyj", put("budget", "fund", adjusted=None), "预算收支总表!D8"),
        _blank("E101.budget.final", "sjzyj", put("budget", "fund", final=None), "预算收支总表!E8"),
        _blank("E101.budget.surplus", "sjzyj", put("budget", "fund", surplus=None), "预算收支总表!F8"),
        _blank("E101.basic.item", "sjzyj", add("basic", adjusted=5, final=5, surplus=0), "基本支出!A12"),
        _blank("E101.basic.adjusted", "sjzyj", put("basic", "family", adjusted=None), "基本支出!C10"),
        _blank("E101.basic.final", "sjzyj", put("basic", "family", final=None), "基本支出!D10"),
        _blank("E101.basic.surplus", "sjzyj", put("basic", "family", surplus=None), "基本支出!E10"),
        _blank("E101.procurement.kind", "sjzyj", add("procurement", final=700), "政府采购!A10"),
        _blank("E101.procurement.final", "sjzyj", put("procurement", 0, final=None), "政府采购!D4"),
        _blank("E101.assets.item", "sjzyj", add("assets", opening=0), "资产情况!A5"),
        _blank("E101.allocations.row_kind", "sjzyj", add("allocations", approved_count=1), "资产配置!A5"),
        _blank("E101.declarations.item", "sjzyj", add("declarations", state="absent"), "不涉及事项!A8"),
        _blank("E101.checklist.item", "sjzyj", add("checklist", is_met=True), "管理自查!A33"),
        _blank("E101.declarations.state", "sjzyj", put("declarations", "fund", state=None), "不涉及事项!B5"),
    ]
    done = {broken.name for broken in found}
    for rule in RULES:
        if isinstance(rule.check, Present) and rule.code not in done:
            table, column = rule.check.table, rule.check.column
            number = [c.name for c in CONTRACT[table].columns].index(column)
            place = FIXED_PLACES[table].format(row=4 + number, letter=get_column_letter(number + 1))
            found.append(_blank(rule.code, "sjzyj", put(table, 0, **{column: None}), place))
    return tuple(found)


def _one(code: str, unit: str, place: str, *changes: Change) -> Broken:
    """A submission that breaks one rule in one place, and nothing else."""
    return Broken(code, unit, changes, ((code, place),))


ENTRIES = (
    *_blanks(),
    # A row that must be there but is not.
    _one("E102.procurement.goods", "sjzyj", "政府采购!", drop("procurement", "goods")),
    _one("E102.procurement.works", "sjzyj", "政府采购!", drop("procurement", "works")),
    _one("E102.procurement.services", "sjzyj", "政府采购!", drop("procurement", "services")),
    _one("E102.procurement.total", "sjzyj", "政府采购!", drop("procurement", "total")),
    _one("E102.allocations.total", "dsjzx", "资产配置!", drop("allocations", "total")),
    *(
        _one(f"E102.narratives.{section}", "dsjzx", "文字说明!", drop("narratives", section))
        for section in ("mandate", "organisation", "assets", "thrift", "outcome", "application")
    ),
    # Repeated keys.
    _one("E201.projects", "sjzyj", "项目支出!A5", put("projects", 1, code="P01")),
    _one("E201.targets", "sjzyj", "绩效指标!C6", put("targets", 0, name="甲"), put("targets", 2, name="甲")),
    _one(
        "E202.projects", "sjzyj", "项目支出!B9", put("projects", 2, name="甲"), put("projects", 5, name="甲")
    ),
    # Form, and agreement with the registry.
    _one("E301.notice", "sjzyj", "单位概况!B19", put("profile", None, notice_number="长财绩[2021]2号")),
    _one(
        "E302.targets.target",
        "dsjzx",
        "绩效指标!E4",
        put("targets", 0, target="全部接入"),
        put("targets", 1, direction="qualitative", target="上线", actual="完成"),
    ),
    _one("E302.targets.actual", "dsjzx", "绩效指标!F4", put("targets", 0, actual="完成")),
    _one("E401.year", "sjzyj", "单位概况!B4", put("profile", None, year=2019)),
    _one("E401.code", "sjzyj", "单位概况!B5", put("profile", None, code="sjzyj")),
    _one("E401.name", "sjzyj", "单位概况!B6", put("profile", None, name="长沙市数据局")),
)

NEGATIVES = (
    Broken(
        "F101.profile.year",
        "sjzyj",
        (put("profile", None, year=-2020),),
        (("E401.year", "单位概况!B4"), ("F101.profile.year", "单位概况!B4")),
    ),
    Broken(
        "F101.profile.department_count",
        "sjzyj",
        (put("profile", None, department_count=-1),),
        (("F101.profile.department_count", "单位概况!B17"), ("F351", "单位概况!B17")),
    ),
    Broken(
        "F101.staffing.approved",
        "sjzyj",
        (put("staffing", "contract", approved=-1),),
        (("F101.staffing.approved", "人员编制!B5"), ("F204.staffing", "人员编制!C5")),
    ),
    _one("F101.staffing.actual", "sjzyj", "人员编制!C5", put("staffing", "contract", actual=-1)),
    _one("F101.staffing.last_actual", "sjzyj", "人员编制!D5", put("staffing", "contract", last_actual=-1)),
    _one(
        "F101.budget.initial",
        "sjzyj",
        "预算收支总表!B8",
        put("budget", "fund", initial=-100, change=100),
        shift("budget", "general", initial=100, change=-100),
    ),
    Broken(
        "F101.budget.adjusted",
        "sjzyj",
        (
            put("budget", "fund", change=-100, adjusted=-100, surplus=-100),
            shift("budget", "general", change=100, adjusted=100, surplus=100),
        ),
        (("F101.budget.adjusted", "预算收支总表!D8"), ("F203.budget", "预算收支总表!E8")),
    ),
    _one(
        "F101.budget.final",
        "sjzyj",
        "预算收支总表!E8",
        put("budget", "fund", final=-100, surplus=100),
        shift("budget", "general", final=100, surplus=-100),
    ),
    _one("F101.budget.carry_in", "sjzyj", "预算收支总表!G4", put("budget", "total", carry_in=-1)),
    _one("F101.budget.carry_out", "sjzyj", "预算收支总表!H4", put("budget", "total", carry_out=-1)),
    _one("F101.basic.initial", "sjzyj", "基本支出!B4", put("basic", "wages", initial=-1)),
    Broken(
        "F101.basic.adjusted",
        "sjzyj",
        (
            put("basic", "family", adjusted=-100, surplus=-100),
            shift("basic", "wages", adjusted=100, surplus=100),
        ),
        (("F101.basic.adjusted", "基本支出!C10"), ("F203.basic", "基本支出!D10")),
    ),
    _one(
        "F101.basic.final",
        "sjzyj",
        "基本支出!D10",
        put("basic", "family", final=-100, surplus=100),
        shift("basic", "wages", final=100, surplus=-100),
    ),
    _one("F101.basic.last_final", "sjzyj", "基本支出!F10", put("basic", "family", last_final=-1)),
    _one(
        "F101.projects.initial", "sjzyj", "项目支出!D10", put("projects", "P07", initial=-100, change=7500100)
    ),
    Broken(
        "F101.projects.adjusted",
        "sjzyj",
        (
            put("projects", "P07", adjusted=-100, final=0, surplus=-100),
            shift("projects", "P03", adjusted=7500100, final=7499700, surplus=400),
        ),
        (("F101.projects.adjusted", "项目支出!F10"), ("F203.projects", "项目支出!G10")),
    ),
    _one(
        "F101.projects.final",
        "sjzyj",
        "项目支出!G9",
        put("projects", "P06", adjusted=0, final=-100, surplus=100),
        shift("projects", "P03", adjusted=3000000, final=2954700, surplus=45300),
    ),
    _one("F101.projects.last_final", "sjzyj", "项目支出!I10", put("projects", "P07", last_final=-1)),
    _one("F101.procurement.budget", "sjzyj", "政府采购!C4", put("procurement", 0, budget=-1)),
    _one(
        "F101.procurement.final",
        "sjzyj",
        "政府采购!D4",
        put("procurement", 0, final=-100),
        shift("procurement", 1, final=4240100),
    ),
    _one("F101.assets.opening", "sjzyj", "资产情况!B4", put("assets", "total", opening=-1)),
    _one("F101.assets.increase", "sjzyj", "资产情况!C4", put("assets", "total", increase=-1)),
    _one("F101.assets.decrease", "sjzyj", "资产情况!D4", put("assets", "total", decrease=-1)),
    _one("F101.assets.closing", "sjzyj", "资产情况!E4", put("assets", "total", closing=-1)),
    _one("F101.assets.in_use", "sjzyj", "资产情况!F4", put("assets", "total", in_use=-1)),
    Broken(
        "F101.allocations.approved_count",
        "sjzyj",
        (put("allocations", 0, approved_count=-1),),
        (("F101.allocations.approved_count", "资产配置!C4"),),
    ),
    _one(
        "F101.allocations.approved_amount", "sjzyj", "资产配置!D4", put("allocations", 0, approved_amount=-1)
    ),
    _one("F101.allocations.bought_count", "sjzyj", "资产配置!E4", put("allocations", 0, bought_count=-1)),
    _one("F101.allocations.bought_amount", "sjzyj", "资产配置!F4", put("allocations", 0, bought_amount=-1)),
    _one("F101.disposals.count", "sjzyj", "资产处置!B4", put("disposals", 0, count=-1)),
    _one("F101.disposals.original_value", "sjzyj", "资产处置!D4", put("disposals", 0, original_value=-1)),
    _one("F101.disposals.income", "sjzyj", "资产处置!E4", put("disposals", 0, income=-1)),
    _one("F101.vehicles.opening", "sjzyj", "公务用车!B4", put("vehicles", None, opening=-1, closing=1)),
    _one(
        "F101.vehicles.transferred_in",
        "sjzyj",
        "公务用车!B5",
        put("vehicles", None, opening=3, transferred_in=-1),
    ),
    _one("F101.vehicles.bought", "sjzyj", "公务用车!B6", put("vehicles", None, opening=2, bought=-1)),
    _one("F101.vehicles.disposed", "sjzyj", "公务用车!B7", put("vehicles", None, disposed=-1, closing=4)),
    _one("F101.vehicles.closing", "sjzyj", "公务用车!B8", put("vehicles", None, disposed=4, closing=-1)),
    *(
        _one(
            f"F101.supplement.{column.name}",
            "sjzyj",
            f"自评补充数据!B{row}",
            put("supplement", None, **{column.name: -1}),
        )
        for row, column in enumerate(CONTRACT["supplement"].columns, start=4)
        if column.name in CONTRACT["supplement"].numerics
    ),
)

ROWS = (
    _one("F201.budget", "sjzyj", "预算收支总表!D5", put("budget", "basic", initial=100, change=100)),
    Broken(
        "F202.budget",
        "sjzyj",
        (put("budget", "fund", surplus=100), put("budget", "capital", surplus=-100)),
        (("F202.budget", "预算收支总表!F8"), ("F202.budget", "预算收支总表!F9")),
    ),
    _one(
        "F203.budget",
        "sjzyj",
        "预算收支总表!E8",
        put("budget", "fund", final=100, surplus=-100),
        shift("budget", "general", final=-100, surplus=100),
    ),
    _one(
        "F202.basic",
        "sjzyj",
        "基本支出!E8",
        fixed("basic", item="vehicle_purchase", adjusted=100, final=0, surplus=0),
    ),
    _one(
        "F203.basic",
        "sjzyj",
        "基本支出!D8",
        fixed("basic", item="vehicle_purchase", adjusted=0, final=100, surplus=-100),
    ),
    _one("F201.projects", "sjzyj", "项目支出!F10", put("projects", "P07", initial=100, change=100)),
    Broken(
        "F202.projects",
        "sjzyj",
        (shift("projects", "P07", surplus=100), shift("projects", "P03", surplus=-100)),
        (("F202.projects", "项目支出!H6"), ("F202.projects", "项目支出!H10")),
    ),
    _one(
        "F203.projects",
        "sjzyj",
        "项目支出!G10",
        shift("projects", "P07", final=400, surplus=-400),
        shift("projects", "P03", final=-400, surplus=400),
    ),
    _one("F204.staffing", "sjzyj", "人员编制!C4", put("staffing", "regular", actual=21)),
    _one(
        "F205.count",
        "dsjzx",
        "资产配置!E5",
        put("allocations", 1, bought_count=3),
        put("allocations", 6, bought_count=31),
    ),
    _one("F205.amount", "sjzyj", "资产配置!F4", put("allocations", 0, bought_amount=7500100)),
)


def _three(code: str, unit: str, place: str, *tables: tuple[str, str]) -> tuple[Broken, ...]:
    """Rules over adjusted, final and surplus: as surplus = adjusted − final, no one breaks alone.

    `tables` are the rows that change together; `place` holds the letters of the three columns, as "C.D.E 11".
    """
    sheet, _, rest = place.partition("!")
    letters, _, number = rest.partition(" ")
    cells = dict(zip(("adjusted", "final", "surplus"), letters.split("."), strict=True))
    pairs = {
        "adjusted": {"adjusted": 100, "final": 100},
        "final": {"final": 100, "surplus": -100},
        "surplus": {"adjusted": 100, "surplus": 100},
    }
    return tuple(
        Broken(
            f"{code}.{name}",
            unit,
            tuple(shift(table, at, **amounts) for table, at in tables),
            tuple((f"{code}.{column}", f"{sheet}!{cells[column]}{number}") for column in amounts),
        )
        for name, amounts in pairs.items()
    )


BALANCES = (
    _one(
        "F301.initial",
        "sjzyj",
        "预算收支总表!B4",
        put("budget", "basic", initial=100),
        put("budget", "project", initial=100),
    ),
    _one(
        "F301.change",
        "sjzyj",
        "预算收支总表!C4",
        put("budget", "basic", change=100),
        put("budget", "project", change=100),
    ),
    *_three(
        "F301",
        "dsjzx",
        "预算收支总表!D.E.F 4",
        ("budget", "basic"),
        ("basic", "subtotal"),
        ("basic", "wages"),
    ),
    _one(
        "F302.initial",
        "dsjzx",
        "预算收支总表!B4",
        put("budget", "total", initial=100),
        put("budget", "general", initial=50),
    ),
    _one(
        "F302.change",
        "dsjzx",
        "预算收支总表!C4",
        put("budget", "total", change=100),
        put("budget", "general", change=50),
    ),
    *_three("F302", "dsjzx", "预算收支总表!D.E.F 4", ("budget", "general")),
    *_three("F311", "sjzyj", "基本支出!C.D.E 11", ("basic", "wages")),
    *_three("F312", "sjzyj", "基本支出!C.D.E 11", ("basic", "wages"), ("basic", "subtotal")),
    *_three("F313", "sjzyj", "基本支出!C.D.E 6", ("basic", "three_public")),
    _one(
        "F313.last_final",
        "sjzyj",
        "基本支出!F6",
        put("basic", "three_public", last_final=100),
        *(put("basic", item, last_final=10) for item in ("vehicle", "reception", "abroad")),
    ),
    *_three("F314", "dsjzx", "基本支出!C.D.E 7", ("basic", "vehicle_running")),
    _one(
        "F314.last_final",
        "dsjzx",
        "基本支出!F7",
        put("basic", "vehicle", last_final=100),
        put("basic", "vehicle_purchase", last_final=10),
        put("basic", "vehicle_running", last_final=20),
    ),
    _one(
        "F315.adjusted",
        "sjzyj",
        "基本支出!C6",
        *(
            shift("basic", item, adjusted=50_000_000, surplus=50_000_000)
            for item in ("three_public", "vehicle")
        ),
    ),
    _one(
        "F315.final",
        "sjzyj",
        "基本支出!D6",
        *(
            shift("basic", item, adjusted=34_429_900, final=34_510_000, surplus=-80_100)
            for item in ("three_public", "vehicle")
        ),
    ),
    _one(
        "F321.initial",
        "sjzyj",
        "预算收支总表!B6",
        put("projects", None, initial=0),
        put("budget", "project", initial=100),
    ),
    _one(
        "F321.change",
        "sjzyj",
        "预算收支总表!C6",
        put("projects", None, change=0),
        put("budget", "project", change=100),
    ),
    *_three("F321", "sjzyj", "预算收支总表!D.E.F 6", ("projects", "P07")),
    _one(
        "F331.budget",
        "sjzyj",
        "政府采购!C9",
        put("procurement", None, budget=10),
        put("procurement", 5, budget=51),
    ),
    _one("F331.final", "sjzyj", "政府采购!D9", shift("procurement", 5, final=100)),
    _one(
        "F332",
        "sjzyj",
        "政府采购!D9",
        shift("procurement", 4, final=2_000_000_000),
        shift("procurement", 5, final=2_000_000_000),
    ),
    _one(
        "F341.total",
        "sjzyj",
        "资产情况!E4",
        put("assets", "total", opening=10, increase=20, decrease=5, closing=26),
    ),
    _one(
        "F341.fixed",
        "sjzyj",
        "资产情况!E5",
        fixed("assets", item="fixed", opening=10, increase=20, decrease=5, closing=24),
    ),
    _one(
        "F341.intangible",
        "sjzyj",
        "资产情况!E5",
        fixed("assets", item="intangible", opening=10, increase=20, decrease=5, closing=26),
    ),
    _one("F342", "dsjzx", "资产情况!D4", shift("disposals", 0, original_value=100)),
    _one("F343.approved_count", "dsjzx", "资产配置!C10", put("allocations", 6, approved_count=34)),
    _one(
        "F343.approved_amount",
        "dsjzx",
        "资产配置!D10",
        *(put("allocations", row, approved_amount=10_000_000) for row in range(6)),
    ),
    _one("F343.bought_count", "dsjzx", "资产配置!E10", put("allocations", 6, bought_count=30)),
    _one("F343.bought_amount", "dsjzx", "资产配置!F10", shift("allocations", 6, bought_amount=100)),
    _one("F344", "sjzyj", "公务用车!B8", put("vehicles", None, closing=3)),
    _one("F351", "sjzyj", "单位概况!B17", put("profile", None, department_count=6)),
    *(
        _one(
            f"F352.{item}",
            "dsjzx",
            f"预算收支总表!D{row}",
            put("budget", item, change=100, adjusted=100, surplus=100),
            shift("budget", "general", adjusted=-100, surplus=-100),
        )
        for item, row in (("fund", 8), ("capital", 9), ("insurance", 10))
    ),
)

BY_RULE = (*ENTRIES, *NEGATIVES, *ROWS, *BALANCES)


# --- where reading already complained, nothing else is said ---


def _read(name: str, place: str, edit: Edit, *changes: Change, unit: str = "dsjzx") -> Broken:
    """A submission with one thing that cannot be read; `name` starts with the code of the one finding."""
    return Broken(name, unit, changes, ((name.split()[0], place),), (edit,))


READING_FIRST = (
    _read("D301 in a required amount", "预算收支总表!E4", cell("预算收支总表", "E4", "二亿七千万")),
    _read("D301 in a required count of a form", "单位概况!B17", cell("单位概况", "B17", "八个")),
    _read("D301 in a list that is summed up", "项目支出!G9", cell("项目支出", "G9", "约360万")),
    _read("D301 in the amount of a kind", "政府采购!D4", cell("政府采购", "D4", "待定")),
    _read("D302 in a required amount", "基本支出!D4", cell("基本支出", "D4", "１０，５１２，１４９")),
    _read("D303 in a required amount", "预算收支总表!D4", cell("预算收支总表", "D4", "27,36831")),
    _read("D306 in a required amount", "基本支出!C10", cell("基本支出", "C10", "1万元")),
    _read("D308 in a required date", "单位概况!B20", cell("单位概况", "B20", "三月")),
    _read("D309 in the kind of a procurement", "政府采购!A4", cell("政府采购", "A4", "货品")),
    _read("D309 in the kind of an allocation", "资产配置!A5", cell("资产配置", "A5", "细目")),
    _read("D309 in the section of a paragraph", "文字说明!A4", cell("文字说明", "A4", "单位职能")),
    _read(
        "D309 in the label of an optional row",
        "预算收支总表!A11",
        cell("预算收支总表", "A11", "其它"),
        add("budget", item="other", adjusted=100, final=100, surplus=0),
        shift("budget", "general", adjusted=-100, final=-100),
    ),
    _read("D309 in whether a project is classified", "项目支出!K4", cell("项目支出", "K4", "可能")),
    _read("D310 in a required amount", "预算收支总表!E8", cell("预算收支总表", "E8", "#REF!")),
    _read("D311 in a required amount", "预算收支总表!E8", cell("预算收支总表", "E8", "=0")),
    _read("D202 amounts", "预算收支总表!A3", without_column("预算收支总表", "E")),
    _read("D202 project names", "项目支出!A3", without_column("项目支出", "B")),
    _read("D202 whether projects are classified", "项目支出!A3", without_column("项目支出", "K")),
    _read("D202 kinds of procurement", "政府采购!A3", without_column("政府采购", "A")),
    _read("D203 item of procurement", "政府采购!A3", without_column("政府采购", "B")),
    _read("D202 a line of the form", "单位概况!", without_row("单位概况", 4)),
    *(
        _read(f"D201 {table.label}", "!", without_sheet(table.label))
        for table in CONTRACT.tables
        if not table.can_be_absent
    ),
    _read("D205 subtotal", "基本支出!", without_row("基本支出", 13)),
    _read("D205 source of funds", "预算收支总表!", without_row("预算收支总表", 8)),
    _read("D205 declaration", "不涉及事项!", without_row("不涉及事项", 5)),
    _read("D208 projects", "项目支出!", without_row("项目支出", 3)),
    _read("D208 procurement", "政府采购!", without_row("政府采购", 3)),
    _read("D208 narratives", "文字说明!", without_row("文字说明", 3)),
    # A mere warning about a cell does not silence what is wrong with its value.
    Broken(
        "D304 with a negative number",
        "dsjzx",
        (),
        (("D304", "预算收支总表!G4"), ("F101.budget.carry_in", "预算收支总表!G4")),
        (cell("预算收支总表", "G4", "-5"),),
    ),
)

# --- classified projects: a finding says where, never what ---

CANARY = "天狼星"
"""Stands in every text of the classified project."""
CANARY_YUAN = "987654"
"""The digits of each of its amounts."""
_FEN = 98765432
_FIGURES = (f"{CANARY_YUAN}.32", "987,654")


def _classified(name: str, expected: Expected, *changes: Change, edits: tuple[Edit, ...] = ()) -> Broken:
    """The bureau's third project, made classified, with the canary in every cell; its sheet row is 6."""
    secret = {
        "name": f"{CANARY}工程",
        "adjusted": _FEN,
        "final": _FEN,
        "surplus": 0,
        "is_classified": True,
        "is_key": True,
        "supplier": f"{CANARY}公司",
        "started": f"{CANARY}年",
        "description": f"{CANARY}内容",
        "result": f"{CANARY}成效",
        "method": "single",
    }
    whole = (
        put("projects", "P03", **secret),
        shift("projects", "P01", adjusted=92_500_000 - _FEN, final=92_500_000 - _FEN),
    )
    return Broken(name, "sjzyj", (*whole, *changes), expected, edits)


def _in_project(code: str, address: str, value: Any) -> Broken:
    return _classified(
        f"secret {code} {address}",
        ((code, f"项目支出!{address}"),),
        edits=(cell("项目支出", address, value),),
    )


SECRETS = (
    _classified("secret, sound", ()),
    _in_project("D301", "G6", f"{CANARY}{CANARY_YUAN}"),
    _in_project("D302", "G6", "９８７，６５４"),
    _in_project("D303", "G6", "98,7654"),
    _in_project("D304", "G6", f"{CANARY_YUAN}.32"),
    _in_project("D305", "G6", 987654.321),
    _in_project("D306", "G6", "987654元"),
    _in_project("D309", "C6", f"{CANARY}类"),
    _in_project("D312", "G6", 9.87654e17),
    _in_project("D311", "G6", f'=LEN("{CANARY}")'),
    _in_project("D313", "O6", CANARY * 10_000),
    _in_project("N101", "O6", f"{CANARY}某某内容"),
    _in_project("N104", "P6", f"{CANARY}[2021]2号"),
    _classified(
        "secret E101.projects.final",
        (("E101.projects.final", "项目支出!G6"),),
        put("projects", "P03", final=None),
    ),
    _classified(
        "secret E201.projects",
        (("E201.projects", "项目支出!A6"),),
        put("projects", "P03", code=CANARY),
        put("projects", "P02", code=CANARY),
    ),
    _classified(
        "secret E202.projects, the second one",
        (("E202.projects", "项目支出!B6"),),
        put("projects", "P02", name=f"{CANARY}工程"),
    ),
    _classified(
        "secret E202.projects, the first one",
        (("E202.projects", "项目支出!B7"),),
        put("projects", "P04", name=f"{CANARY}工程"),
    ),
    _classified(
        "secret F101.projects.last_final",
        (("F101.projects.last_final", "项目支出!I6"),),
        put("projects", "P03", last_final=-_FEN),
    ),
    _classified(
        "secret F201.projects",
        (("F201.projects", "项目支出!F6"),),
        put("projects", "P03", initial=_FEN, change=_FEN),
    ),
    _classified(
        "secret F202.projects",
        (("F202.projects", "项目支出!H6"), ("F321.surplus", "预算收支总表!F6")),
        put("projects", "P03", surplus=_FEN),
    ),
    _classified(
        "secret F203.projects",
        (("F203.projects", "项目支出!G6"),),
        put("projects", "P03", final=_FEN + 100, surplus=-100),
        shift("projects", "P01", final=-100, surplus=100),
    ),
    Broken(
        "secret, not known to be",
        "sjzyj",
        (put("projects", "P03", name=f"{CANARY}工程", is_classified=None, initial=_FEN, change=_FEN),),
        (("E101.projects.is_classified", "项目支出!K6"), ("F201.projects", "项目支出!F6")),
    ),
)

REAL = (
    Broken("sjzyj as it is", "sjzyj", (), ()),
    Broken("dsjzx as it is", "dsjzx", (), ()),
    Broken(
        "sjzyj without the sheets that can be absent",
        "sjzyj",
        (),
        (),
        tuple(without_sheet(table.label) for table in CONTRACT.tables if table.can_be_absent),
    ),
)


def _write_plainly(path: Path, records: Records) -> None:
    """Write the fill-in workbook without formats, notes and dropdowns: the same cells in less time."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        for table in CONTRACT.tables:
            sheet = book.add_worksheet(table.label)
            labels = [column.label for column in table.columns]
            rows: list[list[Any]] = [
                list(row.values()) for row in displayed(table, records.get(table.name, ()))
            ]
            if table.layout is Layout.FORM:  # labels and values side by side, below a header of its own
                rows = [[label, *values] for label, *values in zip(labels, *rows, strict=True)]
                labels = []
            for number, values in enumerate([labels, *rows], start=HEADER_ROW):
                for position, value in enumerate(values):
                    if value is not None:
                        sheet.write(number, position, value, date if isinstance(value, dt.date) else None)


def submit_broken(folder: Path, broken: Broken, code: str) -> Submission:
    """Hand in a broken submission under a unit code of its own."""
    records = example_records(broken.unit)
    records["profile"][0]["code"] = code
    for change in broken.changes:
        change(records)
    path = folder / f"{code}.xlsx"
    _write_plainly(path, records)
    if broken.edits:
        book = openpyxl.load_workbook(path)
        for edit in broken.edits:
            edit(book)
        book.save(path)
    return pull_unit(registered(broken.unit, path, code=code), folder / "inputs")


ALL = (*BY_RULE, *READING_FIRST, *SECRETS, *REAL)


@cache
def judged() -> tuple[Mapping[str, Submission], Verdict]:
    """All broken submissions, by unit code (see `code_of`), and the verdict on them as one batch."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool,
    ):
        handed_in = list(pool.map(_submit_numbered, [Path(folder)] * len(ALL), range(len(ALL)), chunksize=8))
    return {submission.unit.code: submission for submission in handed_in}, validate(handed_in, YEAR)


def _submit_numbered(folder: Path, number: int) -> Submission:
    return submit_broken(folder, ALL[number], code_of(ALL[number]))


def code_of(broken: Broken) -> str:
    """The code of the unit that hands in a broken submission."""
    return f"u{ALL.index(broken):03d}"
