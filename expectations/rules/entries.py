"""Rules about entries: what must be filled, must not repeat, has a form, or agrees with the registry."""

from __future__ import annotations

from expectations.contract import CONTRACT, Column, Type
from expectations.contract.money import PROCUREMENT_KINDS
from expectations.contract.performance import SECTIONS
from expectations.rules.model import (
    Balance,
    Matches,
    NoTrouble,
    Present,
    Rule,
    SameAsRegistry,
    Scope,
    Severity,
    Unique,
)

_QUANTITATIVE = ("at_least", "at_most", "equal")
_REGISTRY = (
    ("year", "预算年度", "请核对是否误用了其他年度的工作簿"),
    ("code", "单位代码", "请核对是否误用了其他单位的工作簿"),
    ("name", "单位全称", "请与单位名录保持一致；单位更名的，请管理员修改单位名录"),
)


def _how_to_fill(column: Column) -> str:
    match column.type:
        case Type.FLAG:
            return f"请填写“是”或“否”（{column.meaning}）"
        case Type.CHOICE:
            return "请选填：" + "、".join(choice.label for choice in column.choices)
        case _:
            return f"请填写：{column.meaning}"


def _required() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            f"E101.{table.name}.{column.name}",
            "必填项为空",
            Severity.CRITICAL,
            Scope.CELL,
            Present(table.name, column.name),
            "“{label}”没有填写",
            _how_to_fill(column),
            "填报说明",
        )
        for table in CONTRACT.tables
        for column in table.columns
        if column.required
    )


def _expected_row(table: str, code: str, message: str, remedy: str) -> Rule:
    """Require a row although the table has no fixed rows (see `tasks/quantities.py`)."""
    check = Balance(f"{table}.{code}.missing", ())
    return Rule(
        f"E102.{table}.{code}",
        "缺少必填的行",
        Severity.CRITICAL,
        Scope.TABLE,
        check,
        message,
        remedy,
        "填报说明",
    )


def _expected_rows() -> tuple[Rule, ...]:
    return (
        *(
            _expected_row(
                "procurement", kind.code, f"没有填写“{kind.label}”行", "请补填该行，没有发生额的填 0"
            )
            for kind in PROCUREMENT_KINDS
        ),
        _expected_row(
            "allocations", "total", "填了配置明细，但没有填写“合计”行", "请补填合计行，明细之和应与合计一致"
        ),
        *(
            _expected_row(
                "narratives", section.code, f"没有填写“{section.label}”章节", "请补填该章节，一段一行"
            )
            for section in SECTIONS
            if section.required
        ),
    )


def _unique() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            f"E201.{table.name}",
            "关键项重复",
            Severity.CRITICAL,
            Scope.TABLE,
            Unique(table.name, table.key),
            "“{label}”重复：{value}（与 {detail} 相同）",
            "请合并重复的行，或改正其中一个",
            "同表内不得重复",
        )
        for table in CONTRACT.tables
        if table.key and not table.fixed_by  # a fixed row that repeats is a reading problem (D206)
    )


ENTRY_RULES: tuple[Rule, ...] = (
    *_required(),
    *_expected_rows(),
    *_unique(),
    Rule(
        "E202.projects",
        "项目名称重复",
        Severity.CRITICAL,
        Scope.TABLE,
        Unique("projects", ("name",)),
        "项目名称重复：{value}（与 {detail} 相同）",
        "请合并重复的项目，或补全名称加以区分",
        "同一单位内项目名称唯一",
    ),
    Rule(
        "E203",
        "项目名称相近",
        Severity.WARNING,
        Scope.TABLE,
        NoTrouble("similar_project"),
        "项目名称“{value}”与“{expected}”（{detail}）相近，疑为同一项目",
        "请核对：同一项目请合并为一行；确是两个项目的，请补全名称加以区分",
        "同一单位内一个项目只用一个名称",
    ),
    Rule(
        "E304",
        "重点项目没有项目内容",
        Severity.CRITICAL,
        Scope.ROW,
        NoTrouble("undescribed_key_project"),
        "重点项目“{value}”没有填写“项目内容”",
        "请填写建设内容和组织管理情况；不是重点项目的，把“是否重点项目”改为“否”",
        "报告第三部分逐个分析重点项目",
    ),
    Rule(
        "E303",
        "涉密项目填有内容",
        Severity.WARNING,
        Scope.ROW,
        NoTrouble("described_classified_project"),
        "涉密项目填写了“{label}”",
        "请删去：涉密内容不得写入本工作簿；报告中不会出现",
        "保守国家秘密法",
    ),
    Rule(
        "E305",
        "指标所属项目不存在",
        Severity.CRITICAL,
        Scope.CROSS_TABLE,
        NoTrouble("unknown_project"),
        "“{label}”为“{value}”，“项目支出”表中没有这个项目编号",
        "请改为“项目支出”表中的项目编号；部门整体的指标留空",
        "项目支出绩效自评表按项目编号归集绩效指标",
    ),
    Rule(
        "E306",
        "涉密项目填有绩效指标",
        Severity.WARNING,
        Scope.ROW,
        NoTrouble("classified_target"),
        "该行是涉密项目的绩效指标，没有读取",
        "请删去：涉密内容不得写入本工作簿；报告中不会出现",
        "保守国家秘密法",
    ),
    *(
        Rule(
            f"E307.{column}",
            "建筑面积应填数字",
            Severity.CRITICAL,
            Scope.CELL,
            Matches("buildings", column, r"\d+(?:\.\d+)?"),
            "“{label}”现为“{value}”，不是建筑面积",
            "请只填以平方米为单位的数字",
            "楼堂馆所规模控制率由面积计算",
        )
        for column in ("approved_area", "actual_area")
    ),
    Rule(
        "E301.notice",
        "文号格式",
        Severity.CRITICAL,
        Scope.CELL,
        Matches("profile", "notice_number", r"[^\s〔〕\[\]（）()]+〔\d{4}〕\d+号"),
        "“{label}”现为“{value}”，不是规范文号",
        "请用六角括号，如 长财绩〔2021〕2号",
        "GB/T 9704-2012 发文字号",
    ),
    *(
        Rule(
            f"E302.targets.{column}",
            "定量指标应填数字",
            Severity.CRITICAL,
            Scope.CELL,
            Matches("targets", column, r"-?\d+(?:\.\d+)?", ("direction", _QUANTITATIVE)),
            "“{label}”现为“{value}”，而该指标的性质为定量（≥、≤、=）",
            "请只填数字，单位填在“计量单位”列；确为定性指标的，把“指标性质”改为“定性”",
            "定量指标的得分由完成值与指标值计算",
        )
        for column in ("target", "actual")
    ),
    *(
        Rule(
            f"E401.{column}",
            f"{label}与名录不符",
            Severity.CRITICAL,
            Scope.REGISTRY,
            SameAsRegistry(column),
            "“{label}”为“{value}”，应为“{expected}”",
            remedy,
            "单位名录和本次运行年度",
        )
        for column, label, remedy in _REGISTRY
    ),
)
