"""Runs, results, submissions, versions, indicators, findings and waivers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of an empty store."""
    op.create_table(
        "jixiao_runs",
        sa.Column("id", sa.Text(), nullable=False, comment="Prefect 运行编号.第几次"),
        sa.Column("flow_run", sa.Text(), nullable=False, comment="Prefect 运行编号"),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="第几次（重试一次加一）"),
        sa.Column("year", sa.Integer(), nullable=False, comment="预算年度"),
        sa.Column("asked", sa.JSON(), nullable=True, comment="指定的单位代码；空为全部单位"),
        sa.Column("source", sa.Text(), nullable=False, comment="由什么发起"),
        sa.Column("reason", sa.Text(), nullable=False, comment="重跑原因"),
        sa.Column("program", sa.Text(), nullable=False, comment="程序版本"),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False, comment="开始时间"),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True, comment="结束时间；中断的为空"),
        sa.Column("state", sa.Text(), nullable=False, comment="全部发布、部分未发布、运行出错、已中断"),
        sa.Column("message", sa.Text(), nullable=False, comment="说明"),
        sa.PrimaryKeyConstraint("id", name="pk_jixiao_runs"),
        comment="每次运行",
    )
    op.create_index("ix_jixiao_runs_year_started", "jixiao_runs", ["year", "started"])
    op.create_table(
        "jixiao_versions",
        sa.Column("year", sa.Integer(), nullable=False, comment="预算年度"),
        sa.Column("unit", sa.Text(), nullable=False, comment="单位代码"),
        sa.Column("number", sa.Integer(), nullable=False, comment="版本"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="生成该版本的 Prefect 运行编号"),
        sa.Column("identity", sa.Text(), nullable=False, comment="版本内容的校验值"),
        sa.Column("input_sha256", sa.Text(), nullable=False, comment="所依据的报送文件"),
        sa.Column("files", sa.JSON(), nullable=False, comment="各文件的校验值和字节数"),
        sa.Column("changes", sa.JSON(), nullable=False, comment="与上一版相比的变化"),
        sa.Column("programs", sa.JSON(), nullable=False, comment="程序、规则、模板的版本"),
        sa.PrimaryKeyConstraint("year", "unit", "number", "made_by", name="pk_jixiao_versions"),
        comment="已发布的版本",
    )
    op.create_table(
        "jixiao_findings",
        sa.Column("run", sa.Text(), nullable=False, comment="运行"),
        sa.Column("unit", sa.Text(), nullable=False, comment="单位代码"),
        sa.Column("number", sa.Integer(), nullable=False, comment="序号，先改的在前"),
        sa.Column("rule", sa.Text(), nullable=False, comment="规则"),
        sa.Column("severity", sa.Text(), nullable=False, comment="错误、提醒、提示"),
        sa.Column("file", sa.Text(), nullable=False, comment="文件名"),
        sa.Column("sheet", sa.Text(), nullable=False, comment="表"),
        sa.Column("cell", sa.Text(), nullable=False, comment="单元格"),
        sa.Column("value", sa.Text(), nullable=False, comment="现值；涉密项目的不记"),
        sa.Column("expected", sa.Text(), nullable=False, comment="应为"),
        sa.Column("message", sa.Text(), nullable=False, comment="问题"),
        sa.Column("remedy", sa.Text(), nullable=False, comment="怎么改"),
        sa.Column("waived", sa.Boolean(), nullable=False, comment="是否已豁免"),
        sa.ForeignKeyConstraint(["run"], ["jixiao_runs.id"], name="fk_jixiao_findings_jixiao_runs"),
        sa.PrimaryKeyConstraint("run", "unit", "number", name="pk_jixiao_findings"),
        comment="每次运行的核对结果",
    )
    op.create_table(
        "jixiao_indicators",
        sa.Column("year", sa.Integer(), nullable=False, comment="预算年度"),
        sa.Column("unit", sa.Text(), nullable=False, comment="单位代码"),
        sa.Column("version", sa.Integer(), nullable=False, comment="版本"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="生成该版本的 Prefect 运行编号"),
        sa.Column("code", sa.Text(), nullable=False, comment="指标代码"),
        sa.Column("numerator", sa.BigInteger(), nullable=True, comment="分子（分、人、项）"),
        sa.Column("denominator", sa.BigInteger(), nullable=True, comment="分母（分、人、项）"),
        sa.Column(
            "rate_bp", sa.BigInteger(), nullable=True, comment="比率（万分之一）；基数为零或有缺项的为空"
        ),
        sa.Column("last_rate_bp", sa.BigInteger(), nullable=True, comment="上年比率（万分之一）"),
        sa.Column("missing", sa.Text(), nullable=False, comment="缺少的数据"),
        sa.ForeignKeyConstraint(
            ["year", "unit", "version", "made_by"],
            [
                "jixiao_versions.year",
                "jixiao_versions.unit",
                "jixiao_versions.number",
                "jixiao_versions.made_by",
            ],
            name="fk_jixiao_indicators_jixiao_versions",
        ),
        sa.PrimaryKeyConstraint("year", "unit", "version", "made_by", "code", name="pk_jixiao_indicators"),
        comment="已发布版本的各项指标",
    )
    op.create_table(
        "jixiao_results",
        sa.Column("run", sa.Text(), nullable=False, comment="运行"),
        sa.Column("unit", sa.Text(), nullable=False, comment="单位代码"),
        sa.Column("name", sa.Text(), nullable=False, comment="单位名称"),
        sa.Column("state", sa.Text(), nullable=False, comment="已发布、无变化、未通过核对、处理出错"),
        sa.Column("error", sa.Text(), nullable=False, comment="处理出错的原因"),
        sa.Column("version", sa.Integer(), nullable=True, comment="版本；没有发布的为空"),
        sa.Column("input_sha256", sa.Text(), nullable=True, comment="报送文件的校验值；没有读到的为空"),
        sa.ForeignKeyConstraint(["run"], ["jixiao_runs.id"], name="fk_jixiao_results_jixiao_runs"),
        sa.PrimaryKeyConstraint("run", "unit", name="pk_jixiao_results"),
        comment="每次运行中每个单位的结果",
    )
    op.create_index("ix_jixiao_results_unit", "jixiao_results", ["unit"])
    op.create_table(
        "jixiao_submissions",
        sa.Column("year", sa.Integer(), nullable=False, comment="预算年度"),
        sa.Column("unit", sa.Text(), nullable=False, comment="单位代码"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="文件内容的校验值"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="字节数"),
        sa.Column("file_name", sa.Text(), nullable=False, comment="文件名"),
        sa.Column("first_run", sa.Text(), nullable=False, comment="最早读到它的运行"),
        sa.ForeignKeyConstraint(["first_run"], ["jixiao_runs.id"], name="fk_jixiao_submissions_jixiao_runs"),
        sa.PrimaryKeyConstraint("year", "unit", "sha256", name="pk_jixiao_submissions"),
        comment="各单位报送的文件",
    )
    op.create_table(
        "jixiao_waivers",
        sa.Column("run", sa.Text(), nullable=False, comment="运行"),
        sa.Column("unit", sa.Text(), nullable=False, comment="单位代码"),
        sa.Column("number", sa.Integer(), nullable=False, comment="序号"),
        sa.Column("rule", sa.Text(), nullable=False, comment="规则"),
        sa.Column("sheet", sa.Text(), nullable=False, comment="表"),
        sa.Column("cell", sa.Text(), nullable=False, comment="单元格"),
        sa.Column("value", sa.Text(), nullable=False, comment="登记的值"),
        sa.Column("reason", sa.Text(), nullable=False, comment="理由"),
        sa.Column("approver", sa.Text(), nullable=False, comment="批准人"),
        sa.Column("expires", sa.Date(), nullable=False, comment="有效期至"),
        sa.Column("standing", sa.Text(), nullable=False, comment="生效、已过期、已失效、未用到"),
        sa.ForeignKeyConstraint(["run"], ["jixiao_runs.id"], name="fk_jixiao_waivers_jixiao_runs"),
        sa.PrimaryKeyConstraint("run", "unit", "number", name="pk_jixiao_waivers"),
        comment="每次运行所用的豁免",
    )
