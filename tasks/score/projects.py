"""Score one project: the same machinery, with the project's own money and targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.score.load import load_profile
from tasks.score.profile import Method, Profile, ProfileError
from tasks.score.scoring import score
from tasks.score.sheet import ScoreSheet
from tasks.value_names import Values

EXECUTION = "execution.total"
"""The one indicator that a project has: what was spent of its budget."""


def load_project_profile(name: str, year: int) -> Profile:
    """Read the profile that projects are scored by.

    Raises ProfileError also where it asks for more than a project has.
    """
    profile = load_profile(name, year)
    for line in profile.lines:
        if line.method is not Method.TARGETS and line.indicator != EXECUTION:
            raise ProfileError(
                f"评分办法 {profile.file} 不能用于项目：“{line.name}”只有部门整体才有。"
                f"项目支出自评请选用只有预算执行率和绩效指标的评分办法，如 national"
            )
    return profile


def score_project(project: Mapping[str, Any], values: Values, profile: Profile) -> ScoreSheet:
    """Score a project of the unit with these values: its budget, its final amount and its targets.

    Whether satisfaction applies is what the unit declares of itself. Raises ProfileError when the profile is
    not for the year.
    """
    sums = {
        "budget.total.final": project["final"],
        "budget.total.adjusted": project["adjusted"],
        "checklist.satisfaction.is_met": values["sums"]["checklist.satisfaction.is_met"],
    }
    own = {"sums": sums, "targets": values["project_targets"].get(project["code"], [])}
    return score({**values, **own}, profile)
