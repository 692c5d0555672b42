"""Which fonts the PDF gets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tasks.render import fonts
from tasks.render.fonts import ChineseFontMissingError, choose_families, load_fonts

NOTO = ["Noto Serif CJK SC", "Noto Sans CJK SC"]
FANDOL = ["FandolSong", "FandolFang R", "FandolKai", "FandolHei"]


@dataclass(frozen=True)
class FakeFont:
    family: str
    path: str


@dataclass
class FakeFonts:
    """Stands in for typst.Fonts: font files with the family as their name."""

    include_system_fonts: bool
    include_embedded_fonts: bool
    font_paths: list[str]

    def fonts(self) -> list[FakeFont]:
        return [
            FakeFont(file.stem.removeprefix("NotoSansCJKsc-"), str(file))
            for folder in self.font_paths
            for file in sorted(Path(folder).iterdir())
        ]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    load_fonts.cache_clear()
    yield
    load_fonts.cache_clear()


@pytest.fixture
def carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a `mplfonts` wheel; importing it would fail."""
    folder = tmp_path / "site" / "mplfonts" / "fonts"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise AssertionError('must not be imported')")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setattr("typst.Fonts", FakeFonts)
    monkeypatch.delenv(fonts.FONT_PATH, raising=False)
    return folder


def test_noto_alone_serves_every_role() -> None:
    chosen = choose_families(NOTO)
    assert chosen["body"] == chosen["title"] == chosen["song"] == chosen["kai"] == tuple(NOTO)
    assert chosen["hei"] == ("Noto Sans CJK SC", "Noto Serif CJK SC")


def test_fandol_has_a_backup_for_rare_characters() -> None:
    chosen = choose_families([*FANDOL, *NOTO])
    assert [chosen[role][0] for role in ("title", "body", "kai", "hei", "song")] == [
        *("FandolSong", "FandolFang R", "FandolKai", "FandolHei", "FandolSong")
    ]
    assert all(families[1:] == tuple(NOTO) for families in chosen.values())


def test_the_fonts_of_the_standard_come_first() -> None:
    chosen = choose_families(
        [*FANDOL, *NOTO, "方正小标宋简体", "FangSong_GB2312", "KaiTi", "SimHei", "SimSun"]
    )
    assert [families[0] for families in chosen.values()] == [
        *("方正小标宋简体", "FangSong_GB2312", "KaiTi", "SimHei", "SimSun")
    ]


def test_one_chinese_font_is_enough() -> None:
    assert set(choose_families(["SimHei", "DejaVu Sans"]).values()) == {("SimHei",)}


def test_no_chinese_font_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ChineseFontMissingError, match=r"fonts-noto-cjk.*make fonts"):
        choose_families(["DejaVu Sans", "Libertinus Serif"])


def test_only_the_free_fonts_of_the_wheel_are_used(carried: Path) -> None:
    (carried / "SimHei.ttf").touch()
    (carried / "NotoSansCJKsc-Noto Sans CJK SC.otf").touch()
    assert load_fonts().families["hei"] == ("Noto Sans CJK SC",)


def test_the_wheel_without_free_fonts_does_not_serve(carried: Path) -> None:
    (carried / "SimHei.ttf").touch()
    with pytest.raises(ChineseFontMissingError):
        load_fonts()


def test_folders_can_be_named(carried: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "one" / "FandolFang R.otf").touch()
    (tmp_path / "two" / "SimHei.ttf").touch()
    monkeypatch.setenv(fonts.FONT_PATH, os.pathsep.join([str(tmp_path / "one"), str(tmp_path / "two")]))
    chosen = load_fonts()
    assert chosen.families["body"][0] == "FandolFang R"
    assert chosen.families["hei"][0] == "SimHei"
    assert load_fonts() is chosen


def test_command_names_the_fonts(carried: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (carried / "NotoSansCJKsc-Noto Sans CJK SC.otf").touch()
    assert fonts.main() == 0
    assert "黑体：Noto Sans CJK SC\n" in capsys.readouterr().out


def test_command_fails_without_a_chinese_font(carried: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fonts.main() == 1
    assert "没有找到能显示中文的字体" in capsys.readouterr().err


def test_installed_fonts_are_found() -> None:
    """The tests of the PDF need a Chinese font: `make fonts` installs one."""
    found = load_fonts()
    assert found.families["body"][0] in found.fonts.families()
