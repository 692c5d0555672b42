"""What came of it: targets, problems with measures, narrative, declarations."""

from expectations.contract.model import Choice, Column, Layout, Table, Type

DIRECTIONS = (
    Choice("at_least", "≥", aliases=(">=", "大于等于", "不低于")),
    Choice("at_most", "≤", aliases=("<=", "小于等于", "不高于")),
    Choice("equal", "=", aliases=("＝", "等于")),
    Choice("qualitative", "定性"),
)

LEVEL1 = (
    Choice("output", "产出指标", aliases=("产出",)),
    Choice("benefit", "效益指标", aliases=("效益",)),
    Choice("satisfaction", "满意度指标", aliases=("满意度", "服务对象满意度指标")),
)

TARGETS = Table(
    name="targets",
    label="绩效指标",
    layout=Layout.LIST,
    meaning="年初申报的绩效指标及完成情况，每个三级指标一行",
    key=("name", "project"),
    optional=True,
    columns=(
        Column("level1", "一级指标", Type.CHOICE, "产出、效益、满意度", required=True, choices=LEVEL1),
        Column("level2", "二级指标", Type.TEXT, "如数量指标、社会效益指标", required=True),
        Column("name", "三级指标", Type.TEXT, "指标名称", required=True),
        Column("direction", "指标性质", Type.CHOICE, "≥、≤、=或定性", choices=DIRECTIONS),
        Column("target", "年度指标值", Type.NUMBER, "年初批复的目标值；定性指标填文字"),
        Column("actual", "实际完成值", Type.NUMBER, "年末实际完成值；定性指标填文字", required=True),
        Column("measure", "计量单位", Type.TEXT, "如个、项、%"),
        Column("weight", "分值", Type.NUMBER, "该指标的分值"),
        Column("evidence", "佐证材料", Type.TEXT, "完成情况的依据"),
        Column("deviation", "偏差原因分析及改进措施", Type.TEXT, "未完成或明显超额时填写"),
        Column(
            "project",
            "所属项目编号",
            Type.TEXT,
            "项目的指标填“项目支出”表中的项目编号；部门整体的指标留空",
            can_be_absent=True,
        ),
    ),
)

PROBLEMS = Table(
    name="problems",
    label="问题与措施",
    layout=Layout.LIST,
    meaning="一个问题对应一条改进措施，同一行填写",
    optional=True,
    columns=(
        Column("title", "问题概括", Type.TEXT, "一句话，不带句号", required=True),
        Column("problem", "问题及原因", Type.TEXT, "具体表现和原因", required=True),
        Column("measure", "改进措施", Type.TEXT, "对应的整改措施和时限", required=True),
    ),
)

SECTIONS = (
    Choice("mandate", "主要职能"),
    Choice("organisation", "项目组织管理"),
    Choice("assets", "资产管理"),
    Choice("thrift", "过紧日子"),
    Choice("topic", "年度专项工作", required=False),
    Choice("outcome", "产出成果及效益"),
    Choice("application", "结果应用和公开"),
    Choice("other", "其他说明", required=False),
)

NARRATIVES = Table(
    name="narratives",
    label="文字说明",
    layout=Layout.LIST,
    meaning="报告各章的文字，按报告顺序一段一行；有小标题的填小标题",
    columns=(
        Column("section", "章节", Type.CHOICE, "该段文字所在的章节", required=True, choices=SECTIONS),
        Column("heading", "小标题", Type.TEXT, "相同小标题的段落归在一起；不带序号和句号"),
        Column("subheading", "下级标题", Type.TEXT, "小标题下再分条时填写；不带序号和句号"),
        Column("text", "正文", Type.TEXT, "正文，不写可由数据算出的金额和比率", required=True),
    ),
)

DECLARATION_ITEMS = (
    Choice("public_project", "公共项目资金"),
    Choice("fund", "政府性基金预算支出"),
    Choice("capital", "国有资本经营预算支出"),
    Choice("insurance", "社会保险基金预算支出"),
)

DECLARATION_STATES = (Choice("absent", "不涉及"), Choice("present", "涉及"))

DECLARATIONS = Table(
    name="declarations",
    label="不涉及事项",
    layout=Layout.LIST,
    meaning="逐项声明是否涉及；涉及的须另附材料",
    key=("item",),
    fixed_by="item",
    columns=(
        Column("item", "事项", Type.CHOICE, "固定行，不要改名", required=True, choices=DECLARATION_ITEMS),
        Column("state", "是否涉及", Type.CHOICE, "涉及或不涉及", required=True, choices=DECLARATION_STATES),
        Column("reason", "说明", Type.TEXT, "不涉及的理由或附件名称"),
    ),
)
