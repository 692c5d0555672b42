"""Pictures as files of their own: always the same bytes, always in the page, readable without colour."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import pytest

from tasks.money import basis_points
from tasks.render.document import Picture
from tasks.render.draw import draw_png, png_size
from tasks.render.pictures import YearPoint, execution_by_project, series, units_compared
from tasks.render.pictures.units import UnitRow
from tasks.render.text import REPORT_TEMPLATES
from tests.tasks.render.conftest import make_picture


def _project(number: int, name: str) -> dict[str, Any]:
    final = number * 1_234_567
    return {
        "name": name,
        "adjusted": 40_000_000,
        "final": final,
        "rate_bp": basis_points(final, 40_000_000),
        "is_classified": False,
    }


def drawn(picture: Picture) -> bytes:
    return draw_png(asdict(picture))


def height_mm(picture: Picture) -> float:
    width, height = png_size(drawn(picture))
    return 156 * height / width


def test_same_picture_same_bytes_in_any_thread() -> None:
    pictures = [make_picture(f"第{n}项") for n in range(6)]
    expected = [drawn(picture) for picture in pictures]
    assert len(set(expected)) == 6
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(drawn, pictures * 3)) == expected * 3


def test_same_picture_same_bytes_in_another_process() -> None:
    code = (
        "import sys; from tests.tasks.render.conftest import make_picture; from tasks.render.draw import draw_png;"
        "from dataclasses import asdict; sys.stdout.buffer.write(draw_png(asdict(make_picture())))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(REPORT_TEMPLATES.parents[1]), "PYTHONHASHSEED": "7"},
    )
    assert run.stdout == drawn(make_picture())


@pytest.mark.parametrize("count", [1, 19, 23, 200])
def test_any_number_of_long_names_fits_a_page(count: int) -> None:
    names = [
        f"长沙市第{n}号新型智慧城市示范城市顶层设计和三年行动计划编制及配套设施建设运维经费"
        for n in range(count)
    ]
    picture = execution_by_project([_project(n, name) for n, name in enumerate(names)])
    assert height_mm(picture) < 225 - 15  # the text height less the caption


def test_hundreds_of_units_fit_a_page() -> None:
    units = [UnitRow(f"长沙市第{n}号单位管理服务中心", 10**9 + n, 10**9, 9_900) for n in range(500)]
    assert height_mm(units_compared(units)) < 225 - 15


def test_a_series_with_a_gap_is_drawn() -> None:
    points = [YearPoint(2016, 10**9, 9 * 10**8, 9_000, is_restated=True), YearPoint(2020, 10**9, None, None)]
    assert 50 < height_mm(series("近五年", points, 2020)) < 100


def test_grey_print_tells_budget_from_expenditure() -> None:
    """The solid bar is dark, the budget around it white with a dark line: no colour is needed."""
    rows = _pixels(drawn(make_picture()))
    grey = [[(299 * r + 587 * g + 114 * b) // 1000 for r, g, b in row] for row in rows]
    dark = max(grey, key=lambda row: sum(value < 90 for value in row))
    assert sum(value < 90 for value in dark) > len(dark) // 5
    runs = [len(run) for run in re.findall("w+", "".join("w" if value > 250 else "." for value in dark))]
    assert max(runs) > len(dark) // 20
    assert len({pixel for row in rows for pixel in row if pixel[2] - pixel[0] > 60}) > 0  # blue on a screen


def _pixels(png: bytes) -> list[list[tuple[int, int, int]]]:
    """The pixels of an RGBA PNG, row by row."""
    width, height = png_size(png)
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    raw, stride, rows = zlib.decompress(data), width * 4, [bytearray(width * 4)]
    for number in range(height):
        filter_type, *line = raw[number * (stride + 1) : (number + 1) * (stride + 1)]
        above, row = rows[-1], bytearray(stride)
        for x, value in enumerate(line):
            left, up = (row[x - 4] if x >= 4 else 0), above[x]
            corner = above[x - 4] if x >= 4 else 0
            guess = left + up - corner
            paeth = min((left, up, corner), key=lambda near: abs(guess - near))
            row[x] = (value + (0, left, up, (left + up) // 2, paeth)[filter_type]) & 255
        rows.append(row)
    return [[(r, g, b) for r, g, b, _ in zip(*[iter(row)] * 4, strict=True)] for row in rows[1:]]
