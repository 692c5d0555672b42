"""The operators' quality page: how every unit stands, which rules fire, what changed since the last result.

output/<year>/
    quality.json   the data, which the next run starts from: units it does not run keep their entry
    quality.html   the page
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import templates
from expectations.contract import CONTRACT
from expectations.rules import (
    Balance,
    Matches,
    NotNegative,
    Present,
    RowBalance,
    Rule,
    SameAsRegistry,
    Severity,
    Unique,
)
from tasks.files import WRITING, as_json, replace_file, sweep
from tasks.pull.registry import UNIT_CODE
from tasks.render.text import plain
from tasks.results import State, UnitResult

DATA, PAGE, LOCK = "quality.json", "quality.html", ".quality.lock"
_SCHEMA = 1
_LOCK_SECONDS = 300
_ABANDONED_SECONDS = 24 * 3600

_KEPT = 100
"""Findings of a unit that the data keeps: all are counted, and all are in the unit's own files."""
_ON_PAGE, _LEAST = 6000, 5
"""Findings on a page, shared among the units that have any; what each of them gets anyway."""
_LONGEST = 300
"""Characters of one text: a cell that went wrong may hold a whole document."""

_STATES = {
    State.PUBLISHED: State.PUBLISHED,
    State.UNCHANGED: State.PUBLISHED,  # the page says how a unit stands, whichever run brought it there
    State.BLOCKED: State.BLOCKED,
    State.FAILED: State.FAILED,
}
_URGENCY = {str(State.FAILED): 0, str(State.BLOCKED): 1, str(State.PUBLISHED): 2}
_SEVERITIES = tuple(str(severity) for severity in Severity)
_KINDS = {"D": "数据读取", "E": "填报", "F": "数字关系", "N": "文字说明"}
_GONE = "（已不在规则目录中）"

_ALL = "*"
_NUMBERS = dict.fromkeys(_SEVERITIES, int)
_ENTRY = {
    "code": str,
    "name": str,
    "state": frozenset(_URGENCY),
    "error": str,
    "version": (int, None),
    "numbers": _NUMBERS,
    "findings": [
        {"rule": str, "severity": frozenset(_SEVERITIES), "place": str, "message": str, "remedy": str}
    ],
    "rules": {_ALL: int},
    "unchecked": [str],
}
_STANDING = {"units": {_ALL: frozenset(_URGENCY)}, "rules": {_ALL: int}, "errors": int}
"""The shapes of what is used again from the last run's data (see `_fits`)."""


def summarize_quality(
    results: Sequence[UnitResult],
    unchecked: Mapping[str, Sequence[str]],
    rules: Sequence[Rule],
    previous: Mapping[str, Any] | None,
    registered: Collection[str] | None = None,
) -> dict[str, Any]:
    """Sum up how all units stand: those of this run, and those of the `previous` data that it did not run.

    `unchecked[unit]`: rule codes (as in `Verdict`). `previous` is what this function returned last time;
    anything else counts as none. `registered`: all unit codes of the registry; units that are no longer
    among them are dropped, those without any result are listed as waiting.

    Returns plain data without any time:
    - `counts`: `units`, `states` and `findings` (each by word), `unchecked`;
    - `waiting`: codes;
    - `trend`: None without anything to compare with, else `newly_published`, `newly_unpublished`,
      `still_unpublished` (units: code, name, state), `gone` (codes), `more` and `less` (rules: rule, title,
      before, now), `errors` (before, now). It compares with the last *different* standing, so that
      running again without any change gives equal data;
    - `units` by code: `_ENTRY`, where `state` does not tell 无变化 from 已发布, `version` is that of
      the latest report even if the unit's present data may not be published, `numbers` and `rules` count
      all findings and `findings` are the first `_KEPT`;
    - `fired`, `unchecked`: rules with how often (`findings`, `units`), most frequent first;
    - `catalogue`: all rules with readable texts;
    - `before`: what `trend` compares with.
    """
    last = previous if previous is not None and _is_usable(previous) else {"units": [], "before": None}
    known = {entry["code"]: entry for entry in last["units"]}
    entries = known | {
        entry["code"]: entry
        for entry in (_entry(result, unchecked.get(result.unit, ()), known) for result in results)
    }
    if registered is not None:
        entries = {code: entry for code, entry in entries.items() if code in registered}
    units = [entries[code] for code in sorted(entries)]
    now, then = _standing(units), _standing(known.values())
    before = last["before"] if now == then or not known else then
    catalogue = [_described(rule) for rule in rules]
    by_code = {described["rule"]: described for described in catalogue}
    return {
        "schema": _SCHEMA,
        "counts": {
            "units": len(units),
            "states": {state: sum(u["state"] == state for u in units) for state in _URGENCY},
            "findings": {word: sum(u["numbers"][word] for u in units) for word in _SEVERITIES},
            "unchecked": sum(len(u["unchecked"]) for u in units),
        },
        "waiting": sorted(set(registered or ()) - set(entries)),
        "trend": _trend(before, now, units, by_code) if before else None,
        "units": units,
        "fired": _frequencies([u["rules"] for u in units], by_code),
        "unchecked": _frequencies([dict.fromkeys(u["unchecked"], 1) for u in units], by_code),
        "catalogue": catalogue,
        "before": before,
    }


def render_quality_page(data: Mapping[str, Any], year: int) -> bytes:
    """Return the data (see `summarize_quality`) as one UTF-8 HTML page that loads and runs nothing.

    Equal data give equal bytes. Links are relative to the folder of the year.
    """
    units = sorted(data["units"], key=_urgency)
    share = max(_LEAST, _ON_PAGE // max(1, sum(bool(u["findings"]) for u in units)))
    kinds: dict[str, list[dict[str, Any]]] = {}
    for rule in data["catalogue"]:
        kinds.setdefault(rule["kind"], []).append(rule)
    page: str = _template().render(
        data=data,
        year=year,
        units=[_row(unit, share) for unit in units],
        kinds=kinds,
        most=max((fired["findings"] for fired in data["fired"]), default=1),
        listed={rule["rule"] for rule in data["catalogue"]},
    )
    return page.encode()


def write_quality(
    folder: Path,
    year: int,
    results: Sequence[UnitResult],
    unchecked: Mapping[str, Sequence[str]],
    rules: Sequence[Rule],
    registered: Collection[str] | None = None,
) -> None:
    """Bring the page of `folder` (output/<year>) up to date with a run over all units or only some.

    Runs at the same time wait for each other. Equal results leave the files untouched. Raises OSError
    when the folder cannot be written, also when another run holds it for more than five minutes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / LOCK, timeout=_LOCK_SECONDS):
        sweep(folder, WRITING, _ABANDONED_SECONDS)
        data = summarize_quality(results, unchecked, rules, _read(folder / DATA), registered)
        # The data last: killed in between, the next run compares with the same last result again.
        replace_file(folder / PAGE, render_quality_page(data, year))
        replace_file(folder / DATA, as_json(data))


def _read(path: Path) -> Any:
    """Return what the last run saved; None if there is nothing or nothing readable."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return None


# --- this run and the last one ---


def _entry(
    result: UnitResult, unchecked: Sequence[str], known: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    code = _short(result.unit)
    version = result.published.version if result.published else known.get(code, {}).get("version")
    return {
        "code": code,
        "name": _short(result.name),
        "state": str(_STATES[result.state]),
        "error": _short(result.error),
        "version": version,
        "numbers": {word: sum(f.severity == word for f in result.findings) for word in _SEVERITIES},
        "findings": [
            {
                "rule": finding.rule,
                "severity": str(finding.severity),
                "place": _short(finding.place),
                "message": _short(finding.message),
                "remedy": _short(finding.remedy),
            }
            for finding in result.findings[:_KEPT]
        ],
        "rules": dict(sorted(Counter(finding.rule for finding in result.findings).items())),
        "unchecked": list(unchecked),
    }


def _short(text: str) -> str:
    text = plain(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


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


def _is_usable(data: Any) -> bool:
    """Tell whether data is what this version saved, as far as it is used again."""
    return (
        isinstance(data, Mapping)
        and data.get("schema") == _SCHEMA
        and _fits(data.get("units"), [_ENTRY])
        and _fits(data.get("before", ""), (_STANDING, None))
    )


def _fits(value: Any, shape: Any) -> bool:
    """Tell whether a value has a shape: a type, one of some words, alternatives, a list, fields."""
    match shape:
        case dict():
            if not isinstance(value, dict):
                return False
            if _ALL in shape:
                return all(_fits(key, str) and _fits(inner, shape[_ALL]) for key, inner in value.items())
            return value.keys() == shape.keys() and all(_fits(value[key], shape[key]) for key in shape)
        case list():
            return isinstance(value, list) and all(_fits(inner, shape[0]) for inner in value)
        case tuple():
            return any(_fits(value, inner) for inner in shape)
        case frozenset():
            return isinstance(value, str) and value in shape
        case None:
            return value is None
    if shape is str:
        return isinstance(value, str) and plain(value) == value
    return type(value) is int and value >= 0


# --- the catalogue in words ---


class _Readable(dict[str, str]):
    """Names of the fields of a rule's texts, as people read them."""

    def __missing__(self, field: str) -> str:
        return f"〈{field}〉"


_FIELDS = _Readable(
    label="〈项目〉",
    value="〈填报值〉",
    expected="〈应填值〉",
    difference="〈差额〉",
    equation="〈算式及各数〉",
    detail="〈具体情况〉",
    place="〈所在单元格〉",
)


def _described(rule: Rule) -> dict[str, str]:
    return {
        "rule": rule.code,
        "kind": _KINDS.get(rule.code[:1], "其他"),
        "title": rule.title,
        "subject": _subject(rule),
        "severity": str(rule.severity),
        "scope": str(rule.scope),
        "message": rule.message.format_map(_FIELDS),
        "remedy": rule.remedy.format_map(_FIELDS),
        "basis": rule.basis,
    }


def _subject(rule: Rule) -> str:
    """Say which table, row and column a rule is about; rules of a kind share their title."""
    match rule.check:
        case Present(table, column) | NotNegative(table, column) | Matches(table, column):
            return _labels(table, column)
        case Unique(table, columns):
            return _labels(table, *columns)
        case SameAsRegistry(column):
            return _labels("profile", column)
        case RowBalance(table, target):
            return _labels(table, target)
        case Balance(target):
            return _labels(*target.split("."))
    return ""


def _labels(table: str, *names: str) -> str:
    """Return the labels of a table and of those names that are columns or words of it."""
    known: dict[str, str] = {}
    declared = CONTRACT[table]
    for column in declared.columns:
        known |= column.label_by_code
    known |= {column.name: column.label for column in declared.columns}
    return " · ".join([declared.label, *(known[name] for name in names if name in known)])


# --- the page ---


def _urgency(unit: Mapping[str, Any]) -> tuple[Any, ...]:
    """Those that need someone first, the worst on top."""
    numbers = [-unit["numbers"][word] for word in _SEVERITIES]
    return (_URGENCY[unit["state"]], *numbers, unit["code"])


def _row(unit: Mapping[str, Any], share: int) -> dict[str, Any]:
    """Add what the page shows of a unit: its files (a faulty registry entry has no folder) and findings."""
    has_folder = UNIT_CODE.fullmatch(unit["code"]) is not None
    found = sum(unit["numbers"].values())
    shown = unit["findings"][:share]
    return {
        **unit,
        "report": has_folder and unit["version"] is not None,
        "is_current": unit["state"] == State.PUBLISHED,
        # Where the run broke off, the file may be of an earlier run.
        "sheet": has_folder and found > 0 and unit["state"] != State.FAILED,
        "found": found,
        "findings": shown,
        "omitted": found - len(shown),
    }


@cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(Path(templates.__path__[0]) / "quality"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return environment.get_template("page.html.j2")
