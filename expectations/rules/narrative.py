"""Rules about words: what free text may not say, and figures in it that the data contradict."""

from __future__ import annotations

from expectations.rules.model import NoTrouble, Rule, Scope, Severity, Tolerance

_CRITICAL, _WARNING = Severity.CRITICAL, Severity.WARNING


def _rule(
    code: str,
    problem: str,
    title: str,
    message: str,
    remedy: str,
    basis: str,
    *,
    scope: Scope = Scope.CELL,
    severity: Severity = _CRITICAL,
    tolerance: Tolerance = Tolerance.EXACT,
) -> Rule:
    return Rule(code, title, severity, scope, NoTrouble(problem), message, remedy, basis, tolerance)


NARRATIVE_RULES: tuple[Rule, ...] = (
    _rule(
        "N101",
        "placeholder",
        "文字中有占位符",
        "“{label}”中有没有填完的内容“{value}”",
        "请补全或删除",
        "报告文字完整",
    ),
    _rule(
        "N102",
        "template_residue",
        "文字中有模板残留",
        "“{label}”中“{value}”像是套用模板后没有改净的文字",
        "请改为本单位的表述：{expected}",
        "报告文字完整",
        severity=_WARNING,
    ),
    _rule(
        "N103",
        "repeated_words",
        "文字重复",
        "“{label}”中“{value}”重复",
        "请删去重复的字词",
        "报告文字准确",
        severity=_WARNING,
    ),
    _rule(
        "N104",
        "document_number",
        "文号格式",
        "“{label}”中文号“{value}”没有用六角括号",
        "请改为 {expected}",
        "GB/T 9704-2012 发文字号",
    ),
    _rule(
        "N105",
        "malformed_number",
        "数字格式错误",
        "“{label}”中数字“{value}”的千分位逗号位置不对",
        "请核对原数后改正",
        "数字书写规范",
    ),
    _rule(
        "N106",
        "missing_unit",
        "金额缺单位",
        "“{label}”中“{value}”后面缺“元”",
        "请写明“亿元”或“万元”",
        "数字书写规范",
        severity=_WARNING,
    ),
    _rule(
        "N107",
        "impossible_year",
        "年份有误",
        "“{label}”中年份“{value}”不合理",
        "请核对年份",
        "报告文字准确",
        severity=_WARNING,
    ),
    _rule(
        "N108",
        "heading_punctuation",
        "标题末有标点",
        "“{label}”末尾有标点“{value}”",
        "请删去标题末尾的标点",
        "GB/T 9704-2012 标题",
        severity=_WARNING,
    ),
    _rule(
        "N109",
        "heading_number",
        "标题带序号",
        "“{label}”带有序号“{value}”",
        "请删去序号：报告自动编号",
        "报告提纲",
        severity=_WARNING,
    ),
    _rule(
        "N110",
        "repeated_paragraph",
        "段落重复",
        "“{label}”中“{value}”一段与{detail}的相同",
        "请保留一处",
        "报告文字精炼",
        scope=Scope.CROSS_TABLE,
        severity=_WARNING,
    ),
    _rule(
        "N201",
        "contradicted_figure",
        "文字与数据不一致",
        "“{label}”称{detail}为 {value}，而数据为 {expected}",
        "请删去文字中的该数字（报告会自动列出），或核对数据",
        "同一数字全文一致",
        scope=Scope.CROSS_TABLE,
    ),
    _rule(
        "N202",
        "contradicted_rate",
        "文字中的比率与数据不一致",
        "“{label}”称{detail}为 {value}，而按数据计算为 {expected}",
        "请删去文字中的该比率（报告会自动列出），或核对数据",
        "比率＝分子÷分母，四舍五入到所写的小数位",
        scope=Scope.CROSS_TABLE,
        tolerance=Tolerance.RATE_INTERVAL,
    ),
    _rule(
        "N203",
        "contradicted_target",
        "文字与指标值不一致",
        "“{label}”称{detail}为 {value}，而“绩效指标”表中实际完成值为 {expected}",
        "请核对实际完成值，改正文字或“绩效指标”表",
        "同一数字全文一致",
        scope=Scope.CROSS_TABLE,
        severity=_WARNING,
    ),
)
