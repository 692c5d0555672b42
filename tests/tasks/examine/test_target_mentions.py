"""Figures that a text gives for a target: which ones are taken for it, and which contradict it."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.examine.target_mentions import find_contradicted_targets

TARGETS: list[dict[str, Any]] = [
    {"name": "数据接口服务", "actual": "857", "measure": "个"},
    {"name": "政务服务办理时间缩减率", "actual": "85", "measure": "%"},
    {"name": "全过程完结政府投资信息化项目", "actual": "46", "measure": "个"},
    {"name": "数据归集总量", "actual": "146.81", "measure": "亿条"},
    {"name": "接入单位", "actual": "1304", "measure": "家"},
    {"name": "群众满意情况", "actual": "满意", "measure": "%"},
    {"name": "培训人次", "actual": "300", "measure": None},
]


def found_in(*texts: str) -> list[tuple[int, str, str, str]]:
    return list(find_contradicted_targets(texts, TARGETS, 2020))


@pytest.mark.parametrize(
    ("text", "value", "expected", "name"),
    [
        ("建成数据接口服务875个。", "875个", "857个", "数据接口服务"),
        ("建成数据接口服务达到8,570个。", "8,570个", "857个", "数据接口服务"),
        ("累计提供接口服务875个。", "875个", "857个", "数据接口服务"),
        ("2020年提供数据接口服务875个。", "875个", "857个", "数据接口服务"),
        ("上年较少。建成数据接口服务875个。", "875个", "857个", "数据接口服务"),
        ("办理时间缩减58%。", "58%", "85%", "政务服务办理时间缩减率"),
        ("其中全过程完结64个。", "64个", "46个", "全过程完结政府投资信息化项目"),
        ("累计数据归集146.8亿条。", "146.8亿条", "146.81亿条", "数据归集总量"),
        ("接入单位1,403家。", "1,403家", "1,304家", "接入单位"),
    ],
)
def test_contradicted(text: str, value: str, expected: str, name: str) -> None:
    assert found_in("无关文字。", text) == [(1, value, expected, name)]


@pytest.mark.parametrize(
    "text",
    [
        "建成数据接口服务857个。",
        "累计数据归集146.810亿条。",
        "接入单位1,304家，其中接入单位12家为新增。",  # one of them is the target's
        "上年提供数据接口服务600个。",
        "2019年提供数据接口服务600个。",
        "计划提供数据接口服务900个。",
        "数据接口服务875次。",
        "数据接口服务约875个。",
        "数据接口服务涉及部门875个。",
        "数据接口服务8,75个。",
        "群众满意情况95%，培训人次400。",
        "",
    ],
)
def test_left_in_peace(text: str) -> None:
    assert found_in(text) == []


def test_agrees_in_another_paragraph() -> None:
    assert found_in("接入单位12家。", "接入单位1304家。") == []


def test_words_that_may_mean_two_targets() -> None:
    targets = [
        {"name": "市级数据接口服务", "actual": "1", "measure": "个"},
        {"name": "县级数据接口服务", "actual": "2", "measure": "个"},
    ]
    assert list(find_contradicted_targets(["提供数据接口服务2个。"], targets, 2020)) == []
    found = list(find_contradicted_targets(["提供数据接口服务3个。"], targets, 2020))
    assert found == [(0, "3个", "1个", "市级数据接口服务")]
