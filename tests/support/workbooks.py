"""Workbooks for tests: the two real units, changed as a test needs."""

from __future__ import annotations

import copy
import importlib.util
import shutil
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from tasks.pull import RegisteredUnit, Submission, pull_unit
from tasks.render.workbook import write_workbook

EXAMPLE = Path(__file__).parents[2] / "examples" / "changsha-2020"
Records = dict[str, list[dict[str, Any]]]
NAMES = {"sjzyj": "长沙市数据资源管理局", "dsjzx": "长沙市大数据中心"}


@cache
def _example(unit: str) -> Records:
    spec = importlib.util.spec_from_file_location("example_build", EXAMPLE / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    records: Records = module.read_records(EXAMPLE / f"{unit}.toml")
    return records


def example_records(unit: str) -> Records:
    """A copy of a real unit's records (amounts in 分), free to change."""
    return copy.deepcopy(_example(unit))


def row(records: Records, table: str, **where: Any) -> dict[str, Any]:
    """The one row of a table with these values, to change in place."""
    (found,) = [r for r in records[table] if all(r.get(k) == v for k, v in where.items())]
    return found


def registered(unit: str, source: Path | str, **changes: Any) -> RegisteredUnit:
    """A registry entry of a real unit with its workbook at `source`."""
    kind = "administrative" if unit == "sjzyj" else "institution"
    fields = {
        "code": unit,
        "name": NAMES[unit],
        "kind": kind,
        "parent": "",
        "source": str(source),
        "contact": f"{unit}@example.invalid",
    }
    return RegisteredUnit(**(fields | changes))


def submit(folder: Path, unit: str = "sjzyj", change: Callable[[Records], None] | None = None) -> Submission:
    """Write a real unit's workbook, with `change` made to its records, and pull it."""
    records = example_records(unit)
    if change:
        change(records)
    path = folder / f"{unit}.xlsx"
    write_workbook(path, records)
    return pull_unit(registered(unit, path), folder / "inputs")


def copy_example(folder: Path) -> Path:
    """Copy the registry and workbooks of the two real units into a new folder."""
    folder.mkdir()
    for name in ("units.toml", "sjzyj.xlsx", "dsjzx.xlsx"):
        shutil.copy(EXAMPLE / name, folder)
    return folder


def edit_workbook(path: Path, edits: Iterable[tuple[str, str, Any]]) -> None:
    """Set cells of a workbook as a clerk would: (sheet, cell, value)."""
    book = openpyxl.load_workbook(path)
    for sheet, cell, value in edits:
        book[sheet][cell] = value
    book.save(path)
