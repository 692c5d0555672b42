"""The data of the quality page: how every unit stands, which rules fire, what changed since last time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from expectations.rules import Rule, Severity
from tasks.quality.catalogue import describe_rule
from tasks.quality.entry import ENTRY, SEVERITIES, URGENCY, make_entry
from tasks.quality.shapes import ANY, fits
from tasks.results import State, UnitResult
from tasks.waivers import Waiver, WaiverState

_SCHEMA = 2
_GONE = "（已不在规则目录中）"

_STANDING = {"units": {ANY: frozenset(URGENCY)}, "rules": {ANY: int}, "errors": int}
"""The shape of what the trend compares with."""


def summarize_quality(
    results: Sequence[UnitResult],
    unchecked: Mapping[str, Sequence[str]],
    rules: Sequence[Rule],
    previous: Mapping[str, Any] | None,
    registered: Collection[str] | None = None,
    waivers: Sequence[tuple[Waiver, WaiverState]] = (),
) -> dict[str, Any]:
    """Sum up how all units stand: those of this run, and those of the `previous` data that it did not run.

    `unchecked[unit]`: rule codes (as in `Verdict`). `previous` is what this function returned last time;
    anything else counts as none. `registered`: all unit codes of the registry; units that are no longer
    among them are dropped, those without any result are listed as waiting. `waivers`: those of the run, with
    what became of each.

    Returns plain data without any time:
    - `counts`: `units`, `states` and `findings` (each by word, without waived ones), `unchecked`, `waived`;
    - `faulty_waivers`: what is wrong with entries of the file; `waiting`: codes;
    - `trend`: None without anything to compare with, else `newly_published`, `newly_unpublished`,
      `still_unpublished` (units: code, name, state), `gone` (codes), `more` and `less` (rules: rule, title,
      before, now), `errors` (before, now). It compares with the last *different* standing, so that
      running again without any change gives equal data;
    - `units` by code: `ENTRY`, where `state` does not tell 无变化 from 已发布, `version` is that of
      the latest report even if the unit's present data may not be published, `numbers` and `rules` count
      all findings and `findings` are the first hundred;
    - `fired`, `unchecked`: rules with how often (`findings`, `units`), most frequent first;
    - `catalogue`: all rules with readable texts;
    - `before`: what `trend` compares with.
    """
    last = previous if previous is not None and is_usable(previous) else {"units": [], "before": None}
    known = {entry["code"]: entry for entry in last["units"]}
    entries = known | {
        entry["code"]: entry
        for entry in (
            make_entry(
                result,
                unchecked.get(result.unit, ()),
                [(w, standing) for w, standing in waivers if w.unit == result.unit and not w.fault],
                known,
            )
            for result in results
        )
    }
    if registered is not None:
        entries = {code: entry for code, entry in entries.items() if code in registered}
    units = [entries[code] for code in sorted(entries)]
    now, then = _standing(units), _standing(known.values())
    before = last["before"] if now == then or not known else then
    catalogue = [describe_rule(rule) for rule in rules]
    by_code = {described["rule"]: described for described in catalogue}
    return {
        "schema": _SCHEMA,
        "counts": {
            "units": len(units),
            "states": {state: sum(u["state"] == state for u in units) for state in URGENCY},
            "findings": {word: sum(u["numbers"][word] for u in units) for word in SEVERITIES},
            "unchecked": sum(len(u["unchecked"]) for u in units),
            "waived": sum(u["waived"] for u in units),
        },
        "faulty_waivers": [waiver.fault for waiver, _ in waivers if waiver.fault],
        "waiting": sorted(set(registered or ()) - set(entries)),
        "trend": _trend(before, now, units, by_code) if before else None,
        "units": units,
        "fired": _frequencies([u["rules"] for u in units], by_code),
        "unchecked": _frequencies([dict.fromkeys(u["unchecked"], 1) for u in units], by_code),
        "catalogue": catalogue,
        "before": before,
    }


# --- this run and the last one ---


def _standing(units: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the trend compares."""
    states: dict[str, str] = {}
    rules: Counter[str] = Counter()
    errors = 0
    for unit in sorted(units, key=lambda u: str(u["code"])):
        states[unit["code"]] = unit["state"]
        rules.update(unit["rules"])
        errors += unit["numbers"][str(Severity.CRITICAL)]
    return {"units": states, "rules": dict(sorted(rules.items())), "errors": errors}


def _trend(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    units: Sequence[Mapping[str, Any]],
    rules: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    good = str(State.PUBLISHED)
    groups: dict[str, list[dict[str, str]]] = {
        "newly_published": [],
        "newly_unpublished": [],
        "still_unpublished": [],
    }
    for unit in units:
        then = before["units"].get(unit["code"])
        if unit["state"] == good:
            group = "newly_published" if then != good else ""
        else:
            group = "newly_unpublished" if then in (None, good) else "still_unpublished"
        if group:
            groups[group].append({key: unit[key] for key in ("code", "name", "state")})
    shifts = [
        {
            "rule": code,
            "title": rules[code]["title"] if code in rules else _GONE,
            "before": before["rules"].get(code, 0),
            "now": now["rules"].get(code, 0),
        }
        for code in sorted({*before["rules"], *now["rules"]})
    ]
    shifts.sort(key=lambda shift: -abs(shift["now"] - shift["before"]))
    return {
        **groups,
        "gone": sorted(set(before["units"]) - set(now["units"])),
        "more": [shift for shift in shifts if shift["now"] > shift["before"]],
        "less": [shift for shift in shifts if shift["now"] < shift["before"]],
        "errors": {"before": before["errors"], "now": now["errors"]},
    }


def _frequencies(
    counts: Iterable[Mapping[str, int]], rules: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rules that occur in the units' counts, most frequent first."""
    findings: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for count in counts:
        findings.update(count)
        units.update(count.keys())
    unknown = {"title": _GONE, "subject": "", "severity": ""}
    return [
        {
            "rule": code,
            **{key: rules.get(code, unknown)[key] for key in unknown},
            "findings": number,
            "units": units[code],
        }
        for code, number in sorted(findings.items(), key=lambda item: (-item[1], -units[item[0]], item[0]))
    ]


def is_usable(data: Any) -> bool:
    """Tell whether data is what this version saved, as far as it is used again."""
    return (
        isinstance(data, Mapping)
        and data.get("schema") == _SCHEMA
        and fits(data.get("units"), [ENTRY])
        and fits(data.get("before", ""), (_STANDING, None))
    )
