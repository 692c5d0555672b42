"""What operators fill in when they start a run by hand, and how a wrong entry is refused.

Prefect makes the form from the model: a field's title is its label, its description the help below it. The
server would refuse a wrong entry in English; so it is told not to, and the flow refuses it in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from tasks.clock import today
from tasks.errors import ExplainedError
from tasks.pull import RegisteredUnit

_FIRST_YEAR = 2000
_CONFIG = ConfigDict(extra="forbid", str_strip_whitespace=True)
_offered: ContextVar[tuple[str, ...]] = ContextVar("offered", default=())


class RefusedError(ExplainedError):
    """A form was filled in wrongly; the message is for the operator."""


def _year(year: int) -> int:
    if not _FIRST_YEAR <= year <= 9999:
        raise ValueError(f"应为四位数字，如 2020；现为 {year}")
    if year > (this_year := today().year):
        raise ValueError(f"不能晚于今年（{this_year}）；现为 {year}")
    return year


@contextmanager
def offering(units: Sequence[RegisteredUnit]) -> Iterator[None]:
    """Within the block, forms are made with a list of units to choose from: “dsjzx 长沙市大数据中心”."""
    token = _offered.set(names_of(units))
    try:
        yield
    finally:
        _offered.reset(token)


def names_of(units: Sequence[RegisteredUnit]) -> tuple[str, ...]:
    """The units that can be chosen, as they are offered: those whose entry in the registry has no fault."""
    return tuple(f"{unit.code} {unit.name}" for unit in units if not unit.fault)


def code_of(chosen: object) -> str:
    """The code of a unit as it was chosen or typed: what comes before the first blank."""
    return next(iter(str(chosen).split()), "")


def _codes(chosen: list[str]) -> list[str]:
    found = sorted({code_of(unit) for unit in chosen} - {""})
    if not found:
        raise ValueError("至少填一个单位代码")
    return found


def _choices(schema: dict[str, Any]) -> None:
    if units := _offered.get():
        schema["items"]["enum"] = list(units)
        schema["uniqueItems"] = True


def _one_field(schema: dict[str, Any]) -> None:
    """A number that may be left out is one field of the form, not a choice between a number and nothing."""
    schema.pop("anyOf", None)
    schema["type"] = "integer"


Year = Annotated[int, AfterValidator(_year)]
_OPTIONAL_YEAR: Any = Field(
    default=None,
    title="预算年度",
    description="四位数字，如 2020。留空为上一年度。",
    json_schema_extra=_one_field,
)


class AnnualForm(BaseModel):
    """全部单位的年终自评。"""

    model_config = _CONFIG

    year: Year | None = _OPTIONAL_YEAR


class RerunForm(BaseModel):
    """只重跑几个单位，其他单位的报告不受影响。"""

    model_config = _CONFIG

    year: Year = Field(title="预算年度", description="四位数字，如 2020。", examples=[2020])
    units: Annotated[list[str], AfterValidator(_codes)] = Field(
        title="单位",
        description="单位名录中的单位（或其单位代码），可选一个或多个。",
        examples=[["dsjzx"]],
        json_schema_extra=_choices,
    )
    reason: str = Field(
        min_length=1,
        max_length=200,
        title="重跑原因",
        description="如：项目支出表已更正。记入本次运行的日志。",
    )


class RemindForm(BaseModel):
    """向尚未报送（或报送的文件无法读取）的单位发催报邮件，每个单位每天一次。"""

    model_config = _CONFIG

    year: Year | None = _OPTIONAL_YEAR


def _headed(title: str, **default: Any) -> Any:
    return Field(json_schema_extra={"title": title}, **default)


# Defaults of the flows' parameters. Prefect puts the parameter's name over a title given in any other way.
ANNUAL = _headed("年终批量", default=AnnualForm())
RERUN = _headed("单位重跑")
REMIND = _headed("催报", default=RemindForm())

Form = TypeVar("Form", bound=BaseModel)


def check_form(kind: type[Form], filled: Any) -> Form:
    """The form with typed values; `filled` is what Prefect hands to a flow that checks its parameters itself.

    Raises RefusedError that names every wrong entry.
    """
    if isinstance(filled, FieldInfo):  # nothing was given: the parameter's default came through as declared
        filled = filled.default if isinstance(filled.default, BaseModel) else {}
    try:
        return kind.model_validate(filled.model_dump() if isinstance(filled, BaseModel) else filled)
    except ValidationError as error:
        raise RefusedError("；".join(_problem(kind, item) for item in error.errors())) from None


def _problem(kind: type[BaseModel], item: Any) -> str:
    name = str(item["loc"][0]) if item["loc"] else ""
    field = kind.model_fields.get(name)
    label = field.title if field and field.title else name or "表单"
    if item["type"] == "value_error":
        return f"“{label}”{item['ctx']['error']}"
    expected = "四位数字，如 2020" if name == "year" else "文字"
    return f"“{label}”" + {
        "missing": "没有填写",
        "string_too_short": "没有填写",
        "string_too_long": "过长，应在 200 字以内",
        "extra_forbidden": "不是本表单的内容",
        "list_type": "应为单位代码的列表",
    }.get(item["type"], f"应为{expected}；现为 {item['input']}")
