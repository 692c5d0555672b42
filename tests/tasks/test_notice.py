from __future__ import annotations

from pathlib import Path

import pytest

from flows.annual_report import _run_batch
from tasks import years
from tasks.errors import ExplainedError
from tasks.notice import check_notice


@pytest.mark.parametrize(
    ("year", "settings", "message"),
    [
        (2091, 'scoring = "没有"', "找不到评分办法"),
        (2092, 'project_scoring = "hunan"', "不能用于项目"),
        (2093, '[[attachments]]\nkey = "x"\ntitle = "某表"\nnumber = 1', "key 现为“x”"),
    ],
)
def test_settings_of_the_year_are_checked(
    year: int, settings: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "default.toml").write_bytes((years.FOLDER / "default.toml").read_bytes())
    (tmp_path / f"{year}.toml").write_text(settings, encoding="utf-8")
    monkeypatch.setattr(years, "FOLDER", tmp_path)
    with pytest.raises(ExplainedError, match=message):
        check_notice(year)


def test_what_comes_with_the_project_is_sound() -> None:
    for year in (2020, 2021, 2030):
        check_notice(year)


def test_a_batch_with_wrong_settings_reads_nothing(units: Path, tmp_path: Path) -> None:
    with pytest.raises(ExplainedError, match="1990"):
        _run_batch(1990, units / "units.toml", tmp_path / "out", None, None, None)
    assert not (tmp_path / "out").exists()
