"""Scoring: from a unit's values and a scoring profile to its score sheet.

A profile is data (`templates/scoring/*.toml`); a score is exact and every lost point says why. What is not
handed in is not scored, never guessed.
"""

from tasks.score.earned import Basis, ShareRule
from tasks.score.load import load_profile
from tasks.score.profile import Line, Method, Profile, ProfileError
from tasks.score.scoring import score
from tasks.score.sheet import LineState, ScoreLine, ScoreSheet

__all__ = [
    "Basis",
    "Line",
    "LineState",
    "Method",
    "Profile",
    "ProfileError",
    "ScoreLine",
    "ScoreSheet",
    "ShareRule",
    "load_profile",
    "score",
]
