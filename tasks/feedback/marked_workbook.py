"""The unit's own workbook with what is wrong marked in it: coloured cells, each with a note.

The copy is made to be mended and handed in again: no sheet is added, no cell is touched, and marks of an
earlier run give way to those of this one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from expectations.contract import CONTRACT
from expectations.rules import Severity
from tasks.feedback import ooxml_boxes, ooxml_comments
from tasks.feedback.marks import FILLS, HEADING, Cell
from tasks.feedback.ooxml_comments import rewrite_notes
from tasks.feedback.ooxml_package import Parts
from tasks.feedback.ooxml_sheet import Sheet, is_marked
from tasks.feedback.ooxml_styles import add_fills
from tasks.findings import Finding
from tasks.pull.addresses import parse_address
from tasks.pull.survey import MAX_COLUMNS, MAX_ROWS
from tasks.pull.values import clean_text

MAX_CELLS = 500
"""Marked cells in a sheet: more, and the sheet as a whole needs another look; all are in the findings."""
MAX_FINDINGS = 6
"""Findings told in one note; it must fit onto the screen."""
_MAX_TEXT = 600

_LOG = logging.getLogger(__name__)
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_WORST_FIRST = tuple(FILLS)


@dataclass
class _Marks:
    """What is to be marked in one sheet: its findings by cell; those without a cell are said at A1."""

    coloured: dict[Cell, Severity] = field(default_factory=dict)
    notes: dict[Cell, list[Finding]] = field(default_factory=dict)

    @property
    def worst(self) -> Severity | None:
        found = {finding.severity for findings in self.notes.values() for finding in findings}
        return next((severity for severity in _WORST_FIRST if severity in found), None)


def marked_workbook(original: Path, findings: Sequence[Finding]) -> bytes | None:
    """A copy of a workbook with the cells of `findings` marked, as the bytes of a file.

    A finding without a cell but with a sheet is noted at A1 of the sheet; the tabs of marked sheets are
    coloured. What belongs to no sheet of the file is not marked. Formulas, their results, formats and notes
    of others stay; equal inputs give equal bytes.

    Returns None when there is nothing to mark, and for a file that cannot be marked.
    """
    try:
        return _mark(original.read_bytes(), findings)
    except Exception:  # all in memory: whatever goes wrong is wrong with the file, and the clerk has the list
        _LOG.warning("no marked copy of %s", original.name, exc_info=True)
        return None


def _mark(content: bytes, findings: Sequence[Finding]) -> bytes | None:
    parts = Parts(content)
    marks = _by_sheet(findings, parts.sheets)
    if not marks:
        return None
    severities = [s for s in FILLS if any(s in sheet.coloured.values() for sheet in marks.values())]
    styles, numbers = add_fills(parts.read(parts.styles), [FILLS[severity] for severity in severities])
    parts.write(parts.styles, styles)
    formats = dict(zip(severities, numbers, strict=True))
    labels = {table.label for table in CONTRACT.tables}
    for name, part in parts.sheets.items():
        if name in marks or clean_text(name) in labels:  # others were never marked
            _mark_sheet(parts, part, marks.get(name, _Marks()), formats)
    return parts.pack()


def _by_sheet(findings: Sequence[Finding], sheets: Mapping[str, str]) -> dict[str, _Marks]:
    found: dict[str, _Marks] = {}
    for finding in findings:
        cell = _cell(finding)
        if finding.sheet not in sheets or cell is None:
            continue
        marks = found.setdefault(finding.sheet, _Marks())
        if cell not in marks.notes and len(marks.notes) == MAX_CELLS:
            continue
        marks.notes.setdefault(cell, []).append(finding)
        if finding.cell:
            worst = min(finding.severity, marks.coloured.get(cell, finding.severity), key=_WORST_FIRST.index)
            marks.coloured[cell] = worst
    return found


def _cell(finding: Finding) -> Cell | None:
    """Where the note of a finding goes; None for a place that is no single cell."""
    try:
        row, column = parse_address(finding.cell or "A1")
    except ValueError:
        return None
    return (row, column) if 1 <= row <= MAX_ROWS and column <= MAX_COLUMNS else None


def _mark_sheet(parts: Parts, part: str, marks: _Marks, formats: Mapping[Severity, int]) -> None:
    content, related = parts.read(part), parts.related(part)
    comments = next((name for kind, name in related.values() if kind == "comments"), "")
    texts = parts.read(comments) if comments else b""
    if not (marks.notes or is_marked(content) or HEADING.encode() in texts):
        return
    sheet = Sheet(content)
    cells = {n: [c for c, s in marks.coloured.items() if s is severity] for severity, n in formats.items()}
    sheet.colour_cells({number: sorted(places) for number, places in cells.items() if places})
    sheet.colour_tab(FILLS[marks.worst] if marks.worst else "")
    if not comments and marks.notes:
        _, comments = parts.add_related(part, "comments", "xl/comments{}.xml")
        parts.declare(comments, _COMMENTS)
        texts = ooxml_comments.EMPTY
    if comments:
        notes = rewrite_notes(texts, {cell: _note(found) for cell, found in marks.notes.items()})
        parts.write(comments, notes.content)
        boxes = related.get(sheet.drawing, ("", ""))[1]
        shapes = parts.read(boxes) if boxes else ooxml_boxes.EMPTY
        if not boxes and notes.shown:
            key, boxes = parts.add_related(part, "vmlDrawing", "xl/drawings/vmlDrawing{}.vml")
            parts.declare(".vml", _VML)
            sheet.refer_to_drawing(key)
        if boxes:
            shapes = ooxml_boxes.redraw_boxes(shapes, notes.gone, notes.shown, sheet.extents)
            parts.write(boxes, shapes)
    parts.write(part, sheet.content)


def _note(findings: Sequence[Finding]) -> str:
    told = [_told(finding) for finding in findings[:MAX_FINDINGS]]
    if findings[MAX_FINDINGS:]:
        told.append(f"另有 {len(findings) - MAX_FINDINGS} 条，见核对结果。")
    return "\n".join(told)


def _told(finding: Finding) -> str:
    said = (clean_text(text)[:_MAX_TEXT].rstrip("。") for text in (finding.message, finding.remedy))
    return f"{finding.severity} {clean_text(finding.rule)}：" + "。\n怎么改：".join(said) + "。"
