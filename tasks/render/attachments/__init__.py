"""The attachments of a report: which ones the year asks for, each filled in or declared not to apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from tasks.errors import ExplainedError
from tasks.render.attachments.basic_data import basic_data
from tasks.render.attachments.model import Attachment
from tasks.render.attachments.score_form import project_score, unit_score
from tasks.render.attachments.words import form_words
from tasks.render.attachments.working import working
from tasks.score import ScoreSheet
from tasks.values import Values
from tasks.years import year_settings

__all__ = ["Attachment", "AttachmentSettingsError", "build_attachments", "build_working", "check_attachments"]

_FIELDS = {"key": str, "title": str, "number": int}
_PUBLIC = "public_project"
_KEYS = ("basic_data", "unit_score", "project_score", _PUBLIC)


class AttachmentSettingsError(ExplainedError):
    """The year's list of attachments cannot be used; the message is for the operator, in Chinese."""


def build_attachments(values: Values) -> tuple[Attachment, ...]:
    """Make the attachments that the year asks for, in the order of its list.

    Raises AttachmentSettingsError for a list that is wrong.
    """
    return tuple(
        attachment
        for entry in check_attachments(values["year"])
        for attachment in _build(values, entry["key"], str(entry["number"]), entry["title"])
    )


def build_working(values: Values, attachments: tuple[Attachment, ...]) -> Attachment:
    """Lay out how the scores of the attachments are computed."""
    projects = iter(values["projects"])
    sheets: dict[str, ScoreSheet] = {}
    for attachment in attachments:
        if attachment.key == "unit_score":
            sheets[attachment.number] = values["score"]
        elif attachment.key == "project_score" and attachment.state == "filled":
            code = next(projects)["code"]
            if code in values["project_scores"]:
                sheets[attachment.number] = values["project_scores"][code]
    return working(sheets, values["year"])


def _build(values: Values, key: str, number: str, title: str) -> Iterator[Attachment]:
    match key:
        case "basic_data":
            yield basic_data(values, number, title)
        case "unit_score":
            yield unit_score(values, number, title)
        case "project_score" if values["projects"]:
            for at, project in enumerate(values["projects"], start=1):
                yield project_score(values, project, f"{number}-{at}", title)
        case "project_score":
            said = form_words("declared", values["year"])["no_projects"].format(year=values["year"])
            yield Attachment(key, number, title, "none", statement=said)
        case _:
            yield _declared(values, key, number, title)


def _declared(values: Values, key: str, number: str, title: str) -> Attachment:
    """Say what the unit declares of public project funds, whose forms are filled in elsewhere."""
    words = form_words("declared", values["year"])
    row: Mapping[str, str | None] = values["declarations"].get("public_project", {})
    reason = (row.get("reason") or "").rstrip("。；，")
    state: Literal["none", "separate"] = "separate" if row.get("state") == "present" else "none"
    said = words[f"{state}_because" if reason else state].format(
        year=values["year"],
        unit=values["profile"]["short_name"],
        label=row.get("label", words["label"]),
        reason=reason,
    )
    return Attachment(key, number, title, state, statement=said)


def check_attachments(year: int) -> list[Mapping[str, Any]]:
    """Read the year's list of attachments and check it. Raises AttachmentSettingsError."""
    entries = year_settings(year).get("attachments", [])
    for at, entry in enumerate(entries, start=1):
        place = f"templates/years 中{year}年度的第{at}个附件"
        if set(entry) != set(_FIELDS) or not all(type(entry[name]) is kind for name, kind in _FIELDS.items()):
            raise AttachmentSettingsError(f"{place}应恰有 key、title（文字）和 number（整数），请改正")
        if entry["key"] not in _KEYS:
            raise AttachmentSettingsError(
                f"{place}的 key 现为“{entry['key']}”，请改为 {'、'.join(_KEYS)} 之一"
            )
    numbers = [entry["number"] for entry in entries]
    if len(set(numbers)) < len(numbers):
        raise AttachmentSettingsError(f"templates/years 中{year}年度的附件号有重复，请改正")
    keys = [entry["key"] for entry in entries if entry["key"] != _PUBLIC]
    if repeated := sorted({key for key in keys if keys.count(key) > 1}):
        raise AttachmentSettingsError(
            f"templates/years 中{year}年度的附件 {'、'.join(repeated)} 写了两次，请只留一个"
        )
    return list(entries)
