"""What reading could not make sense of, addressed to the cell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """One problem met while reading one unit's submission.

    `problem` names a rule of `expectations/rules/reading.py`; the other fields are what its message shows.
    """

    problem: str
    table: str = ""
    column: str = ""
    sheet: str = ""
    cell: str = ""
    row: int = 0
    label: str = ""
    value: str = ""
    expected: str = ""
    detail: str = ""


class ReadingError(Exception):
    """The whole file (or registry entry) cannot be used; carries the trouble to report."""

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}")
        self.trouble = Trouble(problem, detail=detail)
