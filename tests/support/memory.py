"""Submissions without workbooks: records as reading would return them, for what follows after reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from expectations.contract import CONTRACT, Layout, Table, Type
from expectations.rules import Severity
from tasks.findings import Finding
from tasks.frames import stack
from tasks.pull import Submission
from tasks.quantities import compute_quantities
from tasks.render.document import Document
from tasks.render.wording import write_report
from tasks.validate import Verdict
from tasks.values import Values, build_values
from tests.support.workbooks import Records, example_records, registered

YEAR = 2020


def in_memory(records: Records, unit: str = "sjzyj", code: str = "") -> Submission:
    """A submission with these records, read from nowhere."""
    rows = {table.name: _rows(table, records.get(table.name, ())) for table in CONTRACT.tables}
    return Submission(registered(unit, f"{unit}.xlsx", code=code or unit), rows=rows)


def _rows(table: Table, records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    first = 0 if table.layout is Layout.FORM else 4
    return [
        {"sheet_row": number}
        | {column.name: _read(column.type, record.get(column.name)) for column in table.columns}
        for number, record in enumerate(records, start=first)
    ]


def _read(type_: Type, value: Any) -> Any:
    """Reading keeps a target or its actual value as digits or words; it strips texts."""
    if value is None:
        return None
    if type_ is Type.NUMBER:
        return str(value)
    return value.strip() if isinstance(value, str) else value


def sound(submissions: Iterable[Submission]) -> Verdict:
    """The verdict on submissions that break no rule, without asking the rules."""
    submissions = tuple(submissions)
    codes = [submission.unit.code for submission in submissions]
    frames = stack(submissions)
    nothing: dict[str, Any] = dict.fromkeys(codes, ())
    return Verdict(nothing, nothing, frames, compute_quantities(frames, codes))


def values_of(records: Records, unit: str = "sjzyj", year: int = YEAR) -> Values:
    """What a report on these records is written from."""
    submission = in_memory(records, unit)
    return build_values(sound([submission]), [unit], year)[unit]


def report_on(
    unit: str = "sjzyj", change: Callable[[Records], None] | None = None, year: int = YEAR
) -> Document:
    """The report on a real unit, with `change` made to its records."""
    return reports_on([unit], change, year)[unit]


def reports_on(
    units: Iterable[str], change: Callable[[Records], None] | None = None, year: int = YEAR
) -> dict[str, Document]:
    """The reports on real units, computed together, with `change` made to the records of each."""
    submissions = []
    for unit in units:
        records = example_records(unit)
        if change:
            change(records)
        submissions.append(in_memory(records, unit))
    values = build_values(sound(submissions), [submission.unit.code for submission in submissions], year)
    return {unit: write_report(of_unit) for unit, of_unit in values.items()}


FINDING = Finding(
    unit="sjzyj",
    rule="F101.x",
    severity=Severity.CRITICAL,
    file="sjzyj.xlsx",
    sheet="基本支出",
    cell="C10",
    value="-1.00",
    expected="不小于 0",
    message="“全年预算数”为 -1.00，不应为负数",
    remedy="请核对",
)
"""Any finding."""
