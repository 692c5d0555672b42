"""Draw a picture on its own, for the format that cannot draw: PNG for Word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tasks.render.compiler import compile_typst
from tasks.render.fonts import load_fonts

TEXT_WIDTH_MM = 156
RESOLUTION = 150
"""Pixels per inch. Half of the time goes into pixels: 200 take nearly twice the time."""


def draw_png(picture: Mapping[str, Any]) -> bytes:
    """Return a picture, as `printable` gives it, as a PNG. Equal pictures and fonts give equal bytes."""
    fonts = load_fonts()
    return compile_typst(
        "picture.typ",
        fonts,
        format="png",
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
