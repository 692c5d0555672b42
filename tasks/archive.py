"""Read what was published before: the data of a unit's version."""

from __future__ import annotations

import json

from tasks.changes import Flat
from tasks.errors import ExplainedError
from tasks.layout import UnitFolder
from tasks.manifest import DATA


class NoVersionError(ExplainedError):
    """A version that was asked for is not there; the message says which there are."""


def version_numbers(folder: UnitFolder) -> list[int]:
    """The numbers of all versions of a unit, the oldest first."""
    if not folder.versions.is_dir():
        return []
    return sorted(int(path.name) for path in folder.versions.iterdir() if path.name.isdecimal())


def read_data(folder: UnitFolder, number: int | None = None) -> tuple[int, Flat]:
    """The number and the data of a version, of the current one where none is named.

    Raises NoVersionError where there is no such version, or its data is lost.
    """
    known = version_numbers(folder)
    where = f"{folder.path.parent.name}年 {folder.path.name}"
    if number is None:
        if not folder.latest.is_dir():
            raise NoVersionError(
                f"{where} 还没有发布过，没有可以比较的版本。请核对单位代码、年度和输出目录（--out）；"
                "由历史资料导入的年度没有版本，不能比较"
            )
        number = int(folder.latest.resolve().name)
    if number == 0 and known == [1]:
        raise NoVersionError(f"{where} 只有第 1 版，还没有可以比较的上一版")
    if number not in known:
        there = "、".join(map(str, known)) or "没有"
        raise NoVersionError(f"{where} 没有第 {number} 版，已有的版本：{there}")
    path = folder.versions / f"{number:04d}" / DATA
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise NoVersionError(f"{where} 第 {number} 版的数据无法读取：{path}") from None
    return number, data
