"""Words that need a rule."""

from __future__ import annotations

import datetime as dt

import pytest

from tasks.render.phrases import (
    against_last_year,
    chinese_date,
    heading_text,
    paragraphs,
    quoted,
    sentence,
    surplus,
    thousands,
    titled,
)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (None, ""),
        ("", ""),
        ("甲", "甲。"),
        ("甲。", "甲。"),
        ("甲；", "甲。"),
        ("甲，、", "甲。"),
        ("甲：", "甲："),
        ("甲！", "甲！"),
        ("甲”", "甲”。"),
        ("甲。”", "甲。”"),
        ("（甲）", "（甲）。"),
        ("（甲。）", "（甲。）"),
        ("甲…", "甲…"),
        ("APP 2.0", "APP 2.0。"),
        ("甲. ", "甲."),
    ],
)
def test_sentence(text: str | None, whole: str) -> None:
    assert sentence(text) == whole


def test_paragraphs_of_one_cell() -> None:
    assert paragraphs("甲\n\n 乙；\n") == ["甲。", " 乙。"]
    assert paragraphs(None) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("一、甲", "甲"),
        ("（一）甲", "甲"),
        ("(1) 甲", "甲"),
        ("1、甲", "甲"),
        ("1．甲", "甲"),
        ("1. 甲", "甲"),
        ("甲。", "甲"),
        ("1.5级平台", "1.5级平台"),
        ("2018 年项目", "2018 年项目"),
        ("一体化平台", "一体化平台"),
        ("十四五规划", "十四五规划"),
        ("一、", "一"),
        ("。", "。"),
        ("（试行）办法", "（试行）办法"),
    ],
)
def test_heading_text(typed: str, kept: str) -> None:
    assert heading_text(typed) == kept


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1625, "1,625"),
        ("1625", "1,625"),
        ("-1234567.80", "-1,234,567.80"),
        ("999", "999"),
        ("0", "0"),
        ("01234", "01234"),
        ("2020年", "2020年"),
        ("1,625", "1,625"),
        ("优", "优"),
        (None, ""),
        ("1234.", "1234."),
    ],
)
def test_thousands(value: int | str | None, shown: str) -> None:
    assert thousands(value) == shown


def test_small_words() -> None:
    assert (surplus(100_000_000), surplus(-1_000_000), surplus(0)) == (
        "结余100.00万元",
        "超支1.00万元",
        "结余0.00万元",
    )
    assert [against_last_year(rate) for rate in (397, -397, 0)] == [
        "比上年增长3.97%",
        "比上年下降3.97%",
        "与上年持平",
    ]
    assert quoted("对“三公”") == "“对‘三公’”"
    assert titled("印发《甲》") == "《印发〈甲〉》"
    assert chinese_date(dt.date(2021, 3, 5)) == "2021年3月5日"
