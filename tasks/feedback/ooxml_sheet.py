"""Marks in a worksheet part: coloured cells, a coloured tab, and the link to the boxes of its notes.

Cells are coloured by a conditional format, never by their own: the cells stay as they are byte for byte, with
formulas, results and formats, cells that do not exist need not be made, and a mark can be taken off again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tasks.feedback.marks import FILLS, SIGN, Cell
from tasks.feedback.ooxml_extents import Extents
from tasks.feedback.ooxml_package import MAIN, OFFICE
from tasks.feedback.xml_document import Document, Element
from tasks.pull.addresses import column_letters

_TAB_COLOURS = [f"FF{rgb}" for rgb in FILLS.values()]
_ORDER = re.findall(
    r"\w+",
    """
    sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges
    scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr
    conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks
    colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing
    """,
)
"""The schema prescribes the order of what a worksheet holds, and Excel insists on it."""


def is_marked(content: bytes) -> bool:
    """Whether a worksheet part bears a mark of ours, on cells or on its tab."""
    return any(sign.encode() in content for sign in (SIGN, *_TAB_COLOURS))


class Sheet:
    """A worksheet part that is being marked."""

    def __init__(self, content: bytes) -> None:
        """Parse the part.

        Raises ValueError when it is malformed or not of the usual kind (such as Strict Open XML).
        """
        self._document = Document(content, 2, opaque="sheetData")
        self.root = self._document.root
        namespace = self.root.attributes.get(f"xmlns:{self._prefix}".rstrip(":"))
        if self.root.name != "worksheet" or namespace != MAIN:
            raise ValueError("not a worksheet as Excel and WPS write it")

    @property
    def content(self) -> bytes:
        """The part with all marks."""
        return self._document.content

    @property
    def extents(self) -> Extents:
        """How wide the columns are and how high the rows."""
        data = self.root.first("sheetData")
        return Extents(self.root, self._document.inside(data) if data else b"")

    @property
    def drawing(self) -> str:
        """The id of the relationship to the boxes of the notes, empty when there is none."""
        drawing = self.root.first("legacyDrawing")
        attributes = drawing.attributes if drawing else {}
        return next((value for name, value in attributes.items() if name.endswith(":id")), "")

    def refer_to_drawing(self, key: str) -> None:
        """Say where the boxes of the notes are; for a sheet that had none."""
        xml = f'<{self._prefix}legacyDrawing xmlns:r="{OFFICE}" r:id="{key}"/>'
        self._document.insert(self._place_of("legacyDrawing"), xml)

    def colour_cells(self, cells: Mapping[int, Sequence[Cell]]) -> None:
        """Colour cells with differential formats (by number); marks of earlier runs go."""
        highest = 0
        for block in self.root.all("conditionalFormatting"):
            others = [rule for rule in block.children if not self._is_ours(rule)]
            highest = max([highest, *(int(rule.attributes.get("priority", 0)) for rule in others)])
            for gone in [rule for rule in block.children if rule not in others] if others else [block]:
                self._document.remove(gone)
        p = self._prefix
        for priority, (number, places) in enumerate(cells.items(), start=highest + 1):
            area = " ".join(f"{column_letters(column)}{row}" for row, column in places)
            opening = f'<{p}cfRule type="expression" dxfId="{number}" priority="{priority}">'
            rule_xml = f'{opening}<{p}formula>ISTEXT("{SIGN}")</{p}formula></{p}cfRule>'  # always true
            tag = f"{p}conditionalFormatting"
            xml = f'<{tag} sqref="{area}">{rule_xml}</{tag}>'
            self._document.insert(self._place_of("conditionalFormatting"), xml)

    def colour_tab(self, rgb: str) -> None:
        """Colour the tab, or with an empty `rgb` take off the colour that an earlier run gave it.

        A colour that somebody else chose stays.
        """
        properties = self.root.first("sheetPr")
        old = properties.first("tabColor") if properties else None
        if old and old.attributes.get("rgb") not in _TAB_COLOURS:
            return
        if old:
            self._document.remove(old)
        if not rgb:
            return
        p = self._prefix
        tab = f'<{p}tabColor rgb="FF{rgb}"/>'
        if properties is None:
            self._document.insert(self.root.inside.start, f"<{p}sheetPr>{tab}</{p}sheetPr>")
        elif properties.is_closed_at_once:
            self._document.append(properties, tab)
        else:
            self._document.insert(properties.inside.start, tab)

    @property
    def _prefix(self) -> str:
        return self._document.root.prefix

    def _place_of(self, name: str) -> int:
        """Where an element of that name may be inserted."""
        before = _ORDER[: _ORDER.index(name) + 1]
        return max((c.end for c in self.root.children if c.name in before), default=self.root.inside.start)

    def _is_ours(self, rule: Element) -> bool:
        return SIGN.encode() in self._document.inside(rule)
