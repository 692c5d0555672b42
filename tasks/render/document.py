"""The report before it has a format: numbered headings, paragraphs, tables and pictures of plain text.

The wording templates write a `Document` once (see `tasks/render/wording.py`); the DOCX, PDF and HTML
writers read it. Every string here is plain text: escaping belongs to the writers, each once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from tasks.render.attachments.model import Attachment
from tasks.render.drawing import Drawing

Align = Literal["left", "center", "right"]
ParagraphRole = Literal["body", "note", "attachment", "attachment_next", "signature", "date"]
RowRole = Literal["item", "of_which", "subtotal", "total"]


@dataclass(frozen=True)
class Heading:
    """A heading. Level 1 is 一、 level 2 （一） level 3 1. level 4 （1）; the number is part of `number`."""

    level: int
    number: str
    text: str
    anchor: str
    """Unique within the document, letters, digits and dashes: for links and bookmarks."""
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    `note` is small print under a table, `attachment` and `attachment_next` list what is attached, `signature`
    and `date` close the report.
    """

    text: str
    role: ParagraphRole = "body"
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class TableColumn:
    """A column of a printed table; `width` is its share of the text width in percent."""

    label: str
    align: Align
    width: int


@dataclass(frozen=True)
class TableRow:
    """A row of display strings, one for each column."""

    cells: tuple[str, ...]
    role: RowRole = "item"


@dataclass(frozen=True)
class Table:
    """A printed table with its caption (表一：…（单位：万元）)."""

    number: str
    caption: str
    unit: str
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    row_header: int = 1
    """Index of the column that names the row (for accessibility)."""
    kind: Literal["table"] = "table"

    @property
    def title(self) -> str:
        """The caption as printed."""
        return _title(self.number, self.caption, self.unit)


@dataclass(frozen=True)
class Picture:
    """A picture with its caption (图一：…（单位：万元）). Each writer draws it."""

    caption: str
    alt: str
    """What the picture shows, in full sentences with the main figures: for who cannot see it."""
    drawing: Drawing
    unit: str = ""
    width: int = 100
    """Share of the text width in percent."""
    number: str = ""
    kind: Literal["picture"] = "picture"

    @property
    def title(self) -> str:
        """The caption as printed."""
        return _title(self.number, self.caption, self.unit)


def _title(number: str, caption: str, unit: str) -> str:
    return f"{number}：{caption}{f'（单位：{unit}）' if unit else ''}"


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title_lines: tuple[str, ...]
    """The title as broken on the cover, e.g. ("2020年度长沙市大数据中心", "单位整体支出绩效自评报告")."""
    unit_name: str
    year: int
    date: str
    """As printed, e.g. 2021年3月15日."""
    date_iso: str
    """The same as YYYY-MM-DD: the only date that goes into file metadata, so that bytes repeat."""
    cover_mark: str
    """A mark on the cover such as 内部资料 不得公开; empty where there is none."""
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    """What follows the report, each on a page of its own."""

    @property
    def title(self) -> str:
        """The title on one line."""
        return "".join(self.title_lines)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the writers that read JSON."""
        data = asdict(replace(self, attachments=()))
        for block, plain in zip(self.blocks, data["blocks"], strict=True):
            if isinstance(block, Table | Picture):
                plain["title"] = block.title
        attachments = [attachment.as_dict() for attachment in self.attachments]
        return {**data, "title": self.title, "attachments": attachments}
