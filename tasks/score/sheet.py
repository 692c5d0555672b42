"""The score sheet: what every line earned, why points were lost, what is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from tasks.score.earned import Basis
from tasks.score.profile import Profile

_DETAIL = re.compile(r"（(?:现为|在“|完成值|“).*", re.DOTALL)
"""What a text about missing data goes into: the words that stand there, how to fill it in."""


class LineState(StrEnum):
    """Whether a line has a score. The value is what people read."""

    SCORED = "已评分"
    MISSING = "缺少数据"
    UNEXPLAINED = "待说明"
    LEFT_OUT = "不参评"


def _in_short(lack: str) -> str:
    """What is missing, for a sentence; the whole text stands on the sheet."""
    if lack.startswith("管理自查“"):
        return "“管理自查”表的自查结果"
    if "表中没有填报" in lack:
        return "“绩效指标”表的填报"
    return _DETAIL.sub("", lack)


@dataclass(frozen=True)
class ScoreLine:
    """One line. Points are hundredths of a point; texts are plain, for any format."""

    id: str
    level1: str
    level2: str
    level3: str
    target: str
    """年度指标值."""
    actual: str
    """实际完成值."""
    weight: int
    score: int | None
    """None unless the state is SCORED or LEFT_OUT (which has neither weight nor score)."""
    state: LineState
    reason: str = ""
    """Why points were lost, with the figures."""
    missing: tuple[str, ...] = ()
    note: str = ""
    """What else a reader must know: an exclusion, where the weight went, over-fulfilment."""
    deviation: str = ""
    """The unit's own explanation."""
    basis: Basis | None = None
    """What the score is computed from; None where it is not computed from two figures."""

    @property
    def remark(self) -> str:
        """All that is to be said about the line, in one cell."""
        lack = f"缺少：{'、'.join(self.missing)}" if self.missing else ""
        return "；".join(part for part in (self.reason, lack, self.note) if part)


@dataclass(frozen=True)
class ScoreSheet:
    """One unit's score by one profile."""

    unit: str
    year: int
    profile: Profile
    lines: tuple[ScoreLine, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What is missing for a complete score, one text a line."""
        return tuple(
            f"{line.level3}：缺少{'、'.join(line.missing)}" for line in self.lines if line.score is None
        )

    @cached_property
    def gaps(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """The lines without a score, those that lack the same together: (names, what they lack in short)."""
        found: dict[tuple[str, ...], list[str]] = {}
        for line in self.lines:
            if line.score is None:
                found.setdefault(tuple(map(_in_short, line.missing)), []).append(line.level3)
        return tuple((tuple(names), lack) for lack, names in found.items())

    @property
    def is_complete(self) -> bool:
        """Whether every line has a score."""
        return not self.missing

    @cached_property
    def scored_points(self) -> int:
        """The sum of the lines that have a score."""
        return sum(line.score for line in self.lines if line.score is not None)

    @cached_property
    def scored_weight(self) -> int:
        """The weight of the lines that have a score."""
        return sum(line.weight for line in self.lines if line.score is not None)

    @property
    def total(self) -> int | None:
        """The total; None while a line has no score."""
        return self.scored_points if self.is_complete else None

    @property
    def grade(self) -> str:
        """The grade; empty while a line has no score."""
        return self.profile.grade(self.scored_points) if self.is_complete else ""
