"""Where and when: the environment and `operate.toml`; what cannot be is refused before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import Settings, SettingsError, load_settings


def load(folder: Path, text: str) -> Settings:
    (folder / "operate.toml").write_text(text, encoding="utf-8")
    return load_settings({"JIXIAO_REGISTRY": str(folder / "units.toml"), "JIXIAO_OUT": str(folder / "out")})


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    settings = load_settings({"JIXIAO_REGISTRY": str(tmp_path / "units.toml")})
    assert settings.registry == tmp_path / "units.toml"
    assert (settings.annual, settings.timezone) == (("0 8 15 1 *",), "Asia/Shanghai")


def test_the_file_says_when(tmp_path: Path) -> None:
    text = '[annual]\ncron = "0 7 20 1 *"\n[remind]\ncron = ["0 9 20-31 12 *", "0 9 1-10 1 *"]\n[watch]\nseconds = 0'
    settings = load(tmp_path, text)
    assert (settings.annual, len(settings.remind), settings.watch_seconds) == (("0 7 20 1 *",), 2, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[annual]\ncron = '0 8 15 1'", "[annual] 的 cron “0 8 15 1”不合规，应为“分 时 日 月 星期”五项"),
        ("[remind]\ncron = ['0 9 40 1 *']", "[remind] 的 cron “0 9 40 1 *”不合规"),
        ("[annual]\ncron = 8", "[annual] 的 cron “8”不合规"),
        ("timezone = 'Asia/Nowhere'", "没有时区 Asia/Nowhere"),
        ("[watch]\nseconds = 1", "seconds 现为 1，应为 0（不检查）或不小于 5 的整数"),
        ("[anual]\ncron = '0 8 15 1 *'", "不认识的内容 anual"),
        ("[annual]\ncorn = '0 8 15 1 *'", "[annual] 中不认识的字段 corn"),
        ("annual = 3", "annual 应写成一段 [annual]"),
        ("[annual", "运行设置无法读取"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, text)
    assert message in str(refused.value)
    assert "operate.toml" in str(refused.value)
