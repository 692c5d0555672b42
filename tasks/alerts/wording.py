"""The texts of alerts, from `templates/alerts/`: the first line is the title, the rest the body."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

import templates
from tasks.alerts.sending import Message

_FOLDER = Path(templates.__file__).parent / "alerts"


def compose(name: str, attachments: Sequence[Path] = (), **values: Any) -> Message:
    """Fill a template. Its values are data: what units wrote stands in the text as it is, on one line."""
    text = _environment().get_template(f"{name}.txt.j2").render(values)
    title, _, body = text.strip().partition("\n")
    return Message(title.strip(), body.strip(), tuple(attachments))


def unfilled(name: str) -> Message:
    """A template as it is, for the Prefect server to fill in when none of our processes may live."""
    title, _, body = (_FOLDER / f"{name}.txt.j2").read_text(encoding="utf-8").strip().partition("\n")
    return Message(title.strip(), body.strip())


def one_line(value: object) -> str:
    """A value as a part of a line: no line breaks, no characters that are not printed."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in str(value)).split())


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  plain text
        finalize=lambda value: one_line(value) if isinstance(value, str) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
