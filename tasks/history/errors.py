"""What is wrong with a file of earlier years: every place at once, for the operator."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.errors import ExplainedError

_SHOWN = 20


class HistoryError(ExplainedError):
    """Earlier years cannot be imported; nothing was. The message (Chinese) lists every place."""

    def __init__(self, faults: Sequence[str]) -> None:
        more = f"\n…共 {len(faults)} 处" if len(faults) > _SHOWN else ""
        super().__init__("\n".join(faults[:_SHOWN]) + more)
        self.faults = tuple(faults)
