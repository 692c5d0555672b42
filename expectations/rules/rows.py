"""Rules about figures within a row: signs, and what is added up or limited from left to right."""

from __future__ import annotations

from expectations.contract import CONTRACT, Type
from expectations.rules.model import NotNegative, RowBalance, Rule, Scope, Severity, Tolerance

EQUAL = "“{label}”为 {value}，但{equation}，相差 {difference}"
EQUAL_REMEDY = "请核对 {place} 和上述各数，改正填错的一个"
LIMIT = "“{label}”为 {value}，超过{equation}，多出 {difference}"


def tolerance_of(quantity: str) -> Tolerance:
    """Only money is ever filled in as displayed: heads and pieces are whole."""
    table, _, column = quantity.split(".")
    columns = {c.name: c.type for c in CONTRACT[table].columns}
    return Tolerance.HALF_STEP if columns.get(column) is Type.AMOUNT else Tolerance.EXACT


def _not_negative() -> tuple[Rule, ...]:
    """No amount or count is negative, unless its column is declared as signed."""
    return tuple(
        Rule(
            f"F101.{table.name}.{column.name}",
            "不应为负数",
            Severity.CRITICAL,
            Scope.CELL,
            NotNegative(table.name, column.name),
            "“{label}”为 {value}，不应为负数",
            "请核对并改正正负号",
            "预算法口径：预算数、决算数、人数、资产原值不为负",
        )
        for table in CONTRACT.tables
        for column in table.columns
        if column.type in (Type.AMOUNT, Type.COUNT) and not column.signed
    )


def _rows() -> tuple[Rule, ...]:
    """Identities within a row: initial + change = adjusted; adjusted − final = surplus."""
    found = []
    for name in ("budget", "basic", "projects"):
        table, columns = CONTRACT[name], {c.name for c in CONTRACT[name].columns}
        if "change" in columns:
            found.append(
                Rule(
                    f"F201.{name}",
                    "年初预算＋调整＝全年预算",
                    Severity.CRITICAL,
                    Scope.ROW,
                    RowBalance(table.name, "adjusted", ((1, "initial"), (1, "change"))),
                    EQUAL,
                    EQUAL_REMEDY,
                    "全年预算数＝年初预算数＋年中调整数",
                    Tolerance.HALF_STEP,
                )
            )
        found.append(
            Rule(
                f"F202.{name}",
                "全年预算－决算＝结余",
                Severity.CRITICAL,
                Scope.ROW,
                RowBalance(table.name, "surplus", ((1, "adjusted"), (-1, "final"))),
                EQUAL,
                EQUAL_REMEDY,
                "本期结余＝全年预算数－决算数",
                Tolerance.HALF_STEP,
            )
        )
        found.append(
            Rule(
                f"F203.{name}",
                "决算不超全年预算",
                Severity.WARNING,
                Scope.ROW,
                RowBalance(table.name, "final", ((1, "adjusted"),), at_most=True),
                LIMIT,
                "请核对是否漏填年中追加；确属超支的，在“其他说明”中说明原因",
                "预算法第十三条：支出以批准的预算为依据",
                Tolerance.HALF_STEP,
            )
        )
    found.append(
        Rule(
            "F204.staffing",
            "实有人数不超编制",
            Severity.WARNING,
            Scope.ROW,
            RowBalance("staffing", "actual", ((1, "approved"),), at_most=True),
            LIMIT,
            "请核对；确属超编的，在“其他说明”中说明原因",
            "在职人员控制率应不高于100%",
        )
    )
    found += [
        Rule(
            f"F205.{what}",
            "购置不超批复",
            Severity.WARNING,
            Scope.ROW,
            RowBalance("allocations", f"bought_{what}", ((1, f"approved_{what}"),), at_most=True),
            LIMIT,
            "请核对批复文件；超批复购置的，在“资产管理”中说明",
            "资产配置按批复执行",
            tolerance_of(f"allocations.*.bought_{what}"),
        )
        for what in ("count", "amount")
    ]
    found += [
        Rule(
            f"F206.{column}",
            title,
            Severity.WARNING,
            Scope.CROSS_TABLE,
            RowBalance("procurement", "final", ((1, column),), at_most=True, if_known=True),
            LIMIT,
            remedy,
            "采购支出包含在所属项目或科目的支出之内",
            Tolerance.HALF_STEP,
        )
        for column, title, remedy in (
            ("project_final", "项目采购不超项目决算", "请核对采购支出数与“项目支出”中该项目的决算数"),
            (
                "vehicle_final",
                "公务用车采购不超公务用车费用",
                "请核对采购支出数与“基本支出”中公务用车购置及运行维护费的决算数",
            ),
        )
    ]
    return tuple(found)


ROW_RULES: tuple[Rule, ...] = (*_not_negative(), *_rows())
