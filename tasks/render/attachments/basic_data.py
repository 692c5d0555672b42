"""部门整体支出绩效评价基础数据表: staff, controlled expenditure, buildings, measures of thrift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from expectations.contract.money import NAMED_GOODS, PROJECT_CATEGORIES
from tasks.money import exact_basis_points
from tasks.render.attachments.model import NONE, Attachment, Cell, Grid, figure, head, rate, text, total
from tasks.values import Values

_WIDTHS = (40, 10, 10, 10, 10, 10, 10)
_COLUMNS = ("last_final", "adjusted", "final")
_UNGROUPED = "未填类别的项目"
_NO_BUILDING = "本年没有完工的楼堂馆所项目"
NOTES = (
    "说明：“项目支出”是基本支出以外的各项支出；“公用经费”是基本支出中的商品和服务支出；“本年预算数”是全年预算数；"
    "“——”是不填列的项目。",
)
SIGNATURE = ("填表人：", "填报日期：", "联系电话：", "单位负责人签字：")


def basic_data(values: Values, number: str, title: str) -> Attachment:
    """Fill in the form."""
    return Attachment(
        "basic_data",
        number,
        title,
        "filled",
        lead=(f"单位名称：{values['profile']['name']}", f"预算年度：{values['year']}年"),
        grids=(_staff(values), _money(values), _buildings(values["buildings"]), _thrift(values)),
        notes=NOTES,
        signature=SIGNATURE,
    )


def _staff(values: Values) -> Grid:
    row: Mapping[str, Any] = next((row for row in values["staffing"] if row["category"] == "regular"), {})
    approved = figure("count", row.get("approved"), "staff.approved")
    actual = figure("count", row.get("actual"), "staff.actual", columns=2)
    return Grid(
        "一、财政供养人员情况（单位：人）",
        _WIDTHS,
        (
            (
                head("人员类别"),
                head("编制数"),
                head("上年实际在职人数", 2),
                head("本年实际在职人数", 2),
                head("控制率"),
            ),
        ),
        (
            (
                text("在职人员"),
                approved,
                figure("count", row.get("last_actual"), "staff.last", columns=2),
                actual,
                rate(actual, approved, row.get("rate_bp"), "staff.rate"),
            ),
        ),
    )


class _Lines:
    """Rows of the money table: a label and an amount for each of the three columns."""

    def __init__(self) -> None:
        self.rows: list[tuple[Cell, ...]] = []

    def add(
        self,
        name: str,
        label: str,
        amounts: Mapping[str, int | None],
        parts: Iterable[tuple[Cell, ...]] = (),
        *,
        indent: int = 0,
        empty: tuple[str, ...] = (),
    ) -> tuple[Cell, ...]:
        """Make a row and return its amounts; `parts` are the amounts of the rows that it sums up."""
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


def _money(values: Values) -> Grid:
    lines = _Lines()
    _three_public(lines, values["basic"])
    _projects(lines, values)
    basic = values["basic"]
    lines.add("goods", "公用经费（基本支出中的商品和服务支出）", basic.get("goods", {}))
    for item in NAMED_GOODS:
        first = item is NAMED_GOODS[0]
        lines.add(
            item.code,
            f"{'其中：' if first else ''}{item.label}",
            basic.get(item.code, {}),
            indent=1 if first else 4,
        )
    bought = {
        "adjusted": values["sums"]["procurement.total.budget"],
        "final": values["procurement"]["total"]["final"],
    }
    lines.add("procurement", "政府采购金额", bought, empty=("last_final",))
    change = {"adjusted": values["budget"]["basic"]["change"]}
    lines.add("change", "部门基本支出预算调整", change, empty=("last_final", "final"))
    return Grid(
        "二、经费控制情况（单位：万元）",
        _WIDTHS,
        ((head("项目"), head("上年决算数", 2), head("本年预算数", 2), head("本年决算数", 2)),),
        tuple(lines.rows),
    )


def _three_public(lines: _Lines, basic: Mapping[str, Any]) -> None:
    lines.add("three_public", "“三公”经费", {})
    vehicle_at = len(lines.rows)
    lines.add("vehicle", "1.公务用车购置和运行维护费", {}, indent=1)
    cars = [
        lines.add("vehicle_purchase", "其中：公务用车购置费", basic.get("vehicle_purchase", {}), indent=2),
        lines.add("vehicle_running", "公务用车运行维护费", basic.get("vehicle_running", {}), indent=5),
    ]
    lines.sum_up(vehicle_at, basic.get("vehicle", {}), cars, "vehicle")
    parts = [
        lines.rows[vehicle_at][1:],
        lines.add("abroad", "2.因公出国（境）费", basic.get("abroad", {}), indent=1),
        lines.add("reception", "3.公务接待费", basic.get("reception", {}), indent=1),
    ]
    lines.sum_up(0, basic.get("three_public", {}), parts, "three_public")


def _projects(lines: _Lines, values: Values) -> None:
    whole_at = len(lines.rows)
    lines.add("projects", "项目支出", {})
    groups: list[tuple[str | None, str]] = [(one.code, one.label) for one in PROJECT_CATEGORIES]
    if any(project["category"] is None for project in values["projects"]):
        groups.append((None, _UNGROUPED))
    parts = []
    numbers = {project["code"]: at for at, project in enumerate(values["projects"], start=1)}
    for at, (code, label) in enumerate(groups, start=1):
        rows = [project for project in values["projects"] if project["category"] == code]
        group_at, name = len(lines.rows), f"projects.{code}"
        lines.add(name, f"{at}.{label}", {}, indent=1)
        own = [lines.add(f"project{numbers[row['code']]}", row["name"], row, indent=2) for row in rows]
        lines.sum_up(group_at, _sums(rows), own, name)
        parts.append(lines.rows[group_at][1:])
    budget = values["budget"]["project"]
    amounts = _sums(values["projects"]) | {name: budget[name] for name in ("adjusted", "final")}
    lines.sum_up(whole_at, amounts, parts, "projects")


def _sums(rows: Iterable[Mapping[str, Any]]) -> dict[str, int | None]:
    """Sums of projects; missing where one of them is."""
    columns = {column: [row[column] for row in rows] for column in _COLUMNS}
    return {column: None if None in all_ else sum(all_) for column, all_ in columns.items()}


def _buildings(rows: Iterable[Mapping[str, Any]]) -> Grid:
    body = tuple(_building(at, row) for at, row in enumerate(rows, start=1))
    nothing = (text(_NO_BUILDING), *(Cell(NONE) for _ in range(6)))
    return Grid(
        "三、楼堂馆所控制情况（本年完工项目）",
        _WIDTHS,
        (
            (
                head("项目名称"),
                head("批复规模（㎡）"),
                head("实际规模（㎡）"),
                head("规模控制率"),
                head("预算投资（万元）"),
                head("实际投资（万元）"),
                head("投资概算控制率"),
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


def _thrift(values: Values) -> Grid:
    groups = values["narratives"].get("thrift", [])
    measures = "；".join(group["heading"] for group in groups if group["heading"])
    where = "详见报告“落实过紧日子政策措施”部分。"
    return Grid(
        "四、厉行节约保障措施",
        (100,),
        (),
        ((text(f"{measures}。{where}" if measures else where if groups else None),),),
    )
