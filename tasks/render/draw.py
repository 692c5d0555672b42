"""Draw a picture on its own, for the formats that cannot draw: SVG for the page, PNG for Word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from tasks.render.compiler import compile_typst
from tasks.render.fonts import load_fonts

TEXT_WIDTH_MM = 156
RESOLUTION = 200
"""Pixels per inch of a PNG: what a 9 pt label needs in print; twice as many cost twice the time and size."""


def draw(picture: Mapping[str, Any], format: Literal["svg", "png"]) -> bytes:
    """Return a picture, as `printable` gives it, as a file of its own. Equal pictures give equal bytes.

    Letters become outlines, so that it looks the same whatever fonts the reader has.
    """
    fonts = load_fonts()
    return compile_typst(
        "picture.typ",
        fonts,
        format=format,
        ppi=RESOLUTION,
        sys_inputs={
            "width": str(TEXT_WIDTH_MM * picture["width"] / 100),
            "drawing": json.dumps(picture["drawing"], ensure_ascii=False),
            "fonts": json.dumps(fonts.families, ensure_ascii=False),
        },
    )


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels, as its header says."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
