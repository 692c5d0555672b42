"""Rules across years: what this year's submission says of last year, against what was published then."""

from __future__ import annotations

from expectations.contract import CONTRACT
from expectations.contract.money import BUDGET_ITEMS
from expectations.rules.model import (
    Balance,
    NoTrouble,
    RowBalance,
    Rule,
    Scope,
    Severity,
    SteadyFrom,
    Tolerance,
)

_MESSAGE = "“{label}”为 {value}，但{equation}，相差 {difference}"
_REMEDY = (
    "请把 {place} 改为上年已发布的数；上年数确有调整（如追溯调整、机构划转）的，请管理员登记豁免并写明理由"
)
_BASIS = "同一数字各年度报告一致"

_AS_PUBLISHED = (
    # code, table, row, this year's column, last year's column
    *(("Y101", "basic", row.code, "last_final", "final") for row in CONTRACT["basic"]["item"].choices),
    *(
        ("Y103", "staffing", row.code, "last_actual", "actual")
        for row in CONTRACT["staffing"]["category"].choices
    ),
    *(("Y104", "budget", row.code, "carry_in", "carry_out") for row in BUDGET_ITEMS),
    *(("Y105", "assets", row.code, "opening", "closing") for row in CONTRACT["assets"]["item"].choices),
    ("Y106", "vehicles", "*", "opening", "closing"),
)
_TITLES = {
    "Y101": "上年决算数＝上年已发布的决算数",
    "Y103": "上年末实有人数＝上年已发布的年末人数",
    "Y104": "上年结转结余＝上年已发布的年末结转结余",
    "Y105": "年初原值＝上年已发布的年末原值",
    "Y106": "年初数量＝上年已发布的年末数量",
}
_MONEY = {"basic", "budget", "assets"}


def _as_published() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            f"{code}.{table}" if row == "*" else f"{code}.{row}",
            _TITLES[code],
            Severity.CRITICAL,
            Scope.ACROSS_YEARS,
            Balance(f"{table}.{row}.{now}", ((1, f"last:{table}.{row}.{then}"),)),
            _MESSAGE,
            _REMEDY,
            _BASIS,
            Tolerance.HALF_STEP if table in _MONEY else Tolerance.EXACT,
        )
        for code, table, row, now, then in _AS_PUBLISHED
    )


def _steady() -> tuple[Rule, ...]:
    """Jumps that a reader will ask about: the percentages are house defaults, not from any notice."""
    watched = (
        # quantity, percent, floor (money in 分, heads in persons)
        ("budget.total.initial", 50, 100_000_000),
        ("budget.total.final", 50, 100_000_000),
        ("basic.wages.final", 30, 50_000_000),
        ("basic.goods.final", 50, 20_000_000),
        ("basic.three_public.final", 50, 5_000_000),
        ("staffing.regular.actual", 30, 3),
        ("assets.total.closing", 50, 100_000_000),
        ("procurement.total.final", 80, 100_000_000),
    )
    return tuple(
        Rule(
            f"Y201.{quantity.rpartition('.')[0]}.{quantity.rpartition('.')[2]}",
            "较上年变动过大",
            Severity.WARNING,
            Scope.ACROSS_YEARS,
            SteadyFrom(quantity, f"last:{quantity}", percent, floor),
            f"“{{label}}”为 {{value}}，而{{equation}}，变动超过 {percent}%",
            "请核对 {place}；变动属实的，在“文字说明”中说明原因",
            "与上年比较（提醒值为系统默认）",
        )
        for quantity, percent, floor in watched
    )


YEAR_RULES: tuple[Rule, ...] = (
    *_as_published(),
    Rule(
        "Y102.projects",
        "项目上年决算数＝上年已发布的决算数",
        Severity.CRITICAL,
        Scope.ACROSS_YEARS,
        RowBalance("projects", "last_final", ((1, "published_final"),)),
        _MESSAGE,
        _REMEDY,
        _BASIS,
        Tolerance.HALF_STEP,
    ),
    *_steady(),
    Rule(
        "Y301",
        "重复报送上年工作簿",
        Severity.CRITICAL,
        Scope.ACROSS_YEARS,
        NoTrouble("same_file_as_last_year"),
        "报送的工作簿与上年（{detail}年度）的完全相同",
        "请报送本年度的工作簿",
        "一年一报",
    ),
    Rule(
        "Y302",
        "数据与上年相同",
        Severity.CRITICAL,
        Scope.ACROSS_YEARS,
        NoTrouble("same_figures_as_last_year"),
        "工作簿中的 {value} 个金额与上年（{detail}年度）发布的相同",
        "请核对是否只改了年度；请按本年度实际填报",
        "一年一报",
    ),
)
