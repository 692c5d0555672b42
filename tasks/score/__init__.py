"""Scoring: from a unit's values and a scoring profile to its score sheet.

A profile is data (`templates/scoring/*.toml`); a score is exact and every lost point says why. What is not
handed in is not scored, never guessed.
"""

from tasks.score.load import load_profile
from tasks.score.outcome import Basis, Rule
from tasks.score.profile import Line, Method, Profile, ProfileError
from tasks.score.scoring import score
from tasks.score.sheet import ScoreLine, ScoreSheet, State

__all__ = [
    "Basis",
    "Line",
    "Method",
    "Profile",
    "ProfileError",
    "Rule",
    "ScoreLine",
    "ScoreSheet",
    "State",
    "load_profile",
    "score",
]
