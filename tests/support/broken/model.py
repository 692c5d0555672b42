"""What a submission that breaks rules on purpose is made of. Places are written `sheet!cell`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import openpyxl

from tests.support.workbooks import Records

Change = Callable[[Records], None]
Edit = Callable[[openpyxl.Workbook], None]
Expected = tuple[tuple[str, str], ...]
"""(rule code, place) of each finding."""


@dataclass(frozen=True)
class Broken:
    """One submission: a real unit's records with `changes`, its workbook with `edits`; what is found.

    A name that begins with the code of a rule says that the submission breaks that rule and no other one.
    """

    name: str
    unit: str
    changes: tuple[Change, ...]
    expected: Expected
    edits: tuple[Edit, ...] = ()
    file: Callable[[bytes], bytes] | None = None
    """What becomes of the file, in ways that no spreadsheet program knows."""
    entry: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Fields of the unit's entry in the registry that differ."""
    because: str = ""
    """Why the rule cannot be broken without the others that `expected` names."""
    companions: tuple[Broken, ...] = ()
    """Units that it can only be judged beside; they are below it in the registry."""
    is_same_file: bool = False
    """As a companion: whether it hands in the very file of the unit that it accompanies."""
    last: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Fields of its entry in last year's ledger that are not empty."""

    @property
    def code(self) -> str:
        """The code of the rule that it is about; of no rule where it is about something else."""
        return self.name.partition(" ")[0]


def one(code: str, unit: str, place: str, *changes: Change) -> Broken:
    """A submission that breaks one rule in one place, and nothing else."""
    return Broken(code, unit, changes, ((code, place),))


def misread(
    name: str, place: str, *edits: Edit, unit: str = "dsjzx", changes: tuple[Change, ...] = ()
) -> Broken:
    """A submission with one thing that reading complains about; the name begins with the code."""
    return Broken(name, unit, changes, ((name.split()[0], place),), edits)
