"""The indicator catalogue: the Ministry of Finance's common framework, then what reports of this city add."""

from expectations.indicators.framework import FRAMEWORK
from expectations.indicators.local import LOCAL
from expectations.indicators.model import Direction, Indicator, Kind

INDICATORS: tuple[Indicator, ...] = (*FRAMEWORK, *LOCAL)
INDICATOR_BY_CODE: dict[str, Indicator] = {indicator.code: indicator for indicator in INDICATORS}

__all__ = ["FRAMEWORK", "INDICATORS", "INDICATOR_BY_CODE", "Direction", "Indicator", "Kind"]
