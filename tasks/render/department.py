"""The report of a department: its values written once by the wording of `templates/department/`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tasks.render.document import Document
from tasks.render.phrases import chinese_date
from tasks.render.wording import write_blocks


def write_department(values: Mapping[str, Any]) -> Document:
    """Write a department's report from its values (see `tasks/department/values.py`).

    Raises WordingError or jinja2.TemplateError when a template is wrong.
    """
    year, reported_on = values["year"], values["reported_on"]
    date = chinese_date(dt.date.fromisoformat(reported_on)) if reported_on else ""
    return Document(
        title_lines=(f"{year}年度{values['name']}", "部门整体支出绩效自评汇总报告"),
        unit_name=f"{values['name']}（含所属单位）",
        year=year,
        date=date,
        date_iso=reported_on or f"{year}-12-31",  # only imported figures, which have no report of ours
        cover_mark="内部资料　注意保存" if values["has_classified"] else "",
        blocks=write_blocks("department", {**values, "date": date}),
    )
