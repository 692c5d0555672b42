"""The score sheet: what every line earned, why points were lost, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from tasks.score.outcome import Basis
from tasks.score.profile import Profile


class State(StrEnum):
    """Whether a line has a score. The value is what people read."""

    SCORED = "已评分"
    MISSING = "缺少数据"
    UNEXPLAINED = "待说明"
    LEFT_OUT = "不参评"


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
    state: State
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
