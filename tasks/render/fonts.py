"""The fonts of the PDF: chosen explicitly, so that a missing one is an error and not an empty box."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Literal

import typst

from tasks.errors import ExplainedError

Role = Literal["title", "body", "kai", "hei", "song"]
"""小标宋 (titles), 仿宋 (text), 楷体 and 黑体 (headings), 宋体 (page numbers)."""

FONT_PATH = "JIXIAO_FONT_PATH"
"""Environment variable: folders with fonts, separated as in PATH."""

_ROLE_NAMES: dict[Role, str] = {"title": "标题", "body": "正文", "kai": "楷体", "hei": "黑体", "song": "页码"}

_PREFERRED: dict[Role, tuple[str, ...]] = {
    "title": (
        *("FZXiaoBiaoSong-B05S", "方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05"),
        *("STZhongsong", "华文中宋", "FandolSong"),
    ),
    "body": (
        *("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋"),
        *("STFangsong", "FandolFang R", "FandolFang"),
    ),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "FandolKai"),
    "hei": (
        *("SimHei", "黑体", "STHeiti", "FandolHei"),
        *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    ),
    "song": ("SimSun", "宋体", "STSong", "FandolSong"),
}
_WIDE = (
    *("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN"),
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("SimSun", "宋体", "WenQuanYi Zen Hei", "Droid Sans Fallback"),
)
"""Families with rare characters (as in names of persons), which the preferred ones may lack."""


class ChineseFontMissingError(ExplainedError):
    """No font with Chinese characters was found; the message (Chinese) says what to install."""

    def __init__(self) -> None:
        super().__init__(
            "没有找到能显示中文的字体，无法生成 PDF。请安装字体：Debian/Ubuntu 上安装 fonts-noto-cjk，"
            f"或运行 make fonts，或把字体文件所在目录写入环境变量 {FONT_PATH}。"
        )


@dataclass(frozen=True, eq=False)
class FontSet:
    """Loaded fonts, and for each role the families to try in this order, character by character."""

    fonts: typst.Fonts
    families: dict[Role, tuple[str, ...]]


@cache
def load_fonts() -> FontSet:
    """Find and load the fonts once a process: from JIXIAO_FONT_PATH, the system, and `mplfonts`.

    Raises ChineseFontMissingError if none of them is known to cover Chinese.
    """
    carried = _carried_folder()
    folders = [folder for folder in os.environ.get(FONT_PATH, "").split(os.pathsep) if folder]
    fonts = typst.Fonts(
        include_system_fonts=True,
        include_embedded_fonts=False,
        font_paths=[*folders, *([str(carried)] if carried else [])],
    )
    # Typst takes whole folders, but of the wheel's only the Noto files are free to use.
    families = {
        font.family
        for font in fonts.fonts()
        if not (carried and font.path and carried in Path(font.path).parents)
        or Path(font.path).name.startswith("Noto")
    }
    return FontSet(fonts, choose_families(families))


def choose_families(available: Collection[str]) -> dict[Role, tuple[str, ...]]:
    """Return for each role the best of the `available` families, followed by those with rare characters.

    A role without a family of its own gets one of another role where there are none of the latter.
    Raises ChineseFontMissingError if no available family covers Chinese.
    """
    known = {role: [name for name in names if name in available] for role, names in _PREFERRED.items()}
    backup = [name for name in _WIDE if name in available] or [*chain.from_iterable(known.values())][:1]
    if not backup:
        raise ChineseFontMissingError
    return {role: tuple(dict.fromkeys([*names[:1], *backup])) for role, names in known.items()}


def _carried_folder() -> Path | None:
    """Return the folder of fonts in the `mplfonts` wheel, if it is installed."""
    spec = importlib.util.find_spec("mplfonts")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "fonts"


def main() -> int:
    """Print the chosen families in Chinese; return 1 if no font covers Chinese."""
    try:
        chosen = load_fonts().families
    except ChineseFontMissingError as error:
        print(error, file=sys.stderr)
        return 1
    for role, families in chosen.items():
        print(f"{_ROLE_NAMES[role]}：{'，缺字时用 '.join(families)}")
    if not any(family in _WIDE for family in chosen["body"]):
        print("提示：没有收字较全的备用字体，人名、地名中的生僻字可能无法显示；可安装 fonts-noto-cjk。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
