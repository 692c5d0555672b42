"""What the unit declares of itself: management criteria, counts of tasks, adjustments that do not count."""

from expectations.contract.model import Choice, Column, Layout, Table, Type, Unit

CHECKLIST_ITEMS = tuple(
    Choice(code, label, required=False)
    for code, label in (
        ("goal_lawful", "绩效目标合理性：符合法律法规和发展规划"),
        ("goal_relevant", "绩效目标合理性：与部门职责相关"),
        ("goal_realistic", "绩效目标合理性：符合正常业绩水平"),
        ("index_detailed", "绩效指标明确性：细化为具体指标"),
        ("index_measurable", "绩效指标明确性：清晰、可衡量"),
        ("index_tasks", "绩效指标明确性：与年度任务数对应"),
        ("index_budget", "绩效指标明确性：与预算匹配"),
        ("system_made", "管理制度健全性：制度已制定"),
        ("system_lawful", "管理制度健全性：制度合法、合规、完整"),
        ("system_applied", "管理制度健全性：制度得到有效执行"),
        ("funds_lawful", "资金使用合规性：符合财经法规和财务制度"),
        ("funds_approved", "资金使用合规性：审批程序和手续完整"),
        ("funds_appraised", "资金使用合规性：重大开支经过论证"),
        ("funds_purpose", "资金使用合规性：符合批复的用途"),
        ("funds_intact", "资金使用合规性：无截留、挤占、挪用、虚列"),
        ("disclosure_content", "预决算信息公开性：按规定内容公开"),
        ("disclosure_time", "预决算信息公开性：按规定时限公开"),
        ("data_true", "基础信息完善性：数据资料真实"),
        ("data_complete", "基础信息完善性：数据资料完整"),
        ("data_exact", "基础信息完善性：数据资料准确"),
        ("asset_system_made", "资产管理制度健全性：制度已制定"),
        ("asset_system_lawful", "资产管理制度健全性：制度合法、合规、完整"),
        ("asset_system_applied", "资产管理制度健全性：制度得到有效执行"),
        ("asset_kept", "资产管理安全性：资产保存完整"),
        ("asset_allocated", "资产管理安全性：资产配置合理"),
        ("asset_disposed", "资产管理安全性：资产处置规范"),
        ("asset_accounted", "资产管理安全性：账务合规、账实相符"),
        ("asset_income", "资产管理安全性：有偿使用和处置收入及时足额上缴"),
        ("satisfaction", "满意度指标：有适用的服务对象"),
    )
)

CHECKLIST = Table(
    name="checklist",
    label="管理自查",
    layout=Layout.LIST,
    meaning="逐项自查是否符合并写明依据；不能确定的留空，相应指标不评分",
    key=("item",),
    fixed_by="item",
    optional=True,
    can_be_absent=True,
    columns=(
        Column("item", "自查事项", Type.CHOICE, "固定行，不要改名", required=True, choices=CHECKLIST_ITEMS),
        Column("is_met", "是否符合", Type.FLAG, "不能确定的留空"),
        Column("grounds", "依据", Type.TEXT, "制度名称、文号、公开网址等；不符合的写明情况"),
    ),
)

SUPPLEMENT = Table(
    name="supplement",
    label="自评补充数据",
    layout=Layout.FORM,
    meaning="共性指标和评分需要、其他各表没有的数据",
    optional=True,
    can_be_absent=True,
    columns=(
        Column("planned_tasks", "计划工作数", Type.COUNT, "年度工作计划确定的工作项数"),
        Column("finished_tasks", "实际完成工作数", Type.COUNT, "计划工作中已完成的项数"),
        Column("timely_tasks", "及时完成工作数", Type.COUNT, "计划工作中在规定时限内完成的项数"),
        Column("sound_tasks", "质量达标工作数", Type.COUNT, "计划工作中质量达到标准的项数"),
        Column("key_tasks", "重点工作交办数", Type.COUNT, "党委、政府和上级交办或下达的重点工作项数"),
        Column("key_finished_tasks", "重点工作办结数", Type.COUNT, "交办或下达的重点工作中已办结的项数"),
        Column(
            "excluded_change",
            "可剔除的预算调整额",
            Type.AMOUNT,
            "年中调整数中因国家政策、不可抗力、党委政府临时交办形成的金额，填正数",
            Unit.YUAN,
        ),
        Column("excluded_reason", "剔除理由", Type.TEXT, "填了可剔除的预算调整额的，写明事由和文件依据"),
        Column(
            "goal", "年度总体目标", Type.TEXT, "年初批复的部门整体支出绩效目标，不写金额", can_be_absent=True
        ),
        Column(
            "goal_result", "总体目标完成情况", Type.TEXT, "对照年度总体目标的完成情况", can_be_absent=True
        ),
    ),
)
