"""The Typst compiler that PDF and pictures share."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any, cast

import typst

from tasks.render.fonts import FontSet
from tasks.render.text import REPORT_TEMPLATES

_local = threading.local()


def compile_typst(template: str, fonts: FontSet, **options: Any) -> bytes:
    """Compile a template of `templates/report/` with these fonts; `options` are those of typst.Compiler.

    Safe to call from several threads at once, which then do work in parallel. Raises typst.TypstError.
    """
    return cast("bytes", _compiler(fonts).compile(_source(template), root=REPORT_TEMPLATES, **options))


def _compiler(fonts: FontSet) -> typst.Compiler:
    """Return this thread's compiler: one compiler must not serve two threads at once."""
    if getattr(_local, "fonts", None) is not fonts:
        _local.compiler = typst.Compiler(font_paths=fonts.fonts)
        _local.fonts = fonts
    return cast("typst.Compiler", _local.compiler)


@cache
def _source(template: str) -> bytes:
    return (REPORT_TEMPLATES / template).read_bytes()
