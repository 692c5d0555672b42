"""Write the report once: wording templates and one unit's values make a `Document`.

The templates in `templates/report/wording/` hold every sentence. They call `section`, `part`, `point`, `p`,
`table` …, which record blocks of plain text; what a template would print outside of these is an error, so
that no sentence can get lost. Text that units supply arrives as values and is never a template.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

import templates
from tasks.money import percent, wan, wan_cell, yuan
from tasks.render import sums
from tasks.render.attachments import Attachment, build_attachments
from tasks.render.document import Block, Document
from tasks.render.phrases import (
    against_last_year,
    chinese_date,
    heading_text,
    paragraphs,
    quoted,
    sentence,
    surplus,
    thousands,
    titled,
)
from tasks.render.pictures import execution_by_item, execution_by_project, series, units_compared
from tasks.render.recorder import BLOCKS, Recorder, WordingError
from tasks.score.earned import shown_points
from tasks.values import Values
from tasks.years import year_settings

TEMPLATES = Path(templates.__file__).parent


@cache
def _environment(kind: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([TEMPLATES / kind / "wording", TEMPLATES / "shared"]),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  the result is plain text; the writers escape, each once
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    environment.filters |= {
        "wan": wan,
        "wan_cell": wan_cell,
        "yuan": yuan,
        "percent": percent,
        "date": chinese_date,
        "sentence": sentence,
        "paragraphs": paragraphs,
        "heading_text": heading_text,
        "thousands": thousands,
        "points": shown_points,
        "surplus": surplus,
        "against_last_year": against_last_year,
        "quoted": quoted,
        "titled": titled,
        **sums.FILTERS,
    }
    environment.globals |= {
        "execution_by_item": execution_by_item,
        "execution_by_project": execution_by_project,
        "series": series,
        "units_compared": units_compared,
    }
    return environment


def write_report(values: Values) -> Document:
    """Write one unit's report from its values (see `tasks/values.py`).

    Raises AttachmentSettingsError for a wrong list of attachments, WordingError or jinja2.TemplateError when
    a template is wrong: a fault of ours, not of the unit.
    """
    attachments = build_attachments(values)
    blocks = write_blocks("report", values, attached=_attached(attachments))
    profile = values["profile"]
    return Document(
        title_lines=_title(values),
        unit_name=profile["name"],
        year=values["year"],
        date=chinese_date(profile["reported_on"]),
        date_iso=profile["reported_on"].isoformat(),
        cover_mark="内部资料　注意保存" if any(p["is_classified"] for p in values["projects"]) else "",
        blocks=blocks,
        attachments=attachments,
    )


_STATES = {"none": "（不涉及）", "separate": "（另行报送）"}


def _attached(attachments: Iterable[Attachment]) -> list[str]:
    """The lines of 附件说明: one for each number, no mark after the name."""
    lines = {one.number.partition("-")[0]: f"{one.title}{_STATES.get(one.state, '')}" for one in attachments}
    return [f"{number}.{name}" for number, name in lines.items()]


def write_blocks(kind: str, values: Values, **more: Any) -> tuple[Block, ...]:
    """Write what stands below the cover: `templates/<kind>/wording/report.j2` filled with the values.

    `more`: what the templates of the kind ask for besides. Raises as `write_report`.
    """
    recorder = Recorder()
    template = _environment(kind).get_template("report.j2")
    functions = {name: getattr(recorder, name) for name in BLOCKS}
    printed = template.render(**values, **functions, **more, settings=year_settings(values["year"]))
    if stray := printed.strip():
        raise WordingError(f"措辞模板在段落之外输出了文字：{stray[:80]}")
    return recorder.resolved()


def _title(values: Values) -> tuple[str, str]:
    """部门 for a department, 单位 for a unit below one: the report's name follows from what the unit is."""
    profile = values["profile"]
    scope = "单位" if profile["parent"] else "部门"
    return f"{values['year']}年度{profile['name']}", f"{scope}整体支出绩效自评报告"
