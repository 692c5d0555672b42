"""What a department's report is written from, as plain values: the figures, and who is missing in which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from expectations.contract import CONTRACT
from expectations.contract.money import PROCUREMENT_KINDS
from tasks.department.sums import RATED, Rate, Sums, add_up, earlier_sums, rates_of
from tasks.department.yearbook import Yearbook
from tasks.history.compare import ADJUSTED, COMPARED, FINAL, compare
from tasks.ledger import Entry
from tasks.money import FEN_PER_WAN, basis_points, divide_half_up
from tasks.pull import RegisteredUnit
from tasks.results import State
from tasks.summable import PLACES

MOST_ROWS = 40
"""Units that a table of the report lists; the summary has all of them."""
_MOST_NAMES = 5
SURPLUS = "budget.total.surplus"

_LABELS = {ADJUSTED: "全年预算数", FINAL: "决算支出", SURPLUS: "本期结余"}
_BOUGHT, _HEADS = ("budget", "final"), ("approved", "actual")
_STAFF = CONTRACT["staffing"]["category"].choices
_ACCOUNTS = (
    # row, label, role; the row's quantities are `<row>.adjusted`, `.final`, `.surplus`
    ("basic.wages", "工资福利支出", "item"),
    ("basic.goods", "商品和服务支出", "item"),
    ("basic.family", "对个人和家庭的补助", "item"),
    ("basic.subtotal", "基本支出小计", "subtotal"),
    ("budget.project", "项目支出小计", "subtotal"),
    ("budget.total", "合计", "total"),
)
_THREE_PUBLIC = (
    ("basic.vehicle", "公务用车购置及运行维护费", "item"),
    ("basic.reception", "公务接待费", "item"),
    ("basic.abroad", "因公出国（境）费", "item"),
    ("basic.three_public", "“三公”经费合计", "total"),
)


def department_values(head: RegisteredUnit, book: Yearbook) -> dict[str, Any]:
    """Everything the wording may say of a department; money is int 分, rates int hundredths of a percent.

    units: a row each, with state and problem; listed, states: those that fit in a table, the largest ones or
    those with problems; rest: the others than the listed ones, together;
    published, absent, problems: how many have figures, who has none, whose figures need a word; sums:
    quantity → sum or None; accounts, three_public, procurement, staffing: rows of tables; rates: rows of
    indicators; notes: who lacks what, by table; display: where adding up displayed figures gives another
    sum; history: see `tasks/history/compare.py`; reported_on: the newest date of the reports, or empty.
    """
    codes = book.members(head.code)
    names = {code: f"{book.name(code)}{'（本级）' if code == head.code else ''}" for code in codes}
    entries = {code: book.ledger[code] for code in codes if code in book.ledger}
    sums = add_up(codes, {code: entry.figures for code, entry in entries.items()})
    earlier = earlier_sums(names, book.earlier, [name for name, _, _ in COMPARED])
    last = earlier.get(book.year - 1)
    units = [_unit_row(code, names[code], entries.get(code), book) for code in codes]
    listed, rest = _split(units)
    return {
        "year": book.year,
        "name": head.name,
        "head": head.code,
        "units": units,
        "listed": listed,
        "states": sorted(units, key=lambda row: not row["problem"])[:MOST_ROWS],
        "rest": rest,
        "published": len(entries),
        "absent": [row["name"] for row in units if not row["is_published"]],
        "problems": [row for row in units if row["problem"]],
        "sums": dict(sums.figures),
        "accounts": [_account(row, sums) for row in _ACCOUNTS],
        "three_public": [_account(row, sums) for row in _THREE_PUBLIC],
        "procurement": [_purchases(kind.code, kind.label, sums) for kind in PROCUREMENT_KINDS],
        "staffing": _staffing(sums),
        "rates": _rates(rates_of(sums, last.figures if last else None), sums, entries, names),
        "notes": {
            key: _lacking(quantities, sums, entries, names)
            for key, quantities in {
                "accounts": _names_of(_ACCOUNTS),
                "three_public": _names_of(_THREE_PUBLIC),
                "procurement": [f"procurement.{k.code}.{c}" for k in PROCUREMENT_KINDS for c in _BOUGHT],
                "staffing": [f"staffing.{k.code}.{c}" for k in _STAFF for c in _HEADS],
            }.items()
        },
        "display": [row for name in _LABELS if (row := _display(name, sums, entries.values()))],
        "history": compare(book.year, sums.figures, earlier),
        "has_classified": any(entry.has_classified for entry in entries.values()),
        "reported_on": max((entry.reported_on for entry in entries.values()), default=""),
    }


def _unit_row(code: str, name: str, entry: Entry | None, book: Yearbook) -> dict[str, Any]:
    """One unit: its figures where it has published, how it stands, and what a reader must know of it."""
    standing, figures = book.standings[code], entry.figures if entry else {}
    adjusted, final = figures.get(ADJUSTED), figures.get(FINAL)
    version = entry.version if entry else 0
    problem = ""
    if entry is None:
        problem = "没有已发布的数据，未汇总"
    elif entry.is_imported:
        problem = f"采用导入的数据（{entry.source}）"
    elif standing.state != State.PUBLISHED:
        problem = f"采用第{version}版已发布的数据"
    return {
        "code": code,
        "name": name,
        "adjusted": adjusted,
        "final": final,
        "surplus": figures.get(SURPLUS),
        "rate_bp": None if adjusted is None or final is None else basis_points(final, adjusted),
        "is_published": entry is not None,
        "state": standing.state,
        "version": version,
        "errors": standing.errors,
        "warnings": standing.warnings,
        "problem": problem,
    }


def _split(units: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The units that the table lists, the largest of many, in their order; the others together."""
    if len(units) <= MOST_ROWS:
        return list(units), None
    order = sorted(range(len(units)), key=lambda n: (n > 0, -(units[n]["final"] or 0), n))
    own = set(order[: MOST_ROWS - 1])
    others = [unit for number, unit in enumerate(units) if number not in own]
    known = [unit for unit in others if unit["is_published"]]
    is_whole = len(known) == len(others)
    adjusted, final, surplus = (
        _sum(unit[name] for unit in known) if is_whole else None for name in ("adjusted", "final", "surplus")
    )
    rest = {
        "count": len(others),
        "adjusted": adjusted,
        "final": final,
        "surplus": surplus,
        "rate_bp": None if adjusted is None or final is None else basis_points(final, adjusted),
    }
    return [unit for number, unit in enumerate(units) if number in own], rest


def _sum(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)


def _account(row: tuple[str, str, str], sums: Sums) -> dict[str, Any]:
    prefix, label, role = row
    adjusted, final = sums.figures[f"{prefix}.adjusted"], sums.figures[f"{prefix}.final"]
    return {
        "label": label,
        "role": role,
        "adjusted": adjusted,
        "final": final,
        "surplus": sums.figures[f"{prefix}.surplus"],
        "rate_bp": None if adjusted is None or final is None else basis_points(final, adjusted),
    }


def _purchases(kind: str, label: str, sums: Sums) -> dict[str, Any]:
    budget, final = sums.figures[f"procurement.{kind}.budget"], sums.figures[f"procurement.{kind}.final"]
    return {
        "label": label,
        "role": "total" if kind == "total" else "item",
        "budget": budget,
        "final": final,
        "rate_bp": None if budget is None or final is None else basis_points(final, budget),
    }


def _staffing(sums: Sums) -> list[dict[str, Any]]:
    rows = []
    for choice in _STAFF:
        approved, actual = (sums.figures[f"staffing.{choice.code}.{name}"] for name in _HEADS)
        if choice.required or approved != 0 or actual != 0:
            rate = None if approved is None or actual is None else basis_points(actual, approved)
            rows.append({"label": choice.label, "approved": approved, "actual": actual, "rate_bp": rate})
    return rows


def _rates(
    rates: Mapping[str, Rate], sums: Sums, entries: Mapping[str, Entry], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The indicators that have a value, then the others with what is missing for them."""
    rows = [
        {
            "label": indicator.label,
            "formula": indicator.formula,
            "direction": str(indicator.direction),
            "rate_bp": rates[indicator.code].rate_bp,
            "last_bp": rates[indicator.code].last_bp,
            "lacks": _lacking(rates[indicator.code].lacks, sums, entries, names),
        }
        for indicator in RATED
    ]
    return [row for row in rows if row["rate_bp"] is not None or row["lacks"]]


def _names_of(rows: Iterable[tuple[str, str, str]]) -> list[str]:
    return [f"{prefix}.{name}" for prefix, _, _ in rows for name in ("adjusted", "final", "surplus")]


def _short_label(name: str) -> str:
    place = PLACES[name]
    row = "" if place.row in ("*", "total") else place.row_label.removeprefix("其中：")
    return f"{row}{place.column.label.removeprefix('其中：')}"


def _lacking(
    quantities: Iterable[str], sums: Sums, entries: Mapping[str, Entry], names: Mapping[str, str]
) -> str:
    """Which units lack one of the quantities, in words; those without any published figure are said first."""
    lacking: dict[str, list[str]] = {}
    for name in quantities:
        for unit in sums.missing.get(name, ()):
            lacking.setdefault(unit, []).append(_short_label(name))
    absent = [names[unit] for unit in lacking if unit not in entries]
    by_labels: dict[str, list[str]] = {}
    for unit, labels in lacking.items():
        if unit in entries:
            by_labels.setdefault("、".join(dict.fromkeys(labels)), []).append(names[unit])
    parts = [f"{_listed(absent)}没有已发布的数据"] if absent else []
    parts += [f"{_listed(units)}未报送{labels}" for labels, units in by_labels.items()]
    return "；".join(parts)


def _listed(names: Sequence[str]) -> str:
    shown = "、".join(names[:_MOST_NAMES])
    return f"{shown}等{len(names)}个单位" if len(names) > _MOST_NAMES else shown


def _display(name: str, sums: Sums, entries: Iterable[Entry]) -> dict[str, Any] | None:
    """A sum and what the units' displayed figures add up to, in 分, where a reader sees a difference."""
    exact = sums.figures[name]
    if exact is None:
        return None
    step = FEN_PER_WAN // 100
    shown = sum(divide_half_up(entry.figures[name], step) for entry in entries) * step
    if shown == divide_half_up(exact, step) * step:
        return None
    return {"label": _LABELS[name], "exact": exact, "shown": shown}
