"""Waivers (豁免): a finding that somebody answers for, for one unit, year, rule, cell and value.

`waivers.toml` beside the registry, one `[[waiver]]` each:

    unit = "dsjzx"            # code in the registry
    year = 2020
    rule = "Y101.wages"       # as in findings.xlsx, as are sheet, cell and value
    sheet = "基本支出"
    cell = "F4"
    value = "9,876,543.21"
    reason = "机构划转，上年数按新口径调整"
    approver = "王某某"
    expires = 2021-12-31

A waived error no longer blocks; it stays listed, with its waiver. A waiver lapses when the value changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from expectations.rules import RULE_BY_CODE
from tasks.errors import ExplainedError
from tasks.findings import HIDDEN, UNDECLARED, Finding, Waived
from tasks.toml_file import TomlFileError, read_toml

FILE = "waivers.toml"
_TEXTS = ("unit", "rule", "sheet", "cell", "value", "reason", "approver")
_FIELDS = {*_TEXTS, "year", "expires"}
_WAIVABLE = frozenset("FNXY")
"""Relations, words and comparisons may be right against the rule; what is not there can only be supplied."""

Findings = Mapping[str, tuple[Finding, ...]]


class WaiverError(ExplainedError):
    """The file of waivers cannot be used; the message is for the operator."""


class WaiverState(StrEnum):
    """What became of a waiver in a run."""

    ACTIVE = "生效"
    EXPIRED = "已过期"
    LAPSED = "已失效（数值已变）"
    UNUSED = "未用到"
    FAULTY = "登记有误"


@dataclass(frozen=True)
class Waiver:
    """One waiver. `fault` says why the entry cannot be used; empty when it can."""

    unit: str
    year: int
    rule: str
    sheet: str
    cell: str
    value: str
    reason: str
    approver: str
    expires: dt.date
    fault: str = ""

    @property
    def target(self) -> tuple[str, str, str]:
        """What it is given for, but for the value."""
        return self.rule, self.sheet, self.cell


def load_waivers(path: Path, units: Collection[str]) -> tuple[Waiver, ...]:
    """Read the waivers; none where there is no file. A faulty entry is returned with its `fault`.

    `units`: the codes of the registry.

    Raises WaiverError when the file cannot be read or is not TOML.
    """
    try:
        data = read_toml(path)
    except FileNotFoundError:
        return ()
    except TomlFileError as error:
        raise WaiverError(f"豁免登记无法读取：{path}（{error}），请改正后重新运行") from error
    entries = data.get("waiver", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise WaiverError(f"豁免登记格式有误：{path}。每项豁免写一段 [[waiver]]")
    return tuple(_waiver(entry, number, units) for number, entry in enumerate(entries, start=1))


def _waiver(entry: Mapping[str, Any], number: int, units: Collection[str]) -> Waiver:
    texts = {name: str(entry.get(name, "")).strip() for name in _TEXTS}
    year, expires = entry.get("year"), entry.get("expires")
    fault = _fault(entry, texts, units)
    return Waiver(
        **texts,
        year=year if type(year) is int else 0,
        expires=expires if type(expires) is dt.date else dt.date.min,
        fault=f"第 {number} 条：{fault}" if fault else "",
    )


def _fault(entry: Mapping[str, Any], texts: Mapping[str, str], units: Collection[str]) -> str:
    if unknown := sorted(set(entry) - _FIELDS):
        return f"不认识的字段 {'、'.join(unknown)}"
    if missing := [name for name in _TEXTS if not texts[name]]:
        return f"缺少 {'、'.join(missing)}"
    if texts["unit"] not in units:
        return f"单位名录中没有单位 {texts['unit']}"
    if type(entry.get("year")) is not int:
        return "year 应为四位年度，如 2020"
    if type(entry.get("expires")) is not dt.date:
        return "expires 应为日期，如 2021-12-31"
    if texts["rule"] not in RULE_BY_CODE:
        return f"没有规则 {texts['rule']}"
    if texts["rule"][0] not in _WAIVABLE:
        return f"规则 {texts['rule']} 不能豁免：没有填报或无法读取的内容只能补正"
    if texts["value"] in (HIDDEN, UNDECLARED):
        return "涉密项目的核对结果不能豁免：登记的值看不出数值是否变化"
    return ""


def apply_waivers(
    findings: Findings, waivers: Sequence[Waiver], year: int, today: dt.date
) -> tuple[dict[str, tuple[Finding, ...]], list[tuple[Waiver, WaiverState]]]:
    """Mark the findings that are waived, and say what became of each waiver of the year and these units.

    A waiver comes back without its value where that is not known to be open: its project may have become
    classified since it was registered.
    """
    marked = {unit: list(found) for unit, found in findings.items()}
    standings = []
    for waiver in waivers:
        if waiver.fault:
            standings.append((replace(waiver, value=""), WaiverState.FAULTY))
        elif waiver.year == year and waiver.unit in marked:
            standings.append(_apply(waiver, marked[waiver.unit], today))
    return {unit: tuple(found) for unit, found in marked.items()}, standings


def _apply(waiver: Waiver, findings: list[Finding], today: dt.date) -> tuple[Waiver, WaiverState]:
    here = [
        number
        for number, finding in enumerate(findings)
        if (finding.rule, finding.sheet, finding.cell) == waiver.target
    ]
    meant = [number for number in here if findings[number].value == waiver.value]
    is_open = bool(here) and all(findings[number].value not in (HIDDEN, UNDECLARED) for number in here)
    told = waiver if is_open else replace(waiver, value="")
    if not here:
        return told, WaiverState.UNUSED
    if waiver.expires < today:
        why = f"；原豁免已于 {waiver.expires:%Y-%m-%d} 到期"
    elif not meant:
        was = f"针对的值为 {waiver.value}，" if is_open else "针对的"
        why = f"；原豁免{was}数值已变，豁免失效"
    else:
        waived = Waived(waiver.reason, waiver.approver, f"{waiver.expires:%Y-%m-%d}")
        for number in meant:
            findings[number] = replace(findings[number], waived=waived)
        return told, WaiverState.ACTIVE
    for number in meant or here:
        findings[number] = replace(findings[number], remedy=findings[number].remedy + why)
    return told, WaiverState.EXPIRED if waiver.expires < today else WaiverState.LAPSED
