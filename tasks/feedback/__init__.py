"""Feedback: what the finance clerk of a unit gets back when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tasks.feedback.findings_workbook import findings_workbook
from tasks.feedback.marked_workbook import marked_workbook
from tasks.files import replace_file
from tasks.findings import Finding
from tasks.layout import UnitFolder
from tasks.pull import Submission
from tasks.pull.values import clean_text

__all__ = ["FINDINGS", "MARKED", "findings_workbook", "marked_workbook", "write_feedback"]

FINDINGS = "findings.xlsx"
MARKED = "已标注-"
"""How the name of the marked copy begins; the name of the unit's file follows."""

_MAX_STEM = 60
_UNFIT = re.compile(r'[\\/:*?"<>|\s]+')


def write_feedback(
    folder: UnitFolder, submission: Submission, year: int, findings: Sequence[Finding]
) -> None:
    """Write `findings.xlsx` and, where the unit's file can be marked, `已标注-<its name>` into the folder.

    Equal content leaves a file untouched; what an earlier run left and does not hold any more is removed,
    all of it when there are no findings. Raises OSError when the disk fails.
    """
    marked: Path | None = None
    if findings:
        replace_file(folder.path / FINDINGS, findings_workbook(submission.unit.name, year, findings))
        if submission.snapshot and (content := marked_workbook(submission.snapshot.path, findings)):
            marked = folder.path / _marked_name(submission.unit.file_name)
            replace_file(marked, content)
    else:
        (folder.path / FINDINGS).unlink(missing_ok=True)
    for old in folder.path.glob(f"{MARKED}*"):
        if old != marked:
            old.unlink(missing_ok=True)


def _marked_name(name: str) -> str:
    """The name of the marked copy: what a URL may be called is not always fit for a file.

    A marked copy handed in keeps its name.
    """
    path = Path(_UNFIT.sub("_", clean_text(name)))
    suffix = path.suffix if path.suffix.lower() in (".xlsx", ".xlsm") else ".xlsx"
    stem = path.name.removesuffix(path.suffix if suffix == path.suffix else "")
    return f"{MARKED}{stem.removeprefix(MARKED)[:_MAX_STEM]}{suffix}"
