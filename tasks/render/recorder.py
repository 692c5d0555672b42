"""Record the blocks of a report as the wording calls for them, and number headings, tables and pictures."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace

from tasks.errors import ExplainedError
from tasks.render.document import (
    Align,
    Block,
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
from tasks.render.phrases import without_end_mark

BLOCKS = ("section", "part", "point", "p", "table", "picture", "ref")
"""What the templates may call."""
_BREAK = re.compile(r"[ \t]*\n[ \t\n]*")


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
        whole = without_end_mark(_join(text))
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
