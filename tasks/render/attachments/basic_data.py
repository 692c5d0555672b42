"""部门整体支出绩效评价基础数据表: staff, controlled expenditure, buildings, measures of thrift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from expectations.contract.money import NAMED_GOODS, PROJECT_CATEGORIES
from tasks.money import exact_basis_points
from tasks.render.attachments.model import NONE, Attachment, Cell, Grid, figure, head, rate, text, total
from tasks.render.attachments.words import Words, form_words
from tasks.values import Values

_WIDTHS = (40, 10, 10, 10, 10, 10, 10)
_COLUMNS = ("last_final", "adjusted", "final")


def basic_data(values: Values, number: str, title: str) -> Attachment:
    """Fill in the form."""
    year = values["year"]
    words = form_words("basic_data", year)
    return Attachment(
        "basic_data",
        number,
        title,
        "filled",
        lead=tuple(line.format(name=values["profile"]["name"], year=year) for line in words["lead"]),
        grids=(
            _staff(values, words["staff"]),
            _money(values, words["money"]),
            _buildings(values["buildings"], words["buildings"]),
            _thrift(values, words["thrift"]),
        ),
        notes=tuple(words["notes"]),
        signature=tuple(words["signature"]),
    )


def _staff(values: Values, words: Words) -> Grid:
    row: Mapping[str, Any] = next((row for row in values["staffing"] if row["category"] == "regular"), {})
    approved = figure("count", row.get("approved"), "staff.approved")
    actual = figure("count", row.get("actual"), "staff.actual", columns=2)
    return Grid(
        words["title"],
        _WIDTHS,
        (
            (
                head(words["category"]),
                head(words["approved"]),
                head(words["last"], 2),
                head(words["actual"], 2),
                head(words["rate"]),
            ),
        ),
        (
            (
                text(words["regular"]),
                approved,
                figure("count", row.get("last_actual"), "staff.last", columns=2),
                actual,
                rate(actual, approved, row.get("rate_bp"), "staff.rate"),
            ),
        ),
    )


class _Lines:
    """Rows of the money table: a label and an amount for each of the three columns."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.rows: list[tuple[Cell, ...]] = []

    def add(
        self,
        name: str,
        amounts: Mapping[str, int | None],
        parts: Iterable[tuple[Cell, ...]] = (),
        *,
        label: str = "",
        indent: int = 0,
        empty: tuple[str, ...] = (),
    ) -> tuple[Cell, ...]:
        """Make a row and return its amounts; `parts` are the amounts of the rows that it sums up.

        Without a label of its own it is called what the form's words call it.
        """
        whole = [
            Cell(NONE, columns=2)
            if column in empty
            else total(
                amounts.get(column),
                tuple(part[at] for part in parts),
                f"{name}.{column}",
                columns=2,
            )
            for at, column in enumerate(_COLUMNS)
        ]
        label = label or self.words[name]
        self.rows.append((text(label, indent=indent, look="text" if indent else "total"), *whole))
        return tuple(whole)

    def sum_up(
        self, at: int, amounts: Mapping[str, int | None], parts: Iterable[tuple[Cell, ...]], name: str
    ) -> None:
        """Give the row `at` its amounts, now that the rows which it sums up are known."""
        parts = tuple(parts)
        whole = (
            total(amounts.get(column), tuple(part[n] for part in parts), f"{name}.{column}", columns=2)
            for n, column in enumerate(_COLUMNS)
        )
        self.rows[at] = (self.rows[at][0], *whole)


def _money(values: Values, words: Words) -> Grid:
    lines = _Lines(words)
    _three_public(lines, values["basic"])
    _projects(lines, values)
    basic = values["basic"]
    lines.add("goods", basic.get("goods", {}))
    for item in NAMED_GOODS:
        first = item is NAMED_GOODS[0]
        lines.add(
            item.code,
            basic.get(item.code, {}),
            label=words["first_of_goods"].format(item=item.label) if first else item.label,
            indent=1 if first else 4,
        )
    bought = {
        "adjusted": values["sums"]["procurement.total.budget"],
        "final": values["procurement"]["total"]["final"],
    }
    lines.add("procurement", bought, empty=("last_final",))
    change = {"adjusted": values["budget"]["basic"]["change"]}
    lines.add("change", change, empty=("last_final", "final"))
    return Grid(
        words["title"],
        _WIDTHS,
        ((head(words["item"]), *(head(words[column], 2) for column in _COLUMNS)),),
        tuple(lines.rows),
    )


def _three_public(lines: _Lines, basic: Mapping[str, Any]) -> None:
    lines.add("three_public", {})
    vehicle_at = len(lines.rows)
    lines.add("vehicle", {}, indent=1)
    cars = [
        lines.add("vehicle_purchase", basic.get("vehicle_purchase", {}), indent=2),
        lines.add("vehicle_running", basic.get("vehicle_running", {}), indent=5),
    ]
    lines.sum_up(vehicle_at, basic.get("vehicle", {}), cars, "vehicle")
    parts = [
        lines.rows[vehicle_at][1:],
        lines.add("abroad", basic.get("abroad", {}), indent=1),
        lines.add("reception", basic.get("reception", {}), indent=1),
    ]
    lines.sum_up(0, basic.get("three_public", {}), parts, "three_public")


def _projects(lines: _Lines, values: Values) -> None:
    whole_at = len(lines.rows)
    lines.add("projects", {})
    groups: list[tuple[str | None, str]] = [(one.code, one.label) for one in PROJECT_CATEGORIES]
    if any(project["category"] is None for project in values["projects"]):
        groups.append((None, lines.words["uncategorized"]))
    parts = []
    of_all = _sums(values["projects"])
    numbers = {project["code"]: at for at, project in enumerate(values["projects"], start=1)}
    for at, (code, label) in enumerate(groups, start=1):
        rows = [project for project in values["projects"] if project["category"] == code]
        group_at, name = len(lines.rows), f"projects.{code}"
        lines.add(name, {}, label=lines.words["category"].format(number=at, category=label), indent=1)
        own = [lines.add(f"project{numbers[row['code']]}", row, label=row["name"], indent=2) for row in rows]
        # None this year does not say that there were none last year, which was not handed in.
        unknown = {column: None for column in _COLUMNS if of_all[column] is None}
        lines.sum_up(group_at, _sums(rows) | ({} if rows else unknown), own, name)
        parts.append(lines.rows[group_at][1:])
    budget = values["budget"]["project"]
    amounts = of_all | {name: budget[name] for name in ("adjusted", "final")}
    lines.sum_up(whole_at, amounts, parts, "projects")


def _sums(rows: Iterable[Mapping[str, Any]]) -> dict[str, int | None]:
    """Sums of projects; missing where one of them is."""
    columns = {column: [row[column] for row in rows] for column in _COLUMNS}
    return {column: None if None in all_ else sum(all_) for column, all_ in columns.items()}


def _buildings(rows: Iterable[Mapping[str, Any]], words: Words) -> Grid:
    body = tuple(_building(at, row) for at, row in enumerate(rows, start=1))
    nothing = (text(words["none"]), *(Cell(NONE) for _ in range(6)))
    return Grid(
        words["title"],
        _WIDTHS,
        (
            (
                *(
                    head(words[name])
                    for name in (
                        "name",
                        "approved_area",
                        "actual_area",
                        "area_rate",
                        "budget",
                        "final",
                        "cost_rate",
                    )
                ),
            ),
        ),
        body or (nothing,),
    )


def _building(at: int, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    name = f"building{at}"
    areas = [
        None if row[which] is None else Fraction(row[which]) for which in ("approved_area", "actual_area")
    ]
    approved, actual = (figure("number", area, f"{name}.{n}") for n, area in enumerate(areas))
    budget, final = (figure("wan", row[which], f"{name}.{which}") for which in ("budget", "final"))
    return (
        text(row["name"]),
        approved,
        actual,
        rate(actual, approved, _basis_points(areas[1], areas[0])),
        budget,
        final,
        rate(final, budget, _basis_points(row["final"], row["budget"])),
    )


def _basis_points(top: Fraction | int | None, base: Fraction | int | None) -> int | None:
    return None if top is None or not base else exact_basis_points(Fraction(top) / base)


def _thrift(values: Values, words: Words) -> Grid:
    groups = values["narratives"].get("thrift", [])
    measures = "；".join(group["heading"] for group in groups if group["heading"])
    where = words["reference"]
    told = words["measures"].format(measures=measures) + where
    return Grid(
        words["title"],
        (100,),
        (),
        ((text(told if measures else where if groups else None),),),
    )
