"""Profiles are checked as a whole, and what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.errors import ExplainedError
from tasks.score import Method, ProfileError, load_profile
from tasks.score.load import FOLDER
from tasks.score.profile import FULL

NAMES = sorted(file.stem for file in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_profiles_that_come_with_the_project(name: str) -> None:
    profile = load_profile(name, 2020)
    assert sum(line.weight for line in profile.lines) == FULL
    assert [profile.grade(points) for points in (10_000, 9_000, 8_999, 8_000, 6_000, 5_999, 0)] == [
        "优",
        "优",
        "良",
        "良",
        "中",
        "差",
        "差",
    ]


def test_national_weights() -> None:
    found = {line.level1: line.weight for line in load_profile("national").lines}
    assert found == {"预算执行": 1000, "产出指标": 5000, "效益指标": 3000, "满意度指标": 1000}


def test_hunan_weights() -> None:
    lines = load_profile("hunan").lines
    blocks: dict[str, int] = {}
    for line in lines:
        key = line.level2 if line.level1 == "过程" else line.level1
        blocks[key] = blocks.get(key, 0) + line.weight
    assert blocks == {
        "投入": 1500,
        "预算执行": 1500,
        "预算管理": 1500,
        "资产管理": 1000,
        "产出": 2500,
        "效果": 2000,
    }
    by_id = load_profile("hunan").line_by_id
    assert [band.points for band in by_id["adjustment"].bands] == [300, 200, 100, 50, 0]
    assert [band.points for band in by_id["share.key_projects"].bands] == [0, 200, 300, 400, 500]
    assert by_id["control.three_public"].method is Method.DEDUCT


def swap(old: str, new: str, count: int = 1) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, count)

    return change


def cut(start: str, end: str = "") -> Callable[[str], str]:
    return lambda text: text[: text.index(start)] + (text[text.index(end) :] if end else "")


BROKEN = {
    "weights of lines": (
        swap("weight = 5\n", "weight = 6\n"),
        "一级指标“投入”：各项分值之和为 16，而分值为 15",
    ),
    "weights of groups": (
        lambda text: swap("weight = 15\n", "weight = 16\n")(swap("weight = 5\n", "weight = 6\n")(text)),
        "各一级指标的分值之和为 101",
    ),
    "negative weight": (swap("weight = 5\n", "weight = -5\n"), "“投入”的第1项：weight 不能为负数"),
    "no weight": (swap("weight = 5\n", "weight = 0\n"), "weight 为 0"),
    "weight in words": (swap("weight = 5\n", 'weight = "五"\n'), "weight 应为数字，现为“五”"),
    "weight too fine": (swap("weight = 5\n", "weight = 5.001\n"), "weight 的小数超过两位"),
    "weight not finite": (swap("weight = 5\n", "weight = inf\n"), "weight 应为数字"),
    "overlapping bands": (
        swap("{ from = 80, to = 90", "{ from = 80, to = 91"),
        "“投入”的第3项：档次有重叠（91 与 90）",
    ),
    "gap between bands": (swap("{ from = 80, to = 90", "{ from = 80, to = 89.5"), "档次有空档（89.5 至 90）"),
    "bands without an end": (
        swap("{ from = 90, points", "{ from = 90, to = 100, points"),
        "档次没有覆盖全部数值",
    ),
    "band upside down": (swap("{ from = 80, to = 90", "{ from = 90, to = 80"), "from 不小于 to"),
    "better is worse": (swap("points = 4 }", "points = 1 }"), "表现较好的一档得分反而较低"),
    "best band": (swap("from = 90, points = 5", "from = 90, points = 4.5"), "各档最高 4.5 分，而分值为 5"),
    "unknown indicator": (
        swap('"change.three_public"', '"change.threepublic"'),
        "没有 change.threepublic 这个指标",
    ),
    "indicator of another kind": (
        swap('indicator = "system"', 'indicator = "surplus"'),
        "不能用 checklist 评分",
    ),
    "unknown kind": (swap('kind = "checklist"', 'kind = "check"'), "kind 现为“check”"),
    "unknown level": (swap('level = "output"', 'level = "outputs"'), "level 现为“outputs”"),
    "misspelt field": (
        swap("free_up_to = 100\n", "free_up_to = 100\nprorata = true\n"),
        "不认识的字段 prorata",
    ),
    "missing field": (swap("free_up_to = 100\n", ""), "缺少 free_up_to"),
    "nothing off": (swap("points = 0.5\n", "points = 0\n"), "points 为 0"),
    "floor too high": (swap("points = 0.5\n", "points = 0.5\nfloor = 6\n"), "floor 高于分值"),
    "twice": (swap('indicator = "change.three_public"', 'indicator = "control.regular"'), "出现两次"),
    "moves nowhere": (swap('moves_to = "benefit"', 'moves_to = "benefits"'), "没有这一项"),
    "moves in a circle": (
        swap('level = "benefit"\n', 'level = "benefit"\nmay_not_apply = true\nmoves_to = "satisfaction"\n'),
        "没有着落",
    ),
    "may not apply": (swap('moves_to = "benefit"\n', ""), "没有 moves_to"),
    "exclusions elsewhere": (
        swap('indicator = "control.public"\n', 'indicator = "control.public"\nexclusions = true\n'),
        "exclusions 只用于预算调整率",
    ),
    "field of a rate": (
        swap('indicator = "system"\n', 'indicator = "system"\nnew_unit = "full"\n'),
        "不用于此类项",
    ),
    "grades": (swap("from = 90\n\n[[grade]]", "from = 70\n\n[[grade]]"), "等级应从高到低排列"),
    "qualitative gap": (swap("to = 80\n", "to = 75\ndefault = 60\n#"), "首尾相接"),
    "qualitative default": (swap("default = 60", "default = 85"), "default 不在 from 与 to 之间"),
    "qualitative word twice": (swap('["部分达成"', '["达成"'), "定性结果 达成 出现在两档"),
    "over-fulfilment": (swap("limit = 130", "limit = 90"), "limit 小于 100"),
    "without weights": (swap('without_weights = "equal"', 'without_weights = "some"'), "现为“some”"),
    "no groups": (cut("[[group]]"), "缺少 group"),
    "no grades": (cut("[[grade]]", "[[group]]"), "缺少 grade"),
    "years": (swap("first_year = 2020", "first_year = 2020\nlast_year = 2019"), "last_year 早于 first_year"),
    "year with decimals": (swap("first_year = 2020", "first_year = 2020.5"), "first_year 应为整数"),
    "no title": (swap('title = "', 'title = "" # '), "title 应为文字"),
    "not TOML": (swap("[[grade]]", "[[grade"), "无法读取"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_said_with_its_place(name: str, tmp_path: Path) -> None:
    change, said = BROKEN[name]
    path = tmp_path / "自拟.toml"
    text = (FOLDER / "hunan.toml").read_text(encoding="utf-8")
    path.write_text(change(text), encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    message = str(caught.value)
    assert isinstance(caught.value, ExplainedError)
    assert message.startswith("评分办法 自拟.toml")
    assert said in message
    assert "。" in message  # and what to do


def test_a_profile_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"找不到评分办法：.*自带的有 hunan、national"):
        load_profile("hubei")
    with pytest.raises(ProfileError, match="找不到评分办法"):
        load_profile(tmp_path / "x.toml")
    with pytest.raises(ProfileError, match="无法读取"):
        load_profile(_folder(tmp_path))


def _folder(path: Path) -> Path:
    folder = path / "folder.toml"
    folder.mkdir()
    return folder


def test_a_year_without_a_profile() -> None:
    with pytest.raises(ProfileError, match=r"（湖南）”（hunan\.toml）适用于2020年起，不适用于2019年。请选用"):
        load_profile("hunan", 2019)


def test_years_have_an_end(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    text = (FOLDER / "national.toml").read_text(encoding="utf-8")
    path.write_text(swap("first_year = 2020", "first_year = 2020\nlast_year = 2021")(text), encoding="utf-8")
    load_profile(path, 2021)
    with pytest.raises(ProfileError, match=r"（x\.toml）适用于2020年至2021年，不适用于2022年"):
        load_profile(path, 2022)


def test_a_relative_path_does_not_depend_on_where_the_run_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_profile("national.toml") == load_profile("national")
