"""Hand in the broken submissions and judge them.

All are judged in one `validate` call: its cost hardly depends on how many units it gets, and each finding must
stay with its unit. Only what two units may not both say is asked of those with companions alone: all are
copies of two real units.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import tempfile
from collections.abc import Iterable, Mapping, Sequence
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
from expectations.rules import RULES, NoTrouble, Scope
from tasks.ledger import Entry
from tasks.pull import RegisteredUnit, Submission, load_registry, pull_unit
from tasks.render.workbook import HEADER_ROW
from tasks.render.workbook_values import displayed
from tasks.validate import Background, Verdict, validate
from tests.support.broken import fixtures
from tests.support.broken.model import Broken
from tests.support.workbooks import Records, example_records, registered

YEAR = 2020
_BETWEEN = [rule for rule in RULES if rule.scope is Scope.ACROSS_UNITS and isinstance(rule.check, NoTrouble)]
_FOUND = {"fault", "misplaced"}
"""Fields of a unit that are no fields of its entry: what loading found out."""
RULES_OF_ALL = [rule for rule in RULES if rule not in _BETWEEN]
"""What copies of two real units can be judged by together."""
_MODULES = sorted(module.name for module in iter_modules(fixtures.__path__, f"{fixtures.__name__}."))
ALL: tuple[Broken, ...] = tuple(broken for name in _MODULES for broken in import_module(name).FIXTURES)


def code_of(broken: Broken) -> str:
    """The code of the unit that hands in a broken submission."""
    return f"u{ALL.index(broken):03d}"


def judged() -> tuple[Mapping[str, Submission], Verdict]:
    """All broken submissions, by unit code (see `code_of`), and the verdict on them."""
    submissions, verdict, _ = _judge()
    return submissions, verdict


def background() -> Background:
    """What they were judged against."""
    return _judge()[2]


@cache
def _judge() -> tuple[Mapping[str, Submission], Verdict, Background]:
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool,
    ):
        batches = list(pool.map(_submit, [Path(folder)] * len(ALL), range(len(ALL)), chunksize=8))
    everyone = [submission for batch in batches for submission in batch]
    against = _background(batches)
    verdict = validate(everyone, YEAR, RULES_OF_ALL, against)
    for batch in batches:
        if len(batch) > 1:
            beside = validate(batch, YEAR, _BETWEEN, against)
            together = {unit: (*verdict.findings[unit], *found) for unit, found in beside.findings.items()}
            verdict = replace(verdict, findings={**verdict.findings, **together})
    return {submission.unit.code: submission for submission in everyone}, verdict, against


def _background(batches: Iterable[Sequence[Submission]]) -> Background:
    """The registry, in which companions are below their unit, and what was published last year."""
    registered, last = [], {}
    for broken, (first, *companions) in zip(ALL, batches, strict=True):
        code = first.unit.code
        registered += [first.unit, *(replace(companion.unit, parent=code) for companion in companions)]
        if broken.last:
            last[code] = _published(first, broken.last)
    return Background(registered, last, today=dt.date(YEAR + 1, 3, 15))


def _published(submission: Submission, fields: Mapping[str, Any]) -> Entry:
    entry = Entry(submission.unit.name, 1, "", {}, {}, {}, {})
    said = {name: value(submission) if callable(value) else value for name, value in fields.items()}
    return replace(entry, **said)


def _submit(folder: Path, number: int) -> list[Submission]:
    """The broken submission of this number and its companions."""
    broken = ALL[number]
    code = code_of(broken)
    first = _hand_in(folder, broken, code)
    return [
        first,
        *(_accompany(folder, one, f"{code}-{n}", first) for n, one in enumerate(broken.companions, 1)),
    ]


def _accompany(folder: Path, broken: Broken, code: str, first: Submission) -> Submission:
    if broken.is_same_file:
        return pull_unit(registered(broken.unit, first.unit.source, code=code), folder / "inputs")
    return _hand_in(folder, broken, code)


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
    fields = (f"{name} = {json.dumps(text)}" for name, text in entry.items() if name not in _FOUND)
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
