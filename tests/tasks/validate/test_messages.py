"""What a finding says: which cell, what it holds, what it should hold, what to do. Read these aloud."""

from __future__ import annotations

import pytest

from tests.support.broken import ALL, code_of, judged

LINES = {
    "D210 a whole row": ("[错误 D210] “项目支出”表 A6：数据区有合并单元格 A6:P6。请取消合并，每格单独填写"),
    "D307 in a required count": "[错误 D307] “人员编制”表 C4：“年末实有人数”应为整数，现为“35.5”。请改为整数",
    "E101.budget.adjusted": (
        "[错误 E101.budget.adjusted] “预算收支总表”表 D8：“政府性基金预算·全年预算数”没有填写。"
        "请填写：年初预算数＋年中调整数"
    ),
    "E101.declarations.state": (
        "[错误 E101.declarations.state] “不涉及事项”表 B5：“政府性基金预算支出·是否涉及”没有填写。请选填：不涉及、涉及"
    ),
    "E101.projects.is_classified": (
        "[错误 E101.projects.is_classified] “项目支出”表 K4：“是否涉密”没有填写。"
        "请填写“是”或“否”（涉密项目的内容不写入报告）"
    ),
    "E102.procurement.works": (
        "[错误 E102.procurement.works] “政府采购”表：没有填写“工程”行。请补填该行，没有发生额的填 0"
    ),
    "E102.narratives.mandate": (
        "[错误 E102.narratives.mandate] “文字说明”表：没有填写“主要职能”章节。请补填该章节，一段一行"
    ),
    "E202.projects": (
        "[错误 E202.projects] “项目支出”表 B9：项目名称重复：甲（与 B6 相同）。请合并重复的项目，或补全名称加以区分"
    ),
    "E301.notice": (
        "[错误 E301.notice] “单位概况”表 B19：“自评通知文号”现为“长财绩[2021]2号”，不是规范文号。"
        "请用六角括号，如 长财绩〔2021〕2号"
    ),
    "E401.name": (
        "[错误 E401.name] “单位概况”表 B6：“单位全称”为“长沙市数据局”，应为“长沙市数据资源管理局”。"
        "请与单位名录保持一致；单位更名的，请管理员修改单位名录"
    ),
    "F101.assets.in_use": (
        "[错误 F101.assets.in_use] “资产情况”表 F4：“资产总额·在用原值”为 -0.01，不应为负数。请核对并改正正负号"
    ),
    "F202.basic": (
        "[错误 F202.basic] “基本支出”表 E8：“公务用车购置费·本期结余”为 0.00，"
        "但全年预算数 1.00－决算数 0.00 ＝ 1.00，相差 1.00 元。请核对 E8 和上述各数，改正填错的一个"
    ),
    "F204.staffing": (
        "[提醒 F204.staffing] “人员编制”表 C4：“在职人员·年末实有人数”为 21，超过编制（核定）数 20，多出 1 人。"
        "请核对；确属超编的，在“其他说明”中说明原因"
    ),
    "F312.adjusted": (
        "[错误 F312.adjusted] “基本支出”表 C11：“小计·全年预算数”为 5,925,600.00，"
        "但“预算收支总表”中的基本支出为 5,925,599.00，相差 1.00 元。请核对 C11 和上述各数，改正填错的一个"
    ),
    "F313.adjusted": (
        "[错误 F313.adjusted] “基本支出”表 C6：“‘三公’经费合计·全年预算数”为 255,001.00，"
        "但公务用车购置及运行维护费 245,000.00＋公务接待费 10,000.00＋因公出国（境）费 0.00 ＝ 255,000.00，"
        "相差 1.00 元。请核对 C6 和上述各数，改正填错的一个"
    ),
    "F321.adjusted": (
        "[错误 F321.adjusted] “预算收支总表”表 D6：“项目支出·全年预算数”为 8,705,300.00，"
        "但“项目支出”表各行之和为 8,705,301.00，相差 1.00 元。请核对 D6 和上述各数，改正填错的一个"
    ),
    "F332": (
        "[提醒 F332] “政府采购”表 D9：“合计·采购支出数”为 24,498,700.00，"
        "超过“预算收支总表”中的合计·决算数 14,453,449.00，多出 10,045,251.00 元。请核对政府采购支出口径"
    ),
    "F341.fixed": (
        "[错误 F341.fixed] “资产情况”表 E5：“固定资产·年末原值”为 0.24，"
        "但年初原值 0.10＋本年增加 0.20－本年减少 0.05 ＝ 0.25，相差 0.01 元。请核对 E5 和上述各数，改正填错的一个"
    ),
    "F342": (
        "[提醒 F342] “资产情况”表 D4：“资产总额·本年减少”为 131,064.00，"
        "但“资产处置”表各行原值之和为 131,065.00，相差 1.00 元。请核对 D4 和上述各数，改正填错的一个"
    ),
    "F343.bought_count": (
        "[错误 F343.bought_count] “资产配置”表 E10：“合计·购置数量”为 30，但明细之和为 29，相差 1 台/件。"
        "请核对 E10 和上述各数，改正填错的一个"
    ),
    "F344": (
        "[错误 F344] “公务用车”表 B8：“年末数量”为 3，但年初数量 0＋本年调入 2＋本年购置 1－本年减少 1 ＝ 2，"
        "相差 1 辆。请核对 B8 和上述各数，改正填错的一个"
    ),
    "F351": (
        "[错误 F351] “单位概况”表 B17：“内设机构个数”为 6，但“内设机构”中列出的个数为 5，相差 1。"
        "请核对 B17 和上述各数，改正填错的一个"
    ),
    "F352.fund": (
        "[错误 F352.fund] “预算收支总表”表 D8：“不涉及事项”声明不涉及，但“政府性基金预算·全年预算数”为 1.00。"
        "请核对：有此项资金的，把“不涉及事项”改为“涉及”；没有的，把金额改为 0"
    ),
    "N105": "[错误 N105] “文字说明”表 D5：“正文”中数字“1,4653.09”的千分位逗号位置不对。请核对原数后改正",
    "N203": (
        "[提醒 N203] “文字说明”表 D33：“正文”称数据接口服务为 857个，而“绩效指标”表中实际完成值为 875个。"
        "请核对实际完成值，改正文字或“绩效指标”表"
    ),
    "secret F202.projects": (
        "[错误 F202.projects] “项目支出”表 H6：“本期结余”不等于全年预算数－决算数（涉密项目，不显示）。"
        "请核对 H6 和上述各数，改正填错的一个"
    ),
    "secret F203.projects": (
        "[提醒 F203.projects] “项目支出”表 G6：“决算数”超过全年预算数（涉密项目，不显示）。"
        "请核对是否漏填年中追加；确属超支的，在“其他说明”中说明原因"
    ),
    "secret E202.projects, the first one": (
        "[错误 E202.projects] “项目支出”表 B7：项目名称重复：（涉密项目，不显示）（与 B6 相同）。"
        "请合并重复的项目，或补全名称加以区分"
    ),
    "secret, not known to be": (
        "[错误 F201.projects] “项目支出”表 F6：“全年预算数”不等于年初预算数＋年中调整数（未注明是否涉密，不显示）。"
        "请核对 F6 和上述各数，改正填错的一个"
    ),
}


@pytest.mark.parametrize(("name", "line"), LINES.items(), ids=LINES.keys())
def test_line(name: str, line: str) -> None:
    (broken,) = [b for b in ALL if b.name == name]
    code = code_of(broken)
    _, verdict = judged()
    lines = [
        finding.as_line().replace(f" {code}.xlsx", "").replace(f"{code}.xlsx ", "")
        for finding in verdict.findings[code]
    ]
    assert line in lines


def test_value_and_expected_stand_apart_from_the_sentence() -> None:
    """For tables and forms: what the cell holds, and what it should hold."""
    _, verdict = judged()

    def said(name: str) -> tuple[str, str]:
        (broken,) = [b for b in ALL if b.name == name]
        finding = next(f for f in verdict.findings[code_of(broken)] if f.rule == name)
        return finding.value, finding.expected

    assert said("F341.fixed") == ("0.24", "按算式为 0.25")
    assert said("F204.staffing") == ("21", "不超过 20")
    assert said("F101.assets.in_use") == ("-0.01", "不小于 0")
    assert said("E401.year") == ("2019", "2020")
    assert said("E101.budget.adjusted") == ("", "")
    assert said("E102.procurement.works") == ("", "")
