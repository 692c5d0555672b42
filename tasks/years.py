"""What changes with the year: `templates/years/<year>.toml`, over `templates/years/default.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import templates
from tasks.errors import ExplainedError
from tasks.toml_file import TomlFileError, read_toml

FOLDER = Path(templates.__file__).parent / "years"
_WORDS = ("topic_title", "scoring", "project_scoring")
_TABLES = {"attachments": "[[attachments]]", "forms": "[forms.…]"}


class YearSettingsError(ExplainedError):
    """The settings of a year cannot be used; the message is for the operator, in Chinese."""


@cache
def year_settings(year: int) -> Mapping[str, Any]:
    """The settings of a year, those of its own file over the default ones.

    Raises YearSettingsError when a file cannot be read, or has a field that is unknown or of a wrong type.
    """
    settings: dict[str, Any] = {}
    for path in (FOLDER / "default.toml", year_file(year)):
        try:
            found = read_toml(path)
        except FileNotFoundError:
            continue
        except TomlFileError as error:
            raise YearSettingsError(f"年度文件无法读取：{path}（{error}），请改正后重新运行") from error
        if fault := _fault(found):
            raise YearSettingsError(f"年度文件有误：{path}：{fault}")
        settings |= found
    return settings


def year_file(year: int) -> Path:
    """Where the settings of a year are written, whether or not they are."""
    return FOLDER / f"{year}.toml"


def _fault(found: Mapping[str, Any]) -> str:
    for name, value in found.items():
        if name in _WORDS:
            if not isinstance(value, str) or not value.strip():
                return f'{name} 应为文字，现为“{value}”。请写成 {name} = "…"'
        elif name not in _TABLES:
            known = "、".join((*_WORDS, *_TABLES))
            return f"不认识的字段 {name}。请核对拼写，可用的有 {known}"
        elif not _is_table(name, value):
            return f"{name} 写法不对。请写成 {_TABLES[name]} 的各段"
    return ""


def _is_table(name: str, value: Any) -> bool:
    if name == "forms":
        return isinstance(value, dict)
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
