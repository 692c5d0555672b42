"""What the unit was given and what it spent: budget, basic expenditure, projects, procurement."""

from expectations.contract.model import Choice, Column, Layout, Table, Type, Unit


def _amount(name: str, label: str, meaning: str, *, required: bool = False, signed: bool = False) -> Column:
    return Column(name, label, Type.AMOUNT, meaning, Unit.YUAN, required=required, signed=signed)


INITIAL = _amount("initial", "年初预算数", "年初财政批复数")
CHANGE = _amount("change", "年中调整数", "年中追加为正，追减为负", signed=True)
ADJUSTED = _amount("adjusted", "全年预算数", "年初预算数＋年中调整数", required=True)
FINAL = _amount("final", "决算数", "全年执行数（决算口径）", required=True)
SURPLUS = _amount("surplus", "本期结余", "全年预算数－决算数", required=True, signed=True)
LAST_FINAL = _amount("last_final", "上年决算数", "上一年度决算数")

BUDGET_ITEMS = (
    Choice("total", "合计", aliases=("总计", "支出合计")),
    Choice("basic", "基本支出"),
    Choice("project", "项目支出"),
    Choice("general", "一般公共预算"),
    Choice("fund", "政府性基金预算"),
    Choice("capital", "国有资本经营预算"),
    Choice("insurance", "社会保险基金预算"),
    Choice("other", "其他资金", required=False, absent_is_zero=True),
    Choice(
        "department", "部门合计（含所属单位）", aliases=("部门合计(含所属单位)", "部门合计"), required=False
    ),
)

BUDGET = Table(
    name="budget",
    label="预算收支总表",
    layout=Layout.LIST,
    meaning="整体支出的三个预算数和决算数，一次按支出性质分，一次按资金来源分",
    key=("item",),
    fixed_by="item",
    columns=(
        Column("item", "预算项目", Type.CHOICE, "固定行，不要改名", required=True, choices=BUDGET_ITEMS),
        INITIAL,
        CHANGE,
        ADJUSTED,
        FINAL,
        SURPLUS,
        _amount("carry_in", "上年结转结余", "从上年结转到本年的资金"),
        _amount("carry_out", "年末结转结余", "结转到下年的资金"),
    ),
)

NAMED_GOODS = tuple(
    Choice(code, label, aliases=(f"其中：{label}", *aliases), required=False, absent_is_zero=True)
    for code, label, *aliases in (
        ("office", "办公经费", "办公费"),
        ("water", "水费"),
        ("electricity", "电费"),
        ("travel", "差旅费"),
        ("meeting", "会议费"),
        ("training", "培训费"),
    )
)
"""The items of 公用经费 that the basic data sheet names; they need not make up all of it."""

BASIC_ITEMS = (
    Choice("wages", "工资福利支出"),
    Choice("goods", "商品和服务支出"),
    *NAMED_GOODS,
    Choice(
        "three_public",
        "其中：“三公”经费合计",
        aliases=("其中：三公经费合计", "“三公”经费合计", "三公经费合计"),
    ),
    Choice(
        "vehicle",
        "公务用车购置及运行维护费",
        aliases=("公务用车购置及运行费", "其中：公务用车购置及运行维护费"),
    ),
    Choice("vehicle_purchase", "公务用车购置费", aliases=("公务用车购置",), required=False),
    Choice("vehicle_running", "公务用车运行维护费", aliases=("公务用车运行费",), required=False),
    Choice("reception", "公务接待费", aliases=("公务接待",)),
    Choice("abroad", "因公出国（境）费", aliases=("因公出国(境)费", "公务出国")),
    Choice("family", "对个人和家庭的补助"),
    Choice("subtotal", "小计", aliases=("基本支出小计",)),
)

BASIC = Table(
    name="basic",
    label="基本支出",
    layout=Layout.LIST,
    meaning="基本支出按经济分类，含公用经费和“三公”经费明细",
    key=("item",),
    fixed_by="item",
    columns=(
        Column("item", "预算项目", Type.CHOICE, "固定行，不要改名", required=True, choices=BASIC_ITEMS),
        INITIAL,
        ADJUSTED,
        FINAL,
        SURPLUS,
        LAST_FINAL,
    ),
)

PROJECT_CATEGORIES = (
    Choice("operation", "业务工作专项"),
    Choice("maintenance", "运行维护专项"),
    Choice("special", "专项资金"),
)

PROCUREMENT_METHODS = (
    Choice("open", "公开招标"),
    Choice("invited", "邀请招标"),
    Choice("negotiation", "竞争性谈判"),
    Choice("consultation", "竞争性磋商"),
    Choice("single", "单一来源"),
    Choice("inquiry", "询价"),
    Choice("framework", "框架协议"),
    Choice("none", "未采购"),
)

PROJECTS = Table(
    name="projects",
    label="项目支出",
    layout=Layout.LIST,
    meaning="每个项目一行，不填小计行",
    key=("code",),
    optional=True,
    columns=(
        Column("code", "项目编号", Type.TEXT, "单位内唯一，各年不变", required=True),
        Column("name", "项目名称", Type.TEXT, "全文只用这一个名称", required=True),
        Column("category", "项目类别", Type.CHOICE, "用于基础数据表分组", choices=PROJECT_CATEGORIES),
        INITIAL,
        CHANGE,
        ADJUSTED,
        FINAL,
        SURPLUS,
        LAST_FINAL,
        Column("is_key", "是否重点项目", Type.FLAG, "重点项目须填项目内容（涉密项目除外）", required=True),
        Column("is_classified", "是否涉密", Type.FLAG, "涉密项目的内容不写入报告", required=True),
        Column("method", "采购方式", Type.CHOICE, "政府采购方式", choices=PROCUREMENT_METHODS),
        Column("supplier", "供应商", Type.TEXT, "中标或成交供应商全称"),
        Column("started", "启动时间", Type.TEXT, "如2019年7月"),
        Column("description", "项目内容", Type.TEXT, "建设内容和组织管理情况，不写本项目的金额"),
        Column("result", "项目成效", Type.TEXT, "取得的成效"),
    ),
)

PROCUREMENT_KINDS = (
    Choice("goods", "货物", aliases=("政府采购货物支出",)),
    Choice("works", "工程", aliases=("政府采购工程支出",)),
    Choice("services", "服务", aliases=("政府采购服务支出",)),
    Choice("total", "合计"),
)

PROCUREMENT = Table(
    name="procurement",
    label="政府采购",
    layout=Layout.LIST,
    meaning="每项采购一行，最后一行为合计；没有的类型填一行0",
    columns=(
        Column(
            "kind",
            "采购类型",
            Type.CHOICE,
            "货物、工程、服务或合计",
            required=True,
            choices=PROCUREMENT_KINDS,
        ),
        Column("item", "采购内容", Type.TEXT, "采购项目摘要；合计行留空"),
        _amount("budget", "采购预算数", "年度政府采购预算（含调整）"),
        _amount("final", "采购支出数", "实际采购支出", required=True),
    ),
)
