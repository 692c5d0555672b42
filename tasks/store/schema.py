"""The tables of the store. A change here needs a migration (`tasks/store/migrations/versions/`).

Amounts are integer 分, rates hundredths of a percent, as everywhere. All names begin with `jixiao_`, so that
the store may share a database with others.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
)

REVISION_TABLE = "jixiao_revision"
"""Which migration the database is at. Prefect's own table of this kind has Alembic's usual name."""


class Moment(TypeDecorator[dt.datetime]):
    """A point in time, UTC in every database: SQLite knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """From UTC, which SQLite does not say."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or dt.UTC).astimezone(dt.UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _text(name: str, comment: str) -> Column[Any]:
    return Column(name, Text, nullable=False, comment=comment)


def _number(name: str, comment: str, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=nullable, comment=comment)


def _figure(name: str, comment: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=True, comment=comment)


def _json(name: str, comment: str, nullable: bool = False) -> Column[Any]:
    return Column(name, JSON(none_as_null=True), nullable=nullable, comment=comment)


def _run(name: str = "run", comment: str = "运行") -> Column[Any]:
    return Column(name, Text, ForeignKey("jixiao_runs.id"), nullable=False, comment=comment)


runs = Table(
    "jixiao_runs",
    metadata,
    Column("id", Text, primary_key=True, comment="Prefect 运行编号.第几次"),
    _text("flow_run", "Prefect 运行编号"),
    _number("attempt", "第几次（重试一次加一）"),
    _number("year", "预算年度"),
    _json("asked", "指定的单位代码；空为全部单位", nullable=True),
    _text("source", "由什么发起"),
    _text("reason", "重跑原因"),
    _text("program", "程序版本"),
    Column("started", Moment, nullable=False, comment="开始时间"),
    Column("ended", Moment, nullable=True, comment="结束时间；中断的为空"),
    _text("state", "全部发布、部分未发布、运行出错、已中断"),
    _text("message", "说明"),
    Index(None, "year", "started"),
    comment="每次运行",
)

results = Table(
    "jixiao_results",
    metadata,
    _run(),
    _text("unit", "单位代码"),
    _text("name", "单位名称"),
    _text("state", "已发布、无变化、未通过核对、处理出错"),
    _text("error", "处理出错的原因"),
    _number("version", "版本；没有发布的为空", nullable=True),
    Column("input_sha256", Text, nullable=True, comment="报送文件的校验值；没有读到的为空"),
    PrimaryKeyConstraint("run", "unit"),
    Index(None, "unit"),
    comment="每次运行中每个单位的结果",
)

submissions = Table(
    "jixiao_submissions",
    metadata,
    _number("year", "预算年度"),
    _text("unit", "单位代码"),
    _text("sha256", "文件内容的校验值"),
    Column("size", BigInteger, nullable=False, comment="字节数"),
    _text("file_name", "文件名"),
    _run("first_run", "最早读到它的运行"),
    PrimaryKeyConstraint("year", "unit", "sha256"),
    comment="各单位报送的文件",
)

versions = Table(
    "jixiao_versions",
    metadata,
    _number("year", "预算年度"),
    _text("unit", "单位代码"),
    _number("number", "版本"),
    _text("made_by", "生成该版本的 Prefect 运行编号"),
    _text("identity", "版本内容的校验值"),
    _text("input_sha256", "所依据的报送文件"),
    _json("files", "各文件的校验值和字节数"),
    _json("changes", "与上一版相比的变化"),
    _json("programs", "程序、规则、模板的版本"),
    # Numbers begin again where an output folder is given up: the run tells such versions apart.
    PrimaryKeyConstraint("year", "unit", "number", "made_by"),
    comment="已发布的版本",
)

indicators = Table(
    "jixiao_indicators",
    metadata,
    _number("year", "预算年度"),
    _text("unit", "单位代码"),
    _number("version", "版本"),
    _text("made_by", "生成该版本的 Prefect 运行编号"),
    _text("code", "指标代码"),
    _figure("numerator", "分子（分、人、项）"),
    _figure("denominator", "分母（分、人、项）"),
    _figure("rate_bp", "比率（万分之一）；基数为零或有缺项的为空"),
    _figure("last_rate_bp", "上年比率（万分之一）"),
    _text("missing", "缺少的数据"),
    PrimaryKeyConstraint("year", "unit", "version", "made_by", "code"),
    ForeignKeyConstraint(
        ["year", "unit", "version", "made_by"],
        [versions.c.year, versions.c.unit, versions.c.number, versions.c.made_by],
    ),
    comment="已发布版本的各项指标",
)

findings = Table(
    "jixiao_findings",
    metadata,
    _run(),
    _text("unit", "单位代码"),
    _number("number", "序号，先改的在前"),
    _text("rule", "规则"),
    _text("severity", "错误、提醒、提示"),
    _text("file", "文件名"),
    _text("sheet", "表"),
    _text("cell", "单元格"),
    _text("value", "现值；涉密项目的不记"),
    _text("expected", "应为"),
    _text("message", "问题"),
    _text("remedy", "怎么改"),
    Column("waived", Boolean, nullable=False, comment="是否已豁免"),
    PrimaryKeyConstraint("run", "unit", "number"),
    comment="每次运行的核对结果",
)

waivers = Table(
    "jixiao_waivers",
    metadata,
    _run(),
    _text("unit", "单位代码"),
    _number("number", "序号"),
    _text("rule", "规则"),
    _text("sheet", "表"),
    _text("cell", "单元格"),
    _text("value", "登记的值"),
    _text("reason", "理由"),
    _text("approver", "批准人"),
    Column("expires", Date, nullable=False, comment="有效期至"),
    _text("standing", "生效、已过期、已失效、未用到"),
    PrimaryKeyConstraint("run", "unit", "number"),
    comment="每次运行所用的豁免",
)

TABLES = {
    table.name.removeprefix("jixiao_"): table
    for table in (runs, results, submissions, versions, indicators, findings, waivers)
}
"""Short name → table; what is referred to comes first."""
