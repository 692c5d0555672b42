"""Rules across units: a department against its units, and what two units may not both say."""

from __future__ import annotations

from expectations.rules.model import Balance, NoTrouble, Rule, Scope, Severity, Tolerance

_WARNING = Severity.WARNING


def _department() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            f"X101.{column}",
            "部门合计＝本级与所属单位之和",
            Severity.CRITICAL,
            Scope.ACROSS_UNITS,
            Balance(f"budget.department.{column}", ((1, f"units:budget.total.{column}"),)),
            "“{label}”为 {value}，但{equation}，相差 {difference}",
            "请核对 {place} 与各所属单位报送的合计数；单位有增减的，请管理员核对单位名录",
            "部门决算＝本级决算＋所属单位决算",
            Tolerance.HALF_STEP,
        )
        for column in ("initial", "change", "adjusted", "final", "surplus")
    )


UNIT_RULES: tuple[Rule, ...] = (
    *_department(),
    Rule(
        "X102",
        "两个单位报送同一文件",
        Severity.CRITICAL,
        Scope.ACROSS_UNITS,
        NoTrouble("same_file_as_other_unit"),
        "报送的工作簿与{detail}报送的完全相同",
        "请报送本单位的工作簿，或请管理员核对单位名录中的 source",
        "一单位一报",
    ),
    Rule(
        "X103",
        "数据与其他单位相同",
        Severity.CRITICAL,
        Scope.ACROSS_UNITS,
        NoTrouble("same_figures_as_other_unit"),
        "工作簿中的 {value} 个金额与{detail}的相同",
        "请核对是否误用了其他单位的工作簿，只改了名称；请按本单位实际填报",
        "一单位一报",
    ),
    Rule(
        "X201",
        "同一文号两个名称",
        _WARNING,
        Scope.ACROSS_UNITS,
        NoTrouble("two_titles_one_number"),
        "{label}中，{detail}的名称为《{value}》，而其他单位或别处为《{expected}》",
        "请对照原文件，统一文件名称",
        "同一文件只有一个名称",
    ),
    Rule(
        "X202",
        "同一制度两个名称",
        _WARNING,
        Scope.ACROSS_UNITS,
        NoTrouble("two_names_one_rule"),
        "{label}中的《{value}》在其他单位或别处写作《{expected}》",
        "请对照原文件，统一文件名称；确是两个文件的，请注明文号加以区分",
        "同一文件只有一个名称",
    ),
    Rule(
        "X203",
        "段落与其他单位雷同",
        _WARNING,
        Scope.ACROSS_UNITS,
        NoTrouble("copied_paragraph"),
        "“{label}”中“{value}”与{detail}的文字相同",
        "请按本单位实际情况改写",
        "自评内容应反映本单位情况",
    ),
)
