"""Rules about reading: what may be wrong with a file, a sheet or a cell before any figure is compared."""

from __future__ import annotations

from expectations.rules.model import NoTrouble, Rule, Scope, Severity

_CRITICAL, _WARNING = Severity.CRITICAL, Severity.WARNING


def _rule(
    code: str,
    problem: str,
    title: str,
    message: str,
    remedy: str,
    *,
    scope: Scope = Scope.CELL,
    severity: Severity = _CRITICAL,
    basis: str = "填报格式",
) -> Rule:
    return Rule(code, title, severity, scope, NoTrouble(problem), message, remedy, basis)


READING_RULES: tuple[Rule, ...] = (
    # --- the registry entry and the file ---
    _rule(
        "D101",
        "bad_registration",
        "名录登记有误",
        "单位名录登记有误：{detail}",
        "请管理员改正单位名录",
        scope=Scope.FILE,
    ),
    _rule(
        "D102",
        "missing_file",
        "未报送工作簿",
        "没有找到工作簿：{detail}",
        "请按单位名录中的路径报送工作簿，或改正单位名录中的 source",
        scope=Scope.FILE,
    ),
    _rule(
        "D103",
        "unreadable_file",
        "工作簿无法读取",
        "工作簿无法读取：{detail}",
        "请检查网络、权限和磁盘，以及单位名录中的 source，然后重新运行",
        scope=Scope.FILE,
    ),
    _rule(
        "D104",
        "not_xlsx",
        "不是 xlsx 工作簿",
        "文件不是 xlsx 工作簿：{detail}",
        "请用 Excel 或 WPS 打开原文件，另存为“Excel 工作簿（*.xlsx）”后重新报送",
        scope=Scope.FILE,
    ),
    _rule(
        "D105",
        "encrypted",
        "工作簿已加密",
        "工作簿设置了打开密码，无法读取",
        "请在 Excel 或 WPS 中取消打开密码后重新报送",
        scope=Scope.FILE,
    ),
    _rule(
        "D106",
        "too_big",
        "工作簿异常庞大",
        "工作簿异常庞大：{detail}",
        "请从空白填报模板重新填写，不要粘贴整张无关工作表或图片",
        scope=Scope.FILE,
    ),
    # --- sheets, columns, rows ---
    _rule(
        "D201",
        "missing_sheet",
        "缺少工作表",
        "缺少工作表“{label}”{detail}",
        "请恢复该工作表，名称与填报模板一致",
        scope=Scope.TABLE,
    ),
    _rule(
        "D202",
        "missing_column",
        "缺少列",
        "工作表缺少必填列“{label}”{detail}",
        "请把该列标题改回“{label}”，或从填报模板恢复该列",
        scope=Scope.TABLE,
    ),
    _rule(
        "D203",
        "missing_optional_column",
        "缺少选填列",
        "工作表缺少选填列“{label}”{detail}",
        "请把该列标题改回“{label}”；确无数据时保留该列并留空",
        scope=Scope.TABLE,
        severity=_WARNING,
    ),
    _rule(
        "D204",
        "repeated_column",
        "列标题重复",
        "列标题“{label}”出现两次",
        "请删除多余的一列，只保留一个“{label}”",
        scope=Scope.TABLE,
    ),
    _rule(
        "D205",
        "missing_row",
        "缺少固定行",
        "缺少固定行“{label}”",
        "请按填报模板补回该行，没有发生额的填 0",
        scope=Scope.TABLE,
    ),
    _rule("D206", "repeated_row", "固定行重复", "固定行“{label}”出现两次", "请合并为一行", scope=Scope.TABLE),
    _rule(
        "D207",
        "total_row",
        "明细表中有合计行",
        "明细表中出现合计行“{value}”",
        "请删除该行：本表只填明细，合计由系统计算",
        scope=Scope.TABLE,
    ),
    _rule(
        "D208",
        "no_header",
        "找不到标题行",
        "没有找到标题行（应含：{detail}）",
        "请按填报模板恢复标题行",
        scope=Scope.TABLE,
    ),
    _rule("D209", "empty_table", "表未填写", "该表没有填写任何一行", "请填写该表", scope=Scope.TABLE),
    _rule(
        "D210",
        "merged_cells",
        "数据区有合并单元格",
        "数据区有合并单元格 {value}",
        "请取消合并，每格单独填写",
        scope=Scope.TABLE,
    ),
    _rule(
        "D211",
        "hidden_row",
        "数据行被隐藏",
        "该行被隐藏，但有数据",
        "请取消隐藏并核对该行；不需要的行请删除",
        scope=Scope.ROW,
        severity=_WARNING,
    ),
    _rule(
        "D212",
        "hidden_sheet",
        "工作表被隐藏",
        "工作表“{label}”被隐藏，但仍按其中数据生成报告",
        "请取消隐藏并核对该表",
        scope=Scope.TABLE,
        severity=_WARNING,
    ),
    _rule(
        "D213",
        "hidden_column",
        "数据列被隐藏",
        "“{label}”一列被隐藏，但有数据",
        "请取消隐藏并核对该列",
        scope=Scope.TABLE,
        severity=_WARNING,
    ),
    _rule(
        "D214",
        "swapped_sheet",
        "工作表内容放错",
        "工作表“{label}”中是“{value}”的内容",
        "请把内容移到“{value}”表，或改正工作表名称；各表与填报模板一致",
        scope=Scope.TABLE,
    ),
    _rule(
        "D215",
        "wan_column",
        "金额单位不是元",
        "“{value}”与填报单位（元）不一致",
        "请改回“{label}”；金额如不是以元为单位填写的，请换算为元",
        scope=Scope.TABLE,
    ),
    # --- cells ---
    _rule(
        "D301",
        "not_number",
        "应为数字",
        "“{label}”应为数字，现为“{value}”",
        "请改为数字，如 1234.56；没有数据的留空，为零的填 0",
    ),
    _rule("D302", "full_width", "全角数字", "“{label}”含全角字符“{value}”", "请改为半角数字：{expected}"),
    _rule(
        "D303",
        "bad_thousands",
        "千分位错误",
        "“{label}”的千分位逗号位置不对：“{value}”",
        "请核对原数后重新填写，不要手工输入逗号",
    ),
    _rule(
        "D304",
        "text_number",
        "数字存为文本",
        "“{label}”的数字“{value}”以文本形式存储，已按 {expected} 读取",
        "建议把单元格格式改为数值后重新输入",
        severity=_WARNING,
    ),
    _rule(
        "D305",
        "too_precise",
        "金额超出分",
        "“{label}”为 {value} 元，小数超过两位",
        "金额精确到分，请核对后改为两位小数",
    ),
    _rule(
        "D306",
        "unit_in_number",
        "数字带单位",
        "“{label}”应只填数字，现为“{value}”",
        "请删去文字，只填以“{detail}”为单位的数字",
    ),
    _rule("D307", "not_integer", "应为整数", "“{label}”应为整数，现为“{value}”", "请改为整数"),
    _rule(
        "D308", "not_date", "日期无法识别", "“{label}”应为日期，现为“{value}”", "请改为日期，如 2021-03-15"
    ),
    _rule(
        "D309",
        "not_choice",
        "不在选项中",
        "“{label}”现为“{value}”，不在选项中",
        "请从下列选项中选一个：{detail}",
    ),
    _rule("D310", "error_value", "公式错误值", "“{label}”是错误值 {value}", "请改正公式或直接填写数值"),
    _rule(
        "D311",
        "uncached_formula",
        "公式没有计算结果",
        "“{label}”是公式 {value}，但文件里没有计算结果",
        "请用 Excel 或 WPS 打开工作簿，重新计算并保存后报送；或直接填写数值",
    ),
    _rule("D312", "too_large", "数值过大", "“{label}”为 {value}，超出合理范围", "请核对单位是否为“{detail}”"),
    _rule(
        "D313", "text_too_long", "文字过长", "“{label}”有 {value} 个字符，超过上限 {expected}", "请精简文字"
    ),
)
