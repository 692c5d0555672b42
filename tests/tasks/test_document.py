"""The generated pages are those that are committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.document import render_pages

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["contract.md", "rules.md"])
def test_committed_pages_are_current(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == render_pages()[name], "run `make docs`"


def test_every_column_and_rule_is_documented() -> None:
    pages = render_pages()
    assert pages["contract.md"].count("| `") == 118
    assert "| D301 | 应为数字 | 错误 | 单元格 |" in pages["rules.md"]
