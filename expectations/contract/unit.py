"""Who the unit is: profile and staffing."""

from expectations.contract.model import Choice, Column, Layout, Table, Type, Unit

KINDS = (
    Choice("administrative", "机关", aliases=("行政机关", "行政单位")),
    Choice("institution", "事业单位", aliases=("公益一类事业单位", "公益二类事业单位")),
)

PROFILE = Table(
    name="profile",
    label="单位概况",
    layout=Layout.FORM,
    meaning="单位的基本情况和本年度自评依据",
    columns=(
        Column("year", "预算年度", Type.COUNT, "本次自评的预算年度，四位数字", Unit.YEAR, required=True),
        Column("code", "单位代码", Type.TEXT, "与单位名录中的代码一致", required=True),
        Column("name", "单位全称", Type.TEXT, "与公章一致，不带括号说明", required=True),
        Column("short_name", "单位简称", Type.TEXT, "报告正文中的自称，如“我局”“我中心”", required=True),
        Column("kind", "单位性质", Type.CHOICE, "机关或事业单位", required=True, choices=KINDS),
        Column("rank", "机构规格", Type.TEXT, "如正处级、副县级"),
        Column("parent", "主管部门", Type.TEXT, "二级单位填主管部门全称；一级预算部门留空"),
        Column("founded_on", "成立日期", Type.DATE, "挂牌成立的日期"),
        Column("founding_basis", "设立依据", Type.TEXT, "批准设立的文件名称和文号"),
        Column("other_name", "加挂牌子", Type.TEXT, "加挂的其他名称"),
        Column("funding", "经费来源", Type.TEXT, "如市本级财政全额拨款"),
        Column("accounting", "执行会计制度", Type.TEXT, "如政府会计制度"),
        Column("departments", "内设机构", Type.TEXT, "内设机构名称，用顿号分隔", required=True),
        Column(
            "department_count",
            "内设机构个数",
            Type.COUNT,
            "应与“内设机构”列出的个数一致",
            required=True,
        ),
        Column(
            "notice_title", "自评通知名称", Type.TEXT, "本年度绩效自评通知全称，不带书名号", required=True
        ),
        Column("notice_number", "自评通知文号", Type.TEXT, "六角括号，如长财绩〔2021〕2号", required=True),
        Column("reported_on", "报告日期", Type.DATE, "落款日期", required=True),
    ),
)

STAFF_CATEGORIES = (
    Choice("regular", "在职人员", aliases=("在职职工", "编制内在职人员")),
    Choice("senior", "高级政府雇员", aliases=("高级雇员",), required=False),
    Choice("intermediate", "中级政府雇员", aliases=("中级雇员",), required=False),
    Choice("contract", "聘用人员", required=False),
)

STAFFING = Table(
    name="staffing",
    label="人员编制",
    layout=Layout.LIST,
    meaning="每类人员一行：核定数与年末实有数",
    key=("category",),
    fixed_by="category",
    columns=(
        Column(
            "category", "人员类别", Type.CHOICE, "没有的类别可不填", required=True, choices=STAFF_CATEGORIES
        ),
        Column("approved", "编制（核定）数", Type.COUNT, "机构编制、人社部门核定的人数", Unit.PERSON, True),
        Column("actual", "年末实有人数", Type.COUNT, "决算口径的年末实际在职人数", Unit.PERSON, True),
        Column("last_actual", "上年末实有人数", Type.COUNT, "上一年度年末人数", Unit.PERSON),
    ),
)
