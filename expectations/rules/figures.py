"""Rules about figures across rows and tables: accounting identities and limits of one unit's submission."""

from __future__ import annotations

from collections.abc import Iterable

from expectations.contract.money import NAMED_GOODS
from expectations.rules.model import Balance, NoTrouble, Rule, Scope, Severity, Tolerance, Years
from expectations.rules.rows import EQUAL, EQUAL_REMEDY, LIMIT, tolerance_of

_THREE_AMOUNTS = ("initial", "change", "adjusted", "final", "surplus")
_ACCOUNT = ("adjusted", "final", "surplus")


def _equal(
    code: str,
    title: str,
    target: str,
    terms: str,
    *,
    severity: Severity = Severity.CRITICAL,
    basis: str = "算术关系",
) -> Rule:
    scope = Scope.TABLE if _tables(target, terms) == 1 else Scope.CROSS_TABLE
    check = Balance(target, _terms(terms))
    return Rule(code, title, severity, scope, check, EQUAL, EQUAL_REMEDY, basis, tolerance_of(target))


def _at_most(code: str, title: str, target: str, terms: str, *, remedy: str, basis: str) -> Rule:
    scope = Scope.TABLE if _tables(target, terms) == 1 else Scope.CROSS_TABLE
    check = Balance(target, _terms(terms), at_most=True)
    return Rule(code, title, Severity.WARNING, scope, check, LIMIT, remedy, basis, tolerance_of(target))


def _terms(expression: str) -> tuple[tuple[int, str], ...]:
    """Read "a + b - c" as ((1, a), (1, b), (-1, c))."""
    signs = {"+": 1, "-": -1}
    words = ("+ " + expression).split() if expression else []
    return tuple((signs[sign], name) for sign, name in zip(words[::2], words[1::2], strict=True))


def _tables(target: str, terms: str) -> int:
    return len({name.split(".")[0] for name in (target, *(n for _, n in _terms(terms)))})


def _each(columns: Iterable[str], code: str, title: str, target: str, terms: str) -> tuple[Rule, ...]:
    """One rule for each column: "@" stands for the column's name; the code gets the name as a suffix."""
    return tuple(
        _equal(f"{code}.{column}", title, target.replace("@", column), terms.replace("@", column))
        for column in columns
    )


FIGURE_RULES: tuple[Rule, ...] = (
    # --- 预算收支总表: by nature of expenditure, by source of funds ---
    *_each(
        _THREE_AMOUNTS,
        "F301",
        "基本支出＋项目支出＝合计",
        "budget.total.@",
        "budget.basic.@ + budget.project.@",
    ),
    *_each(
        _THREE_AMOUNTS,
        "F302",
        "各项资金来源之和＝合计",
        "budget.total.@",
        "budget.general.@ + budget.fund.@ + budget.capital.@ + budget.insurance.@ + budget.other.@",
    ),
    # --- 基本支出 and 三公 ---
    *_each(
        _ACCOUNT,
        "F311",
        "基本支出各项之和＝小计",
        "basic.subtotal.@",
        "basic.wages.@ + basic.goods.@ + basic.family.@",
    ),
    *_each(_ACCOUNT, "F312", "基本支出小计＝总表基本支出", "basic.subtotal.@", "budget.basic.@"),
    *_each(
        (*_ACCOUNT, "last_final"),
        "F313",
        "“三公”各项之和＝“三公”合计",
        "basic.three_public.@",
        "basic.vehicle.@ + basic.reception.@ + basic.abroad.@",
    ),
    *_each(
        (*_ACCOUNT, "last_final"),
        "F314",
        "公务用车购置＋运行＝公务用车合计",
        "basic.vehicle.@",
        "basic.vehicle_purchase.@ + basic.vehicle_running.@",
    ),
    *(
        _at_most(
            f"F315.{column}",
            "“三公”不超商品和服务支出",
            f"basic.three_public.{column}",
            f"basic.goods.{column}",
            remedy="请核对“三公”经费是否有列入项目支出或资本性支出的部分",
            basis="“三公”为商品和服务支出的其中项",
        )
        for column in ("adjusted", "final")
    ),
    *(
        _at_most(
            f"F317.{column}",
            "公用经费明细不超商品和服务支出",
            f"basic.{NAMED_GOODS[0].code}.{column}",
            f"basic.goods.{column}" + "".join(f" - basic.{item.code}.{column}" for item in NAMED_GOODS[1:]),
            remedy="请核对公用经费各明细数，改正填错的一个",
            basis="公用经费明细为商品和服务支出的其中项",
        )
        for column in ("adjusted", "final")
    ),
    _at_most(
        "F316",
        "“三公”经费不超上年",
        "basic.three_public.final",
        "basic.three_public.last_final",
        remedy="请核对；确实增加的，在“其他说明”中说明原因",
        basis="“三公”经费只减不增",
    ),
    # --- 项目支出 ---
    *_each(_THREE_AMOUNTS, "F321", "各项目之和＝总表项目支出", "budget.project.@", "projects.*.@"),
    # --- 政府采购 ---
    *_each(
        ("budget", "final"),
        "F331",
        "货物＋工程＋服务＝采购合计",
        "procurement.total.@",
        "procurement.goods.@ + procurement.works.@ + procurement.services.@",
    ),
    _at_most(
        "F332",
        "采购支出不超决算",
        "procurement.total.final",
        "budget.total.final",
        remedy="请核对政府采购支出口径",
        basis="政府采购支出包含在本年支出之内",
    ),
    # --- 资产 ---
    *(
        _equal(
            f"F341.{row}",
            "年初＋增加－减少＝年末",
            f"assets.{row}.closing",
            f"assets.{row}.opening + assets.{row}.increase - assets.{row}.decrease",
        )
        for row in ("total", "fixed", "intangible")
    ),
    _equal(
        "F342",
        "处置原值之和＝本年减少",
        "assets.total.decrease",
        "disposals.*.original_value",
        severity=Severity.WARNING,
        basis="资产处置明细与资产减少数一致",
    ),
    *_each(
        ("approved_count", "approved_amount", "bought_count", "bought_amount"),
        "F343",
        "配置明细之和＝合计",
        "allocations.total.@",
        "allocations.item.@",
    ),
    _equal(
        "F344",
        "公务用车数量平衡",
        "vehicles.*.closing",
        "vehicles.*.opening + vehicles.*.transferred_in + vehicles.*.bought - vehicles.*.disposed",
    ),
    # --- counts of lists and declarations ---
    _equal(
        "F351",
        "内设机构个数",
        "profile.*.department_count",
        "profile.*.listed_departments",
        basis="个数与列举一致",
    ),
    *(
        Rule(
            f"F352.{item}",
            "声明不涉及的预算应为零",
            Severity.CRITICAL,
            Scope.CROSS_TABLE,
            Balance(f"budget.{item}.adjusted", ((1, f"declarations.{item}.allowed"),), at_most=True),
            "“不涉及事项”声明不涉及，但“{label}”为 {value}",
            "请核对：有此项资金的，把“不涉及事项”改为“涉及”；没有的，把金额改为 0",
            "自评通知要求逐项说明各类预算",
            years=Years(since=2020),
        )
        for item in ("fund", "capital", "insurance")
    ),
    # --- what is wrong with many figures at once ---
    Rule(
        "F401",
        "数量级错误",
        Severity.CRITICAL,
        Scope.CROSS_TABLE,
        NoTrouble("wrong_scale"),
        "“{label}”为 {value}，{detail}",
        "本表以元为单位填报，请改为 {expected}",
        "各表金额单位为元",
    ),
    Rule(
        "F402",
        "一处数字填错",
        Severity.CRITICAL,
        Scope.CROSS_TABLE,
        NoTrouble("wrong_figure"),
        "“{label}”为 {value}，与多处对不上（{detail}）；改为 {expected}，这些关系就都成立",
        "请对照原始资料核对 {place}，确认后改正",
        "几个关系同时不成立，只有这一处的数字能同时解释",
    ),
    Rule(
        "F403",
        "疑为重复或多填的一行",
        Severity.CRITICAL,
        Scope.CROSS_TABLE,
        NoTrouble("extra_row"),
        "去掉该行（“{label}”为 {value}），合计就都对得上（{detail}）",
        "请核对该行是否与其他行重复或不属于本单位：是的，删除该行；不是的，改正总表中的合计",
        "各项之和比合计多出的，恰为该行的各数",
    ),
    Rule(
        "F901",
        "尾差",
        Severity.INFO,
        Scope.TABLE,
        NoTrouble("rounding"),
        "该表有 {value} 处尾差，在四舍五入的范围内：{detail}",
        "不影响发布；有精确到分的数的，请按分填报",
        "各数按 0.01 万元四舍五入后填报时，合计与分项之和可有半步长的尾差",
        Tolerance.HALF_STEP,
    ),
)
