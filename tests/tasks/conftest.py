"""What the tests of several rooms start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks import years
from tasks.render.attachments import words


@pytest.fixture
def year_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of year files that is looked into, with the default one alone; nothing read before is remembered."""
    (tmp_path / "default.toml").write_bytes((years.FOLDER / "default.toml").read_bytes())
    monkeypatch.setattr(years, "FOLDER", tmp_path)
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    years.year_settings.cache_clear()
    words.form_words.cache_clear()
