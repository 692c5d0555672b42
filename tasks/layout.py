"""Where things lie in the output folder.

```
output/jixiao.db                     the store of past runs, unless it is on a server (see `tasks/store/`)
output/.store-outbox/                records of runs that the store does not have yet
output/<year>/
    quality.html quality.json   the state of all units
    ledger.json                  what every unit published, for comparison
    summary.xlsx                 all units in one table
    departments/<unit>/          a department with all units below it: versions/ and latest, as a unit has
    <unit>/
        inputs/<sha256>.xlsx     what was handed in, byte for byte
        versions/0001/ …         one each: report.docx report.pdf report.html attachments.xlsx
                                 manifest.json data.json
        latest → versions/0002   switched atomically
        findings.json            what the last run found, also when it published nothing
        findings.xlsx            the same for the clerk, and a copy of the workbook with the cells marked
        已标注-<workbook>         (both only where there is something to mend)
```
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FINDINGS = "findings.json"


@dataclass(frozen=True)
class UnitFolder:
    """The output folder of one unit and year."""

    path: Path

    @classmethod
    def of(cls, out: Path, year: int, unit: str) -> UnitFolder:
        """The folder of a unit; `unit` is a code that the registry has checked."""
        return cls(out / str(year) / unit)

    @classmethod
    def of_department(cls, out: Path, year: int, unit: str) -> UnitFolder:
        """The folder of the department that a unit heads; no unit can have the code `departments`."""
        return cls(out / str(year) / "departments" / unit)

    @property
    def inputs(self) -> Path:
        """Kept inputs."""
        return self.path / "inputs"

    @property
    def versions(self) -> Path:
        """Published versions."""
        return self.path / "versions"

    @property
    def latest(self) -> Path:
        """The link to the current version."""
        return self.path / "latest"

    @property
    def findings(self) -> Path:
        """What the last run found."""
        return self.path / FINDINGS

    @property
    def lock(self) -> Path:
        """Held while a version is being published."""
        return self.path / ".lock"
