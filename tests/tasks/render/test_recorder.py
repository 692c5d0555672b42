"""Numbers of headings, tables and pictures."""

from __future__ import annotations

import pytest

from tasks.render.document import Heading
from tasks.render.recorder import Recorder, WordingError


def test_a_reference_to_no_table_is_an_error() -> None:
    recorder = Recorder()
    recorder.p(f"见{recorder.ref('nowhere')}。")
    with pytest.raises(WordingError, match="nowhere"):
        recorder.resolved()


def test_numbering_starts_again_below_each_heading() -> None:
    recorder = Recorder()
    for call, text in (
        (recorder.section, "甲"),
        (recorder.part, "乙"),
        (recorder.point, "丙"),
        (recorder.point, "丁"),
        (recorder.part, "戊"),
        (recorder.point, "己"),
        (recorder.section, "庚"),
        (recorder.part, "辛"),
    ):
        call(text)
    headings = [block for block in recorder.blocks if isinstance(block, Heading)]
    assert "".join(heading.number for heading in headings) == "一、（一）1.2.（二）1.二、（一）"
    assert [heading.anchor for heading in headings[:3]] == ["s1", "s1-1", "s1-1-1"]


def test_no_heading_ends_in_punctuation() -> None:
    recorder = Recorder()
    for text in ("甲。", "乙：；", "（丙）", "。"):
        recorder.section(text)
    assert [block.text for block in recorder.blocks if isinstance(block, Heading)] == [
        "甲",
        "乙",
        "（丙）",
        "。",
    ]
