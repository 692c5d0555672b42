"""Read a scoring profile and check all of it, so that scoring itself cannot go wrong."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import templates
from tasks.score.earned import shown_points
from tasks.score.load_line import read_line
from tasks.score.profile import FULL, Grade, Line, Profile, ProfileError, QualitativeBand
from tasks.score.toml_place import Place
from tasks.toml_file import TomlFileError, read_toml

FOLDER = Path(str(templates.__file__)).parent / "scoring"
_WITHOUT_WEIGHTS = ("equal", "missing")


def load_profile(name: str | Path, year: int | None = None) -> Profile:
    """Read a profile: the name of one that comes with the project (`hunan`), or the path of a TOML file.

    A path that is not absolute starts from the folder of those profiles, wherever the run was started.

    Raises ProfileError, with file, place and remedy, for whatever is wrong with it, and when it is not for
    the `year`.
    """
    path = FOLDER / (name if Path(name).suffix else f"{name}.toml")
    try:
        data = read_toml(path, parse_float=Decimal)
    except FileNotFoundError:
        known = "、".join(sorted(file.stem for file in FOLDER.glob("*.toml")))
        raise ProfileError(
            f"找不到评分办法：{path}。自带的有 {known}；自拟的请放在 {FOLDER}，或写明完整的文件路径"
        ) from None
    except TomlFileError as error:
        raise ProfileError(f"评分办法 {path.name} 无法读取：{error}。请改正后重新运行") from error
    profile = _profile(Place(path.name, "全文", data))
    if year is not None:
        profile.require_year(year)
    return profile


def _profile(whole: Place) -> Profile:
    over = whole.table("over_fulfilment")
    shares = whole.table("targets")
    without_weights = shares.text("without_weights")
    if without_weights not in _WITHOUT_WEIGHTS:
        shares.fail(f"without_weights 现为“{without_weights}”", f"请改为 {'、'.join(_WITHOUT_WEIGHTS)} 之一")
    profile = Profile(
        file=whole.file,
        title=whole.text("title"),
        basis=whole.text("basis"),
        first_year=whole.year("first_year"),
        last_year=whole.year("last_year") if whole.has("last_year") else None,
        lines=_lines(whole),
        grades=_grades(whole),
        qualitative=_qualitative(whole),
        over_limit=over.number("limit"),
        equal_without_weights=without_weights == "equal",
    )
    if profile.over_limit < 100:
        over.fail("limit 小于 100", "请填写百分数，如 130")
    if profile.last_year is not None and profile.last_year < profile.first_year:
        whole.fail("last_year 早于 first_year", "请核对适用年度")
    for place in (over, shares, whole):
        place.close()
    _check_moves(whole, profile)
    return profile


def _lines(whole: Place) -> tuple[Line, ...]:
    lines: list[Line] = []
    total = 0
    for group in whole.tables("group", "一级指标"):
        level1, weight = group.text("name"), group.points("weight")
        group.name = f"一级指标“{level1}”"
        found = [read_line(place, level1) for place in group.tables("line", "的")]
        group.close()
        if (sum_of_lines := sum(line.weight for line in found)) != weight:
            group.fail(
                f"各项分值之和为 {shown_points(sum_of_lines)}，而分值为 {shown_points(weight)}",
                "请改正其中填错的一个",
            )
        total += weight
        lines += found
    if total != FULL:
        whole.fail(f"各一级指标的分值之和为 {shown_points(total)}", "请改为合计 100")
    if repeated := [key for key, n in Counter(line.id for line in lines).items() if n > 1]:
        whole.fail(f"指标 {'、'.join(repeated)} 出现两次", "请删去重复的，或用 id 加以区分")
    return tuple(lines)


def _grades(whole: Place) -> tuple[Grade, ...]:
    found = []
    for place in whole.tables("grade", "等级"):
        found.append(Grade(place.text("name"), place.points("from")))
        place.close()
    minimums = [grade.minimum for grade in found]
    if minimums != sorted(set(minimums), reverse=True) or minimums[-1] != 0 or minimums[0] > FULL:
        whole.fail("等级应从高到低排列，最后一个从 0 分起", "请核对各等级的 from")
    return tuple(found)


def _qualitative(whole: Place) -> tuple[QualitativeBand, ...]:
    found = []
    for place in whole.tables("qualitative", "定性结果"):
        band = QualitativeBand(
            place.texts("words"), place.number("from"), place.number("to"), place.number("default")
        )
        place.close()
        if not band.low <= band.default <= band.high:
            place.fail("default 不在 from 与 to 之间", "请改为该档之内的百分数")
        found.append(band)
    lows = [band.low for band in found]
    if [band.high for band in found] != [100, *lows[:-1]] or lows[-1] != 0 or len(set(lows)) < len(lows):
        whole.fail("定性结果各档应从 100 到 0 首尾相接、由高到低排列", "请核对各档的 from 和 to")
    if repeated := [word for word, n in Counter(w for band in found for w in band.words).items() if n > 1]:
        whole.fail(f"定性结果 {'、'.join(repeated)} 出现在两档", "请删去重复的")
    return tuple(found)


def _check_moves(whole: Place, profile: Profile) -> None:
    """Every chain of lines that may be left out ends at one that may not."""
    for line in profile.lines:
        passed, at = {line.id}, line
        while at.moves_to:
            if at.moves_to not in profile.line_by_id:
                whole.fail(f"“{at.name}”的 moves_to 为“{at.moves_to}”，没有这一项", "请填写已有项的 id")
            at = profile.line_by_id[at.moves_to]
            if at.id in passed:
                whole.fail(f"“{line.name}”的分值移来移去，没有着落", "请核对各项的 moves_to")
            passed.add(at.id)
