"""What the year's notice asks for (profiles of scoring, attachments), checked before anything is read."""

from __future__ import annotations

from tasks.render.attachments import check_attachments
from tasks.render.attachments.words import check_words
from tasks.score import load_profile
from tasks.score.projects import load_project_profile
from tasks.years import year_file, year_settings


def check_notice(year: int) -> None:
    """Make sure that the settings of a year can be used: a batch must not stop half way for them.

    Raises ExplainedError that names file, place and remedy.
    """
    settings = year_settings(year)
    load_profile(settings["scoring"], year)
    load_project_profile(settings["project_scoring"], year)
    check_attachments(year)
    check_words(year)


def missing_notice(year: int) -> str:
    """What to tell the operator of a year whose notice nobody has entered; empty where it is."""
    path = year_file(year)
    if path.is_file():
        return ""
    return (
        f"没有{year}年度的年度文件 {path}，第六章标题、评分办法（{year_settings(year)['scoring']}）和附件号"
        f"都用通用的。{year}年度的通知另有规定的，请按操作手册“新的一年”写好年度文件后重新运行"
    )
