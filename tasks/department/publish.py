"""Publish a department's report: versions and `latest`, as for a unit, from what its units have published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tasks.changes import Flat
from tasks.department.values import department_values
from tasks.department.yearbook import Yearbook
from tasks.layout import UnitFolder
from tasks.ledger import FILE
from tasks.manifest import Edition
from tasks.money import yuan
from tasks.publish import Published, publish, stage
from tasks.pull import RegisteredUnit, Snapshot, Submission
from tasks.render.department import write_department
from tasks.render.package import render_document
from tasks.summable import PLACES


def publish_department(head: RegisteredUnit, book: Yearbook, run_id: str) -> Published | None:
    """Sum up a department and publish its report; None while none of its units has published anything.

    Equal figures and states make no new version. Raises OSError when the folder cannot be written.
    """
    entries = {code: book.ledger[code].as_dict() for code in book.members(head.code) if code in book.ledger}
    if not entries:
        return None
    folder = UnitFolder.of_department(book.out, book.year, head.code)
    values = department_values(head, book)
    staging = stage(folder, render_document(write_department(values)), run_id)
    # What was read for it is its part of the ledger.
    content = json.dumps(entries, ensure_ascii=False, sort_keys=True).encode()
    ledger = book.out / str(book.year) / FILE
    snapshot = Snapshot(str(ledger), ledger, hashlib.sha256(content).hexdigest(), len(content))
    unit = RegisteredUnit(head.code, head.name, head.kind, head.parent, str(ledger), head.contact)
    edition = Edition(Submission(unit, snapshot), book.year, (), (), flatten(values), run_id)
    return publish(folder, staging, edition)


def flatten(values: Mapping[str, Any]) -> Flat:
    """Every sum and every unit of a department by its place, for telling two versions apart."""
    flat: Flat = {}
    for name, place in PLACES.items():
        if (value := values["sums"][name]) is not None:
            flat[f"{place.table.label} · {place.row_label} · {place.column.label}"] = (
                f"{yuan(value)} 元" if place.is_money else str(value)
            )
    for unit in values["units"]:
        where = f"单位 · {unit['code']} {unit['name']}"
        flat[f"{where} · 状态"] = unit["state"]
        flat[f"{where} · 采用版本"] = str(unit["version"]) if unit["is_published"] else "无"
        for label, name in (("全年预算数", "adjusted"), ("决算支出", "final")):
            if unit[name] is not None:
                flat[f"{where} · {label}"] = f"{yuan(unit[name])} 元"
    return flat
