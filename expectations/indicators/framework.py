"""财预〔2013〕53号 附件2, row by row: the common framework for whole-department expenditure."""

from __future__ import annotations

from expectations.indicators.model import Direction, Indicator, Kind

_BASIS = "财预〔2013〕53号 共性指标框架"
_ITEMS_MET = "符合的自查事项数÷自查事项总数"


def _rate(
    code: str,
    levels: str,
    label: str,
    formula: str,
    direction: Direction,
    numerator: str,
    denominator: str,
    *,
    kind: Kind = Kind.RATIO,
    last_year: tuple[str, str] | None = None,
) -> Indicator:
    level1, level2 = levels.split("·")
    return Indicator(
        code,
        level1,
        level2,
        label,
        formula,
        direction,
        _BASIS,
        kind,
        numerator,
        denominator,
        last_year=last_year,
    )


def _checks(code: str, levels: str, label: str, *items: str) -> Indicator:
    level1, level2 = levels.split("·")
    kind = Kind.CHECKLIST
    return Indicator(code, level1, level2, label, _ITEMS_MET, Direction.ALL_MET, _BASIS, kind, items=items)


def _own(code: str, label: str, effect: str) -> Indicator:
    """An effect that only the unit's own targets can measure."""
    return Indicator(
        code,
        "效果",
        "履职效益",
        label,
        "按单位自设绩效指标的完成情况",
        Direction.AS_PLANNED,
        _BASIS,
        Kind.INDIVIDUAL,
        numerator=f"targets.{effect}.count",
        lacking=f"{label}类绩效指标",
    )


FRAMEWORK: tuple[Indicator, ...] = (
    # --- 投入 ---
    _checks("goal", "投入·目标设定", "绩效目标合理性", "goal_lawful", "goal_relevant", "goal_realistic"),
    _checks(
        "index",
        "投入·目标设定",
        "绩效指标明确性",
        "index_detailed",
        "index_measurable",
        "index_tasks",
        "index_budget",
    ),
    _rate(
        "control.regular",
        "投入·预算配置",
        "在职人员控制率",
        "在职人员数÷编制数×100%",
        Direction.AT_MOST_100,
        "staffing.regular.actual",
        "staffing.regular.approved",
        last_year=("staffing.regular.last_actual", "staffing.regular.approved"),
    ),
    _rate(
        "change.three_public",
        "投入·预算配置",
        "“三公”经费变动率",
        "（本年度“三公”经费－上年度“三公”经费）÷上年度“三公”经费×100%",
        Direction.AT_MOST_0,
        "basic.three_public.final",
        "basic.three_public.last_final",
        kind=Kind.CHANGE,
    ),
    _rate(
        "share.key_projects",
        "投入·预算配置",
        "重点支出安排率",
        "重点项目支出÷项目总支出×100%",
        Direction.HIGHER,
        "projects.key.adjusted",
        "budget.project.adjusted",
    ),
    # --- 过程 ---
    _rate(
        "execution.total",
        "过程·预算执行",
        "预算完成率",
        "预算完成数÷预算数×100%",
        Direction.NEAR_100,
        "budget.total.final",
        "budget.total.adjusted",
    ),
    _rate(
        "adjustment",
        "过程·预算执行",
        "预算调整率",
        "预算调整数÷年初预算数×100%",
        Direction.NEAR_0,
        "budget.total.change",
        "budget.total.initial",
    ),
    Indicator(
        "progress",
        "过程",
        "预算执行",
        "支付进度率",
        "实际支付进度÷既定支付进度×100%",
        Direction.AT_LEAST_100,
        _BASIS,
        lacking="月度支付进度",
    ),
    _rate(
        "surplus",
        "过程·预算执行",
        "结转结余率",
        "结转结余总额÷支出预算数×100%",
        Direction.LOWER,
        "budget.total.carry_out",
        "budget.total.adjusted",
    ),
    _rate(
        "surplus.change",
        "过程·预算执行",
        "结转结余变动率",
        "（本年度累计结转结余－上年度累计结转结余）÷上年度累计结转结余×100%",
        Direction.AT_MOST_0,
        "budget.total.carry_out",
        "budget.total.carry_in",
        kind=Kind.CHANGE,
    ),
    _rate(
        "control.public",
        "过程·预算执行",
        "公用经费控制率",
        "实际支出公用经费÷预算安排公用经费×100%",
        Direction.AT_MOST_100,
        "basic.goods.final",
        "basic.goods.adjusted",
    ),
    _rate(
        "control.three_public",
        "过程·预算执行",
        "“三公”经费控制率",
        "“三公”经费实际支出÷“三公”经费预算安排×100%",
        Direction.AT_MOST_100,
        "basic.three_public.final",
        "basic.three_public.adjusted",
    ),
    _rate(
        "procurement",
        "过程·预算执行",
        "政府采购执行率",
        "实际政府采购金额÷政府采购预算数×100%",
        Direction.NEAR_100,
        "procurement.total.final",
        "procurement.total.budget",
    ),
    _checks("system", "过程·预算管理", "管理制度健全性", "system_made", "system_lawful", "system_applied"),
    _checks(
        "funds",
        "过程·预算管理",
        "资金使用合规性",
        "funds_lawful",
        "funds_approved",
        "funds_appraised",
        "funds_purpose",
        "funds_intact",
    ),
    _checks("disclosure", "过程·预算管理", "预决算信息公开性", "disclosure_content", "disclosure_time"),
    _checks("data", "过程·预算管理", "基础信息完善性", "data_true", "data_complete", "data_exact"),
    _checks(
        "assets.system",
        "过程·资产管理",
        "资产管理制度健全性",
        "asset_system_made",
        "asset_system_lawful",
        "asset_system_applied",
    ),
    _checks(
        "assets.safety",
        "过程·资产管理",
        "资产管理安全性",
        "asset_kept",
        "asset_allocated",
        "asset_disposed",
        "asset_accounted",
        "asset_income",
    ),
    _rate(
        "assets.in_use",
        "过程·资产管理",
        "固定资产利用率",
        "实际在用固定资产总额÷所有固定资产总额×100%",
        Direction.HIGHER,
        "assets.fixed.in_use",
        "assets.fixed.closing",
    ),
    # --- 产出 ---
    _rate(
        "tasks.finished",
        "产出·职责履行",
        "实际完成率",
        "实际完成工作数÷计划工作数×100%",
        Direction.AT_LEAST_100,
        "supplement.*.finished_tasks",
        "supplement.*.planned_tasks",
    ),
    _rate(
        "tasks.timely",
        "产出·职责履行",
        "完成及时率",
        "及时完成实际工作数÷计划工作数×100%",
        Direction.HIGHER,
        "supplement.*.timely_tasks",
        "supplement.*.planned_tasks",
    ),
    _rate(
        "tasks.sound",
        "产出·职责履行",
        "质量达标率",
        "质量达标实际工作数÷计划工作数×100%",
        Direction.HIGHER,
        "supplement.*.sound_tasks",
        "supplement.*.planned_tasks",
    ),
    _rate(
        "tasks.key",
        "产出·职责履行",
        "重点工作办结率",
        "重点工作实际完成数÷交办或下达数×100%",
        Direction.HIGHER,
        "supplement.*.key_finished_tasks",
        "supplement.*.key_tasks",
    ),
    # --- 效果 ---
    _own("effect.economic", "经济效益", "economic"),
    _own("effect.social", "社会效益", "social"),
    _own("effect.ecological", "生态效益", "ecological"),
    _own("effect.satisfaction", "社会公众或服务对象满意度", "satisfaction"),
)
