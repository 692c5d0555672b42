"""The registry of units: who reports, and where each unit's workbook lies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from expectations.contract.unit import KINDS
from tasks.errors import ExplainedError
from tasks.pull.source import without_secrets
from tasks.toml_file import TomlFileError, read_toml

UNIT_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
"""Codes become folder names: nothing that could leave the output folder or clash on any system."""

RESERVED_CODES = {"departments"}
"""Names of folders beside those of the units (see `tasks/layout.py`)."""

_KIND_CODES = {choice.code for choice in KINDS}
_FIELDS = {"code", "name", "kind", "parent", "source", "contact"}


class RegistryError(ExplainedError):
    """The registry as a whole cannot be used; the message is for the operator, in Chinese."""


class UnknownUnitError(ExplainedError):
    """A unit was asked for that the registry does not have; the message is for the operator, in Chinese."""


@dataclass(frozen=True)
class RegisteredUnit:
    """One unit of the registry. `source` is an absolute path or an fsspec URL."""

    code: str
    name: str
    kind: str
    parent: str
    source: str
    contact: str
    fault: str = ""
    """Why this entry cannot be used; empty when it can."""
    misplaced: str = ""
    """What is wrong with its `parent`, which is empty where it is not registered. The unit's own report does
    not need one; a department's does."""

    @property
    def file_name(self) -> str:
        """The workbook's name without its folder: fit for messages and manifests (a URL may hold secrets)."""
        name = without_secrets(self.source).rpartition("/")[2]
        return unquote(name) if "://" in self.source else name


def load_registry(path: Path) -> tuple[RegisteredUnit, ...]:
    """Read `units.toml`: one `[[unit]]` each with code, name, kind, parent, source, contact.

    A faulty entry is returned with its `fault` said, so that the other units go on; an entry whose code
    cannot be a folder name gets the code `第N条` instead, which no folder is ever made for. A wrong parent
    is no fault of the unit: it is said in `misplaced`.

    Raises RegistryError when the file is missing, is not TOML, or lists no unit.
    """
    try:
        data = read_toml(path)
    except FileNotFoundError:
        remedy = "请用 --registry 指定，或在当前目录放置 units.toml"
        raise RegistryError(f"找不到单位名录：{path}。{remedy}") from None
    except TomlFileError as error:
        raise RegistryError(f"单位名录无法读取：{path}（{error}），请改正后重新运行") from error
    entries = data.get("unit")
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
        raise RegistryError(f"单位名录中没有单位：{path}。每个单位写一段 [[unit]]")
    repeated = {code for code, n in Counter(str(e.get("code")) for e in entries).items() if n > 1}
    units = [_unit(entry, number, path.parent, repeated) for number, entry in enumerate(entries, start=1)]
    parents = {unit.code: unit.parent for unit in units}
    return tuple(_placed(unit, parents) for unit in units)


def select_units(registered: Sequence[RegisteredUnit], codes: Sequence[str] | None) -> list[RegisteredUnit]:
    """The units asked for by their codes, in the order of the registry; all where none is asked for.

    Raises UnknownUnitError when one asked for is not registered.
    """
    if not codes:
        return list(registered)
    known = {unit.code for unit in registered}
    if unknown := [code for code in codes if code not in known]:
        raise UnknownUnitError(
            f"单位名录中没有：{'、'.join(unknown)}。可用的单位代码：{'、'.join(sorted(known))}"
        )
    return [unit for unit in registered if unit.code in codes]


def circles(parents: Mapping[str, str], code: str) -> bool:
    """Whether going up from a unit leads back to it. `parents`: code → code of the unit above, or empty."""
    seen: set[str] = set()
    above = parents.get(code, "")
    while above and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def _placed(unit: RegisteredUnit, parents: Mapping[str, str]) -> RegisteredUnit:
    """Say what is wrong with a unit's parent."""
    if not unit.parent:
        return unit
    remedy = "不影响本单位的报告，但无法汇总到主管部门，请改正 parent"
    if unit.parent not in parents:
        return replace(unit, parent="", misplaced=f"主管部门代码“{unit.parent}”不在名录中；{remedy}")
    if circles(parents, unit.code):
        return replace(unit, misplaced=f"主管部门代码“{unit.parent}”与本单位互为上下级（循环）；{remedy}")
    return unit


def _unit(entry: dict[str, Any], number: int, folder: Path, repeated: set[str]) -> RegisteredUnit:
    text = {field: _stripped(entry.get(field, "")) for field in _FIELDS}
    fault = _fault(entry, text, repeated)
    usable_code = (
        isinstance(text["code"], str)
        and UNIT_CODE.fullmatch(text["code"])
        and text["code"] not in RESERVED_CODES
    )
    code = text["code"] if usable_code and text["code"] not in repeated else f"第{number}条"
    source = str(text["source"])
    if source and "://" not in source:
        source = str(folder.resolve() / source)
    return RegisteredUnit(
        code, str(text["name"]), str(text["kind"]), str(text["parent"]), source, str(text["contact"]), fault
    )


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _fault(entry: dict[str, Any], text: dict[str, Any], repeated: set[str]) -> str:
    code = text["code"]
    if unknown := sorted(set(entry) - _FIELDS):
        return f"不认识的字段 {'、'.join(unknown)}"
    if wrong := sorted(field for field in _FIELDS if not isinstance(text[field], str)):
        return f"字段 {'、'.join(wrong)} 应为文字"
    if not UNIT_CODE.fullmatch(code):
        return f"单位代码“{code}”不合规：只能用小写字母、数字、下划线和短横线，32 个字符以内"
    if code in RESERVED_CODES:
        return f"单位代码“{code}”是系统保留的文件夹名，请另取代码"
    if code in repeated:
        return f"单位代码“{code}”登记了两次"
    if missing := [field for field in ("name", "source") if not text[field]]:
        return f"缺少 {'、'.join(missing)}"
    if text["kind"] not in _KIND_CODES:
        return f"kind 现为“{text['kind']}”，应为 {'、'.join(sorted(_KIND_CODES))} 之一"
    return ""
