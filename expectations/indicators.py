"""The indicator catalogue: each rate's formula in terms of quantities (see `tasks/quantities.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How numerator and denominator make the rate."""

    RATIO = "ratio"
    """numerator ÷ denominator."""
    CHANGE = "change"
    """(numerator − denominator) ÷ denominator: this year against last year."""


@dataclass(frozen=True)
class Indicator:
    """One rate. Money in 分 or heads on both sides, so that units cancel out."""

    code: str
    label: str
    numerator: str
    denominator: str
    basis: str
    kind: Kind = Kind.RATIO


_FRAMEWORK = "财预〔2013〕53号 共性指标框架"

INDICATORS: tuple[Indicator, ...] = (
    Indicator("execution.total", "整体预算执行率", "budget.total.final", "budget.total.adjusted", _FRAMEWORK),
    Indicator(
        "execution.basic", "基本支出预算执行率", "budget.basic.final", "budget.basic.adjusted", _FRAMEWORK
    ),
    Indicator(
        "execution.project",
        "项目支出预算执行率",
        "budget.project.final",
        "budget.project.adjusted",
        _FRAMEWORK,
    ),
    Indicator("adjustment", "预算调整率", "budget.total.change", "budget.total.initial", _FRAMEWORK),
    Indicator("surplus", "结转结余率", "budget.total.carry_out", "budget.total.adjusted", _FRAMEWORK),
    Indicator(
        "surplus.change",
        "结转结余变动率",
        "budget.total.carry_out",
        "budget.total.carry_in",
        _FRAMEWORK,
        Kind.CHANGE,
    ),
    Indicator(
        "share.key_projects", "重点支出安排率", "projects.key.adjusted", "budget.project.adjusted", _FRAMEWORK
    ),
    Indicator("control.public", "公用经费控制率", "basic.goods.final", "basic.goods.adjusted", _FRAMEWORK),
    Indicator(
        "control.three_public",
        "“三公”经费控制率",
        "basic.three_public.final",
        "basic.three_public.adjusted",
        _FRAMEWORK,
    ),
    Indicator(
        "change.three_public",
        "“三公”经费变动率",
        "basic.three_public.final",
        "basic.three_public.last_final",
        _FRAMEWORK,
        Kind.CHANGE,
    ),
    Indicator(
        "control.regular",
        "在职人员控制率",
        "staffing.regular.actual",
        "staffing.regular.approved",
        _FRAMEWORK,
    ),
    Indicator(
        "control.senior",
        "高级政府雇员控制率",
        "staffing.senior.actual",
        "staffing.senior.approved",
        "人员核定数",
    ),
    Indicator(
        "control.intermediate",
        "中级政府雇员控制率",
        "staffing.intermediate.actual",
        "staffing.intermediate.approved",
        "人员核定数",
    ),
    Indicator(
        "control.contract",
        "聘用人员控制率",
        "staffing.contract.actual",
        "staffing.contract.approved",
        "人员核定数",
    ),
    Indicator(
        "procurement", "政府采购执行率", "procurement.total.final", "procurement.total.budget", _FRAMEWORK
    ),
    Indicator(
        "allocation.count",
        "资产配置执行率（按数量）",
        "allocations.total.bought_count",
        "allocations.total.approved_count",
        "资产配置批复",
    ),
    Indicator(
        "allocation.amount",
        "资产配置执行率（按金额）",
        "allocations.total.bought_amount",
        "allocations.total.approved_amount",
        "资产配置批复",
    ),
    Indicator("assets.in_use", "固定资产利用率", "assets.fixed.in_use", "assets.fixed.closing", _FRAMEWORK),
)
