"""The free text of a submission, cell by cell and paragraph by paragraph, each with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from expectations.contract import CONTRACT
from tasks.pull import Submission, Trouble

_FREE_TEXT = {
    "projects": ("description", "result"),
    "problems": ("title", "problem", "measure"),
    "narratives": ("heading", "subheading", "text"),
    "targets": ("deviation",),
    "declarations": ("reason",),
    "disposals": ("note",),
    "checklist": ("grounds",),
    "supplement": ("excluded_reason",),
}
_COMPARED = ("projects", "problems", "narratives")
"""What units write themselves: grounds and reasons may well be the same."""
_NOT_WORDS = re.compile(r"[\W_]+")
_LEAST = 30
"""Characters of a paragraph that two units do not write alike by chance."""


@dataclass(frozen=True)
class Passage:
    """One cell of free text, with its place."""

    table: str
    column: str
    label: str
    sheet: str
    cell: str
    row: int
    text: str

    def trouble(self, problem: str, value: str, expected: str = "", detail: str = "") -> Trouble:
        """What is wrong with it."""
        place = (self.table, self.column, self.sheet, self.cell, self.row, self.label)
        return Trouble(problem, *place, value, expected, detail)


def passages(submission: Submission) -> Iterator[Passage]:
    """All free text of a submission."""
    for table, columns in _FREE_TEXT.items():
        placement = submission.placements.get(table)
        for row in submission.rows.get(table, ()):
            for column in columns:
                text = row.get(column)
                if placement and isinstance(text, str):
                    cell = placement.address(column, row["sheet_row"])
                    label = CONTRACT[table][column].label
                    yield Passage(table, column, label, placement.sheet, cell, row["sheet_row"], text)


def paragraphs(submission: Submission) -> Iterator[tuple[str, Passage, str]]:
    """Yield (fingerprint, passage, paragraph) of all paragraphs long enough to be compared.

    A fingerprint does not see spaces and punctuation. What may be classified has none.
    """
    hidden = {
        row["sheet_row"]
        for row in submission.rows.get("projects", ())
        if row.get("is_classified") is not False
    }
    for passage in passages(submission):
        if passage.table not in _COMPARED or (passage.table == "projects" and passage.row in hidden):
            continue
        for paragraph in passage.text.split("\n"):
            words = _NOT_WORDS.sub("", paragraph)
            if len(words) >= _LEAST:
                yield hashlib.blake2b(words.encode(), digest_size=8).hexdigest(), passage, paragraph
