from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.annual_report import _run_batch
from tasks import years
from tasks.errors import ExplainedError
from tasks.notice import check_notice, missing_notice


@pytest.mark.parametrize(
    ("year", "settings", "message"),
    [
        (2091, 'scoring = "没有"', "找不到评分办法"),
        (2092, 'project_scoring = "hunan"', "不能用于项目"),
        (2093, '[[attachments]]\nkey = "x"\ntitle = "某表"\nnumber = 1', "key 现为“x”"),
        (2094, "topic_title = “甲”", "2094.toml（第 1 行第 15 列：“ 是全角字符，请改为半角）"),
        (
            2095,
            'topic_titel = "甲"',
            "2095.toml：不认识的字段 topic_titel。请核对拼写，可用的有 topic_title、",
        ),
        (2096, "topic_title = 5", "topic_title 应为文字，现为“5”"),
        (2097, "scoring = 5", "scoring 应为文字，现为“5”"),
        (2098, 'attachments = ["甲"]', "attachments 写法不对。请写成 [[attachments]] 的各段"),
        (2099, '[forms.basic.staff]\nregular = "甲"', "表格上没有 forms.basic 这处文字"),
        (2080, '[forms.score.unit]\nregular = "甲"', "[forms.score.unit] 下可用的有 lead、indicators"),
        (
            2081,
            '[forms.basic_data]\nstaff = "甲"',
            "forms.basic_data.staff 应写成一段 [forms.basic_data.staff]",
        ),
        (2082, "[forms.basic_data.staff]\nregular = 1", "forms.basic_data.staff.regular 应为文字，现为“1”"),
        (2083, '[forms.score]\nsignature = "签字："', "forms.score.signature 应为文字的列表，现为“签字：”"),
        (2084, '[forms.basic_data]\nlead = ["{nmae}"]', "{nmae} 没有数据可填。这一处可用的有 {name}、{year}"),
        (2085, '[forms.basic_data]\nlead = ["{name:d}"]', "{name:d} 没有数据可填"),
        (2086, '[forms.basic_data.staff]\nregular = "{name}"', "{name} 没有数据可填。这一处可用的没有"),
        (2087, '[forms.declared]\nnone = "{year年度"', "花括号没有成对"),
    ],
)
def test_settings_of_the_year_are_checked(year: int, settings: str, message: str, year_files: Path) -> None:
    (year_files / f"{year}.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(ExplainedError, match=re.escape(message)):
        check_notice(year)


def test_settings_may_begin_with_the_mark_of_notepad(year_files: Path) -> None:
    (year_files / "2079.toml").write_text('topic_title = "乡村振兴工作情况"', encoding="utf-8-sig")
    check_notice(2079)
    assert years.year_settings(2079)["topic_title"] == "乡村振兴工作情况"
    assert missing_notice(2079) == ""


def test_a_year_without_settings_of_its_own_is_told() -> None:
    assert missing_notice(2020) == ""
    told = missing_notice(2078)
    assert told.startswith(f"没有2078年度的年度文件 {years.FOLDER / '2078.toml'}，")
    assert "评分办法（national）" in told


def test_what_comes_with_the_project_is_sound() -> None:
    for year in (2020, 2021, 2030):
        check_notice(year)


def test_a_batch_with_wrong_settings_reads_nothing(units: Path, tmp_path: Path) -> None:
    with pytest.raises(ExplainedError, match="1990"):
        _run_batch(1990, units / "units.toml", tmp_path / "out", None, None, None)
    assert not (tmp_path / "out").exists()
