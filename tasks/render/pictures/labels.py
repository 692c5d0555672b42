"""Labels of pictures: short enough for their place, and never the name of a classified project."""

from __future__ import annotations

from unicodedata import east_asian_width

CLASSIFIED = "涉密项目"
_ROOM = 64
"""Half-width characters that a label has: nearly two lines of its column."""


def short(label: str) -> str:
    """A label cut to the room it has; the table has it in full."""
    width = 0
    for index, character in enumerate(label):
        width += 2 if east_asian_width(character) in "WFA" else 1
        if width > _ROOM:
            return f"{label[: index - 1]}…"
    return label
