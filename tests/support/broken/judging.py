"""Hand in the broken submissions and judge them.

All are judged in one `validate` call: its cost hardly depends on how many units it gets, and each finding must
stay with its unit. Only one that has companions is judged apart, beside them.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import tempfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import openpyxl
import xlsxwriter

from expectations.contract import CONTRACT, Layout
from tasks.pull import RegisteredUnit, Submission, load_registry, pull_unit
from tasks.render.workbook import HEADER_ROW
from tasks.render.workbook_values import displayed
from tasks.validate import Verdict, validate
from tests.support.broken import fixtures
from tests.support.broken.model import Broken
from tests.support.workbooks import Records, example_records, registered

YEAR = 2020
_MODULES = sorted(module.name for module in iter_modules(fixtures.__path__, f"{fixtures.__name__}."))
ALL: tuple[Broken, ...] = tuple(broken for name in _MODULES for broken in import_module(name).FIXTURES)


def code_of(broken: Broken) -> str:
    """The code of the unit that hands in a broken submission."""
    return f"u{ALL.index(broken):03d}"


@cache
def judged() -> tuple[Mapping[str, Submission], Verdict]:
    """All broken submissions, by unit code (see `code_of`), and the verdict on them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool,
    ):
        handed_in = list(pool.map(_submit, [Path(folder)] * len(ALL), range(len(ALL)), chunksize=8))
    together = [batch[0] for batch in handed_in if len(batch) == 1]
    verdict, *apart = (validate(batch, YEAR) for batch in (together, *(b for b in handed_in if len(b) > 1)))
    for other in apart:
        verdict = replace(
            verdict,
            findings={**verdict.findings, **other.findings},
            unchecked={**verdict.unchecked, **other.unchecked},
        )
    return {submission.unit.code: submission for batch in handed_in for submission in batch}, verdict


def _submit(folder: Path, number: int) -> list[Submission]:
    """The broken submission of this number and its companions."""
    broken = ALL[number]
    code = code_of(broken)
    companions = [_hand_in(folder, one, f"{code}-{n}") for n, one in enumerate(broken.companions, start=1)]
    return [_hand_in(folder, broken, code), *companions]


def _hand_in(folder: Path, broken: Broken, code: str) -> Submission:
    """Hand in a broken submission under a unit code of its own."""
    records = example_records(broken.unit)
    records["profile"][0]["code"] = code
    for change in broken.changes:
        change(records)
    path = folder / f"{code}.xlsx"
    _write_plainly(path, records)
    if broken.edits:
        book = openpyxl.load_workbook(path)
        for edit in broken.edits:
            edit(book)
        book.save(path)
    if broken.file:
        path.write_bytes(broken.file(path.read_bytes()))
    unit = registered(broken.unit, path, code=code)
    if broken.entry:
        unit = _from_registry(folder / f"{code}.toml", asdict(unit) | broken.entry)
    return pull_unit(unit, folder / "inputs")


def _from_registry(path: Path, entry: Mapping[str, str]) -> RegisteredUnit:
    """The unit of a registry that has only this entry."""
    fields = (f"{name} = {json.dumps(text)}" for name, text in entry.items() if name != "fault")
    path.write_text("\n".join(["[[unit]]", *fields]), encoding="utf-8")
    (unit,) = load_registry(path)
    return unit


def _write_plainly(path: Path, records: Records) -> None:
    """Write the fill-in workbook without formats, notes and dropdowns: the same cells in less time."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        for table in CONTRACT.tables:
            sheet = book.add_worksheet(table.label)
            labels = [column.label for column in table.columns]
            rows: list[list[Any]] = [
                list(row.values()) for row in displayed(table, records.get(table.name, ()))
            ]
            if table.layout is Layout.FORM:  # labels and values side by side, below a header of its own
                rows = [[label, *values] for label, *values in zip(labels, *rows, strict=True)]
                labels = []
            for number, values in enumerate([labels, *rows], start=HEADER_ROW):
                for position, value in enumerate(values):
                    if value is not None:
                        sheet.write(number, position, value, date if isinstance(value, dt.date) else None)
