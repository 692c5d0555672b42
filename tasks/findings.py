"""Findings: a row is one rule broken once, addressed to the cell that can mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from expectations.rules import Severity

HIDDEN = "（涉密项目，不显示）"
"""Stands for what a classified project's row holds, wherever it would be said outside of the report."""
UNDECLARED = "（未注明是否涉密，不显示）"
"""The same for a project of which it is not known whether it is classified."""

_ROOTS = {"E401.year", "E401.code", "D214", "D215", "F401", "X102", "X103", "Y301", "Y302"}
"""Rules about what many other findings may follow from."""
_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class Waived:
    """Why a finding does not count, who answers for that, and until when (a date as text)."""

    reason: str
    approver: str
    expires: str


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
    waived: Waived | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether the unit gets no new report because of it."""
        return self.severity is Severity.CRITICAL and self.waived is None

    @property
    def place(self) -> str:
        """Where to look: file, sheet and cell, as far as known."""
        sheet = f"“{self.sheet}”表" if self.sheet else ""
        return " ".join(part for part in (self.file, sheet, self.cell) if part)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for manifests; a waiver is only told where there is one."""
        plain = asdict(self) | {"severity": str(self.severity)}
        return plain if self.waived else {name: plain[name] for name in plain if name != "waived"}

    def as_line(self) -> str:
        """One line for a terminal or a log."""
        place = f"{self.place}：" if self.place else ""
        waived = "，已豁免" if self.waived else ""
        return f"[{self.severity} {self.rule}{waived}] {place}{self.message}。{self.answer}"

    @property
    def answer(self) -> str:
        """What to do; of a waived one, why nothing need be done."""
        if not self.waived:
            return self.remedy
        waived = self.waived
        return f"不需修改：{waived.reason}（批准人：{waived.approver}，有效期至 {waived.expires}）"

    @property
    def order(self) -> tuple[Any, ...]:
        """What to mend first: severity, then rule, then place; what is waived comes last."""
        letters = "".join(ch for ch in self.cell if ch.isalpha())
        number = int("0" + "".join(ch for ch in self.cell if ch.isdigit())[:9])
        return (
            self.waived is not None,
            _ORDER[self.severity],
            self.rule,
            self.sheet,
            number,
            len(letters),
            letters,
            self.message,
        )
