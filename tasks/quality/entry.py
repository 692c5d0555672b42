"""How one unit stands: what is kept of a run over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from expectations.rules import Severity
from tasks.quality.shapes import ANY
from tasks.render.text import plain
from tasks.results import State, UnitResult
from tasks.waivers import Waiver, WaiverState

_KEPT = 100
"""Findings of a unit that the data keeps: all are counted, and all are in the unit's own files."""
_LONGEST = 300
"""Characters of one text: a cell that went wrong may hold a whole document."""

_STATES = {
    State.PUBLISHED: State.PUBLISHED,
    State.UNCHANGED: State.PUBLISHED,  # the page says how a unit stands, whichever run brought it there
    State.BLOCKED: State.BLOCKED,
    State.FAILED: State.FAILED,
}
URGENCY = {str(State.FAILED): 0, str(State.BLOCKED): 1, str(State.PUBLISHED): 2}
SEVERITIES = tuple(str(severity) for severity in Severity)

ENTRY = {
    "code": str,
    "name": str,
    "state": frozenset(URGENCY),
    "error": str,
    "version": (int, None),
    "numbers": dict.fromkeys(SEVERITIES, int),
    "waived": int,
    "findings": [
        {
            "rule": str,
            "severity": frozenset(SEVERITIES),
            "place": str,
            "message": str,
            "remedy": str,
            "waived": bool,
        }
    ],
    "rules": {ANY: int},
    "unchecked": [str],
    "waivers": [
        {
            "rule": str,
            "place": str,
            "value": str,
            "reason": str,
            "approver": str,
            "expires": str,
            "standing": frozenset(map(str, WaiverState)),
        }
    ],
}
"""The shape of an entry (see `fits`)."""


def make_entry(
    result: UnitResult,
    unchecked: Sequence[str],
    waivers: Iterable[tuple[Waiver, WaiverState]],
    known: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """How one unit stands after a run; `known`: the entries before it."""
    code = _short(result.unit)
    version = result.published.version if result.published else known.get(code, {}).get("version")
    return {
        "code": code,
        "name": _short(result.name),
        "state": str(_STATES[result.state]),
        "error": _short(result.error),
        "version": version,
        "numbers": {
            word: sum(f.severity == word and not f.waived for f in result.findings) for word in SEVERITIES
        },
        "waived": sum(f.waived is not None for f in result.findings),
        "findings": [
            {
                "rule": finding.rule,
                "severity": str(finding.severity),
                "place": _short(finding.place),
                "message": _short(finding.message),
                "remedy": _short(finding.remedy),
                "waived": finding.waived is not None,
            }
            for finding in result.findings[:_KEPT]
        ],
        "rules": dict(sorted(Counter(finding.rule for finding in result.findings).items())),
        "unchecked": list(unchecked),
        "waivers": [_described(waiver, standing) for waiver, standing in waivers],
    }


def _described(waiver: Waiver, standing: WaiverState) -> dict[str, str]:
    return {
        "rule": waiver.rule,
        "place": _short(f"“{waiver.sheet}”表 {waiver.cell}"),
        "value": _short(waiver.value),
        "reason": _short(waiver.reason),
        "approver": _short(waiver.approver),
        "expires": f"{waiver.expires:%Y-%m-%d}",
        "standing": str(standing),
    }


def _short(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
