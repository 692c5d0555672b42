"""Indicators beyond the common framework that the reports state."""

from __future__ import annotations

from expectations.indicators.model import Direction, Indicator

_HEADS = "在岗人数÷核定人数×100%"
_FINAL = "决算数÷全年预算数×100%"


def _control(category: str, label: str) -> Indicator:
    return Indicator(
        f"control.{category}",
        "投入",
        "预算配置",
        label,
        _HEADS,
        Direction.AT_MOST_100,
        "人员核定数",
        numerator=f"staffing.{category}.actual",
        denominator=f"staffing.{category}.approved",
        last_year=(f"staffing.{category}.last_actual", f"staffing.{category}.approved"),
    )


def _execution(item: str, label: str) -> Indicator:
    return Indicator(
        f"execution.{item}",
        "过程",
        "预算执行",
        label,
        _FINAL,
        Direction.NEAR_100,
        "财预〔2020〕10号 预算执行率",
        numerator=f"budget.{item}.final",
        denominator=f"budget.{item}.adjusted",
    )


def _allocation(what: str, label: str) -> Indicator:
    return Indicator(
        f"allocation.{what}",
        "过程",
        "资产管理",
        label,
        "实际购置÷批复配置×100%",
        Direction.AT_MOST_100,
        "资产配置批复",
        numerator=f"allocations.total.bought_{what}",
        denominator=f"allocations.total.approved_{what}",
    )


LOCAL: tuple[Indicator, ...] = (
    _control("senior", "高级政府雇员控制率"),
    _control("intermediate", "中级政府雇员控制率"),
    _control("contract", "聘用人员控制率"),
    _execution("basic", "基本支出预算执行率"),
    _execution("project", "项目支出预算执行率"),
    _allocation("count", "资产配置执行率（按数量）"),
    _allocation("amount", "资产配置执行率（按金额）"),
)
