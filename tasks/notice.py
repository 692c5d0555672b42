"""What the year's notice asks for (profiles of scoring, attachments), checked before anything is read."""

from __future__ import annotations

from tasks.render.attachments import check_attachments
from tasks.score import load_profile
from tasks.score.projects import load_project_profile
from tasks.years import year_settings


def check_notice(year: int) -> None:
    """Make sure that the settings of a year can be used: a batch must not stop half way for them.

    Raises ExplainedError that names file, place and remedy.
    """
    settings = year_settings(year)
    load_profile(settings["scoring"], year)
    load_project_profile(settings["project_scoring"], year)
    check_attachments(year)
