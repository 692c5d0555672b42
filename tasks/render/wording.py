"""Write the report once: wording templates and one unit's values make a `Document`.

The templates in `templates/report/wording/` hold every sentence. They call `section`, `part`, `point`, `p`,
`table` …, which record blocks of plain text; what a template would print outside of these is an error, so
that no sentence can get lost. Text that units supply arrives as values and is never a template.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

import templates
from tasks.errors import ExplainedError
from tasks.money import percent, wan, wan_cell, yuan
from tasks.render import sums
from tasks.render.attachments import Attachment, build_attachments
from tasks.render.document import (
    Align,
    Block,
    Document,
    Heading,
    Paragraph,
    ParagraphRole,
    Picture,
    RowRole,
    Table,
    TableColumn,
    TableRow,
)
from tasks.render.numbering import chinese_number, heading_number
from tasks.render.pictures import execution_by_item, execution_by_project, series, units_compared
from tasks.score.earned import shown_points
from tasks.values import Values
from tasks.years import year_settings

TEMPLATES = Path(templates.__file__).parent
_BREAK = re.compile(r"[ \t]*\n[ \t\n]*")
_DIGITS = re.compile(r"(-?)([1-9]\d{3,})(\.\d+)?")
_ENUMERATION = re.compile(
    r"(?:[一二三四五六七八九十]+、|[（(](?:[一二三四五六七八九十]+|\d+)[）)]|\d+[、．]|\d+\.(?!\d))\s*"
)
"""A number that a unit typed in front of a heading: （一） 二、 3."""
_BLOCKS = ("section", "part", "point", "p", "table", "picture", "ref")
_END_MARKS = "。！？…：.!?:"
_DANGLING = "，、；,;"
_CLOSING = "”’）)》〉」』】"
_INNER_QUOTES = str.maketrans("“”", "‘’")
_INNER_TITLES = str.maketrans("《》", "〈〉")


class WordingError(ExplainedError):
    """A template printed text outside of a block, or refers to a table or picture that is not there."""


class Recorder:
    """Collects the blocks that the wording writes, and numbers them."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._counters = [0, 0, 0, 0]
        self._tables: dict[str, str] = {}
        self._pictures: dict[str, str] = {}
        # A table's or picture's number is known only when it is reached, so a reference is a mark at first.
        # No text of a unit can hold the mark: nobody can guess it.
        self._mark = f"\0{secrets.token_hex(8)}\0"
        self._reference = re.compile(f"{self._mark}(\\w+)\0")

    def heading(self, level: int, text: str) -> str:
        """Record a heading; its number follows from those before it, and no punctuation from its end."""
        whole = _bare(_join(text))
        self._counters[level - 1] += 1
        self._counters[level:] = [0] * (4 - level)
        anchor = "s" + "-".join(str(number) for number in self._counters[:level])
        self.blocks.append(Heading(level, heading_number(level, self._counters[level - 1]), whole, anchor))
        return ""

    def section(self, text: str) -> str:
        """一、"""
        return self.heading(1, text)

    def part(self, text: str) -> str:
        """（一）"""
        return self.heading(2, text)

    def point(self, text: str) -> str:
        """1."""
        return self.heading(3, text)

    def p(self, text: str = "", role: ParagraphRole = "body", caller: Callable[[], str] | None = None) -> str:
        """Record a paragraph, given as text or, when it is long, as a `call` block around it."""
        whole = _join(caller() if caller else text)
        if whole:
            self.blocks.append(Paragraph(whole, role))
        return ""

    def table(
        self,
        key: str,
        caption: str,
        columns: Iterable[tuple[str, Align, int]],
        rows: Iterable[tuple[RowRole, Iterable[str | None]]],
        unit: str = "",
        row_header: int = 1,
    ) -> str:
        """Record a table. `columns`: (label, align, width in percent); `rows`: (role, cells)."""
        number = f"表{chinese_number(len(self._tables) + 1)}"
        self._tables[key] = number
        self.blocks.append(
            Table(
                number,
                caption,
                unit,
                tuple(TableColumn(*column) for column in columns),
                tuple(TableRow(tuple(_join(cell or "") for cell in cells), role) for role, cells in rows),
                row_header,
            )
        )
        return ""

    def picture(self, key: str, picture: Picture) -> str:
        """Record a picture under its number; `key` must not be that of a table."""
        number = f"图{chinese_number(len(self._pictures) + 1)}"
        self._pictures[key] = number
        self.blocks.append(replace(picture, number=number))
        return ""

    def ref(self, key: str) -> str:
        """The number of a table or picture, wherever in the report it stands: 表三, 图一."""
        return f"{self._mark}{key}\0"

    def resolved(self) -> tuple[Block, ...]:
        """The blocks with references to tables and pictures filled in."""
        return tuple(
            Paragraph(self._reference.sub(self._number_of, block.text), block.role)
            if isinstance(block, Paragraph) and self._mark in block.text
            else block
            for block in self.blocks
        )

    def _number_of(self, match: re.Match[str]) -> str:
        try:
            return (self._tables | self._pictures)[match[1]]
        except KeyError:
            raise WordingError(f"措辞模板引用了不存在的表或图：{match[1]}") from None


def _join(text: str) -> str:
    """Template lines make one line: Chinese has no space to break at."""
    return _BREAK.sub("", text).strip()


def chinese_date(date: dt.date) -> str:
    """2021-03-05 → 2021年3月5日: arabic, no leading zero (GB/T 9704)."""
    return f"{date.year}年{date.month}月{date.day}日"


def sentence(text: str | None) -> str:
    """A text that ends as a sentence: 。 is put where the unit left it out or typed a comma."""
    text = (text or "").rstrip().rstrip(_DANGLING)
    inner = text.rstrip(_CLOSING)
    return text if not text or inner.endswith(tuple(_END_MARKS)) else f"{text}。"


def paragraphs(text: str | None) -> list[str]:
    """The lines of a text that a unit typed into one cell, each as a sentence."""
    return [sentence(line) for line in (text or "").split("\n") if line.strip()]


def heading_text(text: str) -> str:
    """A heading that a unit typed, without number or punctuation: numbers come from the outline."""
    typed = _ENUMERATION.match(text)
    return _bare((text[typed.end() :] or text) if typed else text)


def _bare(text: str) -> str:
    return text.rstrip(_END_MARKS + _DANGLING) or text


def thousands(value: int | str | None) -> str:
    """1625 → 1,625; words and numbers below 1000 stay as they are."""
    text = "" if value is None else str(value)
    number = _DIGITS.fullmatch(text)
    return f"{number[1]}{int(number[2]):,}{number[3] or ''}" if number else text


def surplus(fen: int) -> str:
    """结余1.00万元, or 超支1.00万元 for what is below zero."""
    return f"{'超支' if fen < 0 else '结余'}{wan(abs(fen))}万元"


def against_last_year(rate_bp: int) -> str:
    """A rate of change in words: 比上年增长3.97%."""
    if rate_bp == 0:
        return "与上年持平"
    return f"比上年{'增长' if rate_bp > 0 else '下降'}{percent(abs(rate_bp))}"


def quoted(text: str) -> str:
    """A text in quotation marks; those inside become single ones."""
    return f"“{text.translate(_INNER_QUOTES)}”"


def titled(text: str) -> str:
    """A text in title marks; those inside become single ones."""
    return f"《{text.translate(_INNER_TITLES)}》"


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
    functions = {name: getattr(recorder, name) for name in _BLOCKS}
    printed = template.render(**values, **functions, **more, settings=year_settings(values["year"]))
    if stray := printed.strip():
        raise WordingError(f"措辞模板在段落之外输出了文字：{stray[:80]}")
    return recorder.resolved()


def _title(values: Values) -> tuple[str, str]:
    """部门 for a department, 单位 for a unit below one: the report's name follows from what the unit is."""
    profile = values["profile"]
    scope = "单位" if profile["parent"] else "部门"
    return f"{values['year']}年度{profile['name']}", f"{scope}整体支出绩效自评报告"
