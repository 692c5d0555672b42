"""Findings to give back, and what a workbook shows of them."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from expectations.rules import Severity
from tasks.findings import Finding


def finding(sheet: str = "", cell: str = "", severity: Severity = Severity.CRITICAL, **said: str) -> Finding:
    """One finding; what is not said has a text to be recognised by."""
    texts = {
        "unit": "sjzyj",
        "rule": "D301",
        "file": "sjzyj.xlsx",
        "value": "无",
        "expected": "",
        "message": "“决算数”应为数字，现为“无”",
        "remedy": "请改为数字",
    }
    return Finding(severity=severity, sheet=sheet, cell=cell, **(texts | said))


@dataclass(frozen=True)
class Look:
    """What a sheet shows: cell → colour given by a conditional format, cell → note, colour of the tab."""

    colours: dict[str, str]
    notes: dict[str, str]
    tab: str


def look(content: bytes) -> dict[str, Look]:
    """What each sheet of a workbook shows."""
    return {sheet.title: _look(sheet) for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets}


def _look(sheet: Any) -> Look:
    colours = {}
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if rule.formula == ['ISTEXT("jixiao-mark")']:
                for cell in str(area.sqref).split():
                    assert cell not in colours
                    colours[cell] = rule.dxf.fill.bgColor.rgb[2:]
    notes = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    tab = sheet.sheet_properties.tabColor
    return Look(colours, notes, tab.rgb[2:] if tab else "")


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_parts(content: bytes) -> dict[str, str]:
    """Sheet name → name of its part, for workbooks that number them in order."""
    names = openpyxl.load_workbook(io.BytesIO(content), read_only=True).sheetnames
    return {name: f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(names, start=1)}


def sheet_data(part: bytes) -> bytes:
    """The rows of a sheet, as they are written."""
    found = re.search(rb"<sheetData>.*</sheetData>", part, re.DOTALL)
    assert found
    return found[0]


def boxes(content: bytes, name: str) -> dict[tuple[int, int], list[int]]:
    """(Row, column) from 0 → the anchor of the box of its note, in a drawing part."""
    found = {}
    for shape in re.findall(r"<\w+:shape\s.*?</\w+:shape>", parts(content)[name].decode(), re.DOTALL):
        row, column, anchor = (re.search(rf":{tag}>([^<]*)<", shape) for tag in ("Row", "Column", "Anchor"))
        if row and column:
            place = int(row[1]), int(column[1])
            assert place not in found
            found[place] = [int(number) for number in anchor[1].split(",")] if anchor else []
    return found


def write(folder: Path, content: bytes, name: str = "book.xlsx") -> Path:
    """Put the bytes of a workbook into a file."""
    path = folder / name
    path.write_bytes(content)
    return path
