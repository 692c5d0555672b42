"""What must hold in the submissions of the two real units, written by hand from their published reports.

Nothing here comes from `expectations/rules`: it is what those rules are measured against. Amounts are in 分.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Cell = tuple[str, int, str]
"""Table, position of the row among the table's, column."""
Rows = Mapping[str, Sequence[Mapping[str, Any]]]

_FIVE = ("initial", "change", "adjusted", "final", "surplus")
_THREE = ("adjusted", "final", "surplus")
_SOURCES = ("general", "fund", "capital", "insurance")
_SIGNED = {"change", "surplus"}

_SAID = {
    "sjzyj": {
        "受理审批政府投资信息化项目": "受理并审批项目{}个",
        "全过程完结政府投资信息化项目": "其中全过程完结{}个",
        "竣工验收政府投资信息化项目": "竣工验收项目{}个",
        "中长期项目库入库项目": "{}个项目入库",
        "数据归集总量": "归集数据{}亿条",
        "电子证照目录": "证照目录{}个",
        "数据接口服务": "数据接口服务{}个",
        "数据分析报告": "数据分析报告{}篇",
        "项目送审金额核减率": "核减率{}%",
        "鲲鹏创新中心生态企业": "生态企业{}家",
        "智慧城市应用场景启动项目": "已启动项目{}个",
    },
    "dsjzx": {
        "政务服务事项接入数": "接入政务服务{}项",
        "公共服务和社会服务事项上线数": "上线公共服务和社会服务{}项",
        "智能中枢能力清单发布数": "共计{}项",
        "政务云服务单位": "覆盖单位{}家",
        "政务云承载系统": "系统{}个",
        "电子政务外网接入市级单位": "接入市级单位{}家",
        "电子政务外网接入区县（市）部门和乡镇（街道）": "区县（市）部门和乡镇（街道）{}个",
        "电子政务外网接入村（社区）": "村（社区）{}个",
        "“一件事一次办”高频事项": "已有{}件实现",
        "政务服务办理时间缩减率": "办理时间缩减{}%",
        "“智慧医疗”接入医院": "接入医院{}家",
    },
}
"""Target → the words of the report that give its actual value."""


@dataclass(frozen=True)
class Relation:
    """What must hold between cells: `holds` takes their values, in their order."""

    name: str
    cells: tuple[Cell, ...]
    holds: Callable[..., bool]


def relations_of(unit: str, rows: Rows) -> list[Relation]:
    """Every relation that a unit's submission states both sides of."""
    return list(_Unit(unit, rows).relations())


class _Unit:
    def __init__(self, name: str, rows: Rows) -> None:
        self.name = name
        self.rows = rows

    def relations(self) -> Iterator[Relation]:
        yield from self._within_rows()
        yield from self._budget()
        yield from self._basic()
        yield from self._procurement()
        yield from self._assets()
        yield from self._counts()
        yield from self._words()

    # --- cells ---

    def _cells(self, table: str, column: str, **where: Any) -> list[Cell]:
        return [
            (table, position, column)
            for position, row in enumerate(self.rows.get(table, ()))
            if all(row.get(name) == value for name, value in where.items())
        ]

    def _value(self, cell: Cell) -> Any:
        table, position, column = cell
        return self.rows[table][position].get(column)

    def _relation(self, name: str, cells: Sequence[Cell], holds: Callable[..., bool]) -> Iterator[Relation]:
        """Yield the relation unless one of its figures was not published."""
        if all(self._value(cell) is not None for cell in cells):
            yield Relation(name, tuple(cells), holds)

    def _equal(
        self, name: str, whole: Sequence[Cell], plus: Sequence[Cell], minus: Sequence[Cell] = ()
    ) -> Iterator[Relation]:
        if not (whole and plus):
            return

        def holds(value: int, *others: int) -> bool:
            return value == sum(others[: len(plus)]) - sum(others[len(plus) :])

        yield from self._relation(name, [*whole, *plus, *minus], holds)

    def _at_most(self, name: str, lesser: Sequence[Cell], greater: Sequence[Cell]) -> Iterator[Relation]:
        def holds(*values: int) -> bool:
            return sum(values[: len(lesser)]) <= sum(values[len(lesser) :])

        if lesser and greater:
            yield from self._relation(name, [*lesser, *greater], holds)

    # --- relations ---

    def _within_rows(self) -> Iterator[Relation]:
        for table in ("budget", "basic", "projects"):
            for position in range(len(self.rows[table])):
                at = {column: [(table, position, column)] for column in _FIVE}
                yield from self._equal("年初＋调整＝全年", at["adjusted"], at["initial"] + at["change"])
                yield from self._equal("全年－决算＝结余", at["surplus"], at["adjusted"], at["final"])
                yield from self._at_most("决算不超全年预算", at["final"], at["adjusted"])
        for table, lesser, greater in (
            ("staffing", "actual", "approved"),
            ("allocations", "bought_count", "approved_count"),
            ("allocations", "bought_amount", "approved_amount"),
        ):
            for position in range(len(self.rows[table])):
                yield from self._at_most(
                    "不超编制或批复", [(table, position, lesser)], [(table, position, greater)]
                )

    def _budget(self) -> Iterator[Relation]:
        for column in _FIVE:
            cells = {
                row["item"]: [("budget", position, column)]
                for position, row in enumerate(self.rows["budget"])
            }
            yield from self._equal("基本＋项目＝合计", cells["total"], cells["basic"] + cells["project"])
            sources = [cell for item in (*_SOURCES, "other") for cell in cells.get(item, [])]
            yield from self._equal("各项资金之和＝合计", cells["total"], sources)
            yield from self._equal("各项目之和", cells["project"], self._cells("projects", column))

    def _basic(self) -> Iterator[Relation]:
        for column in (*_THREE, "last_final"):
            cells = {item: self._cells("basic", column, item=item) for item in self._items("basic")}
            parts = cells["wages"] + cells["goods"] + cells["family"]
            three = cells["vehicle"] + cells["reception"] + cells["abroad"]
            yield from self._equal("基本支出小计", cells["subtotal"], parts)
            yield from self._equal("“三公”合计", cells["three_public"], three)
            yield from self._at_most("“三公”不超商品和服务支出", cells["three_public"], cells["goods"])
            if "vehicle_purchase" in cells:
                both = cells["vehicle_purchase"] + cells["vehicle_running"]
                yield from self._equal("购置＋运行", cells["vehicle"], both)
            if column in _THREE:
                yield from self._equal(
                    "小计＝总表基本支出", cells["subtotal"], self._cells("budget", column, item="basic")
                )

    def _items(self, table: str) -> list[str]:
        return [row["item"] for row in self.rows[table]]

    def _procurement(self) -> Iterator[Relation]:
        total = self._cells("procurement", "final", kind="total")
        parts = [
            cell
            for kind in ("goods", "works", "services")
            for cell in self._cells("procurement", "final", kind=kind)
        ]
        yield from self._equal("采购合计", total, parts)
        yield from self._at_most("采购不超决算", total, self._cells("budget", "final", item="total"))
        for cell in parts:
            item = self.rows["procurement"][cell[1]].get("item")
            spent = self._cells("projects", "final", name=item)
            if item == "公务用车购置":
                spent = self._cells("basic", "final", item="vehicle")
            yield from self._at_most("采购不超该项支出", [cell], spent)

    def _assets(self) -> Iterator[Relation]:
        at = {
            column: self._cells("assets", column) for column in ("opening", "increase", "decrease", "closing")
        }
        yield from self._equal("资产增减", at["closing"], at["opening"] + at["increase"], at["decrease"])
        yield from self._equal("处置＝减少", at["decrease"], self._cells("disposals", "original_value"))
        for position, row in enumerate(self.rows["disposals"]):
            if "名义金额" in (row.get("note") or ""):
                cells = [("disposals", position, "original_value"), ("disposals", position, "count")]
                yield from self._relation("名义金额1元/件", cells, lambda value, count: value == 100 * count)
        for column in ("approved_count", "approved_amount", "bought_count", "bought_amount"):
            yield from self._equal(
                "配置合计",
                self._cells("allocations", column, row_kind="total"),
                self._cells("allocations", column, row_kind="item"),
            )

    def _counts(self) -> Iterator[Relation]:
        at = {
            column: self._cells("vehicles", column)
            for column in ("opening", "transferred_in", "bought", "disposed", "closing")
        }
        yield from self._equal(
            "公务用车增减", at["closing"], at["opening"] + at["transferred_in"] + at["bought"], at["disposed"]
        )
        scrapped = self._cells("disposals", "count", item="公务用车")
        yield from self._equal("报废的公务用车", at["disposed"], scrapped)
        departments = self.rows["profile"][0]["departments"].count("、") + 1
        yield from self._relation(
            "内设机构个数", self._cells("profile", "department_count"), lambda count: count == departments
        )
        yield from self._relation("预算年度", self._cells("profile", "year"), lambda year: year == 2020)
        for table, listed in self.rows.items():
            for position, row in enumerate(listed):
                for column, value in row.items():
                    if isinstance(value, int) and not isinstance(value, bool) and column not in _SIGNED:
                        yield from self._relation(
                            "不为负数", [(table, position, column)], lambda number: number >= 0
                        )

    def _words(self) -> Iterator[Relation]:
        for target, words in _SAID[self.name].items():
            (cell,) = self._cells("targets", "actual", name=target)
            said = [
                ("narratives", position, "text")
                for position, row in enumerate(self.rows["narratives"])
                if words.format(f"{Decimal(self._value(cell)):,}") in row["text"]
            ]
            assert len(said) == 1, target

            def holds(actual: str, text: str, words: str = words) -> bool:
                return words.format(f"{Decimal(actual):,}") in text

            yield from self._relation("文字中的指标值", [cell, *said], holds)
            goal = self._cells("targets", "target", name=target)
            yield from self._relation(
                "完成值达到指标值", [cell, *goal], lambda actual, goal: Decimal(actual) >= Decimal(goal)
            )
