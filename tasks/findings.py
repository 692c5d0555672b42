"""Findings: a row is one rule broken once, addressed to the cell that can mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from expectations.rules import Severity

HIDDEN = "（涉密项目，不显示）"
"""Stands for what a classified project's row holds, wherever it would be said outside of the report."""
UNDECLARED = "（未注明是否涉密，不显示）"
"""The same for a project of which it is not known whether it is classified."""

_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class Finding:
    """One rule broken once by one unit. All texts are in Chinese, for the clerk of the unit."""

    unit: str
    rule: str
    severity: Severity
    file: str
    sheet: str
    cell: str
    value: str
    expected: str
    message: str
    remedy: str

    @property
    def place(self) -> str:
        """Where to look: file, sheet and cell, as far as known."""
        sheet = f"“{self.sheet}”表" if self.sheet else ""
        return " ".join(part for part in (self.file, sheet, self.cell) if part)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for manifests."""
        return asdict(self) | {"severity": str(self.severity)}

    def as_line(self) -> str:
        """One line for a terminal or a log."""
        place = f"{self.place}：" if self.place else ""
        return f"[{self.severity} {self.rule}] {place}{self.message}。{self.remedy}"

    @property
    def order(self) -> tuple[Any, ...]:
        """What to mend first: severity, then rule, then place."""
        letters = "".join(ch for ch in self.cell if ch.isalpha())
        number = int("0" + "".join(ch for ch in self.cell if ch.isdigit())[:9])
        return (_ORDER[self.severity], self.rule, self.sheet, number, len(letters), letters, self.message)
