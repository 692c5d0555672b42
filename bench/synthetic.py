"""Synthetic units: as large as the real ones, consistent, and each different from the others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tasks.render.workbook import write_workbook

PROJECTS = 20
Records = dict[str, list[dict[str, Any]]]

_WHO = (
    "我局",
    "各处室",
    "项目牵头部门",
    "财务部门",
    "业务部门",
    "建设单位",
    "监理单位",
    "区县（市）主管部门",
)
_HOW = (
    "会同有关单位",
    "按照年度计划",
    "对照批复内容",
    "结合工作实际",
    "坚持问题导向",
    "依托信息平台",
    "采取分步推进的办法",
)
_DID = ("完成", "推进", "规范", "优化", "统筹", "落实", "加强", "健全", "深化", "巩固")
_WHAT = (
    "公共服务设施更新",
    "业务系统升级改造",
    "档案资料归集整理",
    "资金支付进度管理",
    "政府采购合同履行",
    "绩效目标动态监控",
    "固定资产清查盘点",
    "基层服务能力建设",
    "安全生产隐患排查",
    "干部职工业务培训",
    "惠民事项流程再造",
    "数据共享交换",
)
_SO = (
    "各项任务按时间节点有序推进",
    "服务对象办事更加便利",
    "资金使用效益稳步提升",
    "内部控制进一步规范",
    "重点工作取得阶段性成效",
    "群众反映的突出问题得到解决",
    "管理基础更加扎实",
    "工作机制更加顺畅",
)
_PLACES = "岳麓芙蓉天心开福雨花望城长沙浏阳宁乡"


def write_units(folder: Path, count: int) -> Path:
    """Write `count` workbooks and their registry into a folder; returns the registry's path."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for number in range(count):
        records = unit_records(number)
        code = records["profile"][0]["code"]
        write_workbook(folder / f"{code}.xlsx", records)
        entries.append(
            f'[[unit]]\ncode = "{code}"\nname = "{records["profile"][0]["name"]}"\nkind = "institution"\n'
            f'source = "{code}.xlsx"\n'
        )
    registry = folder / "units.toml"
    registry.write_text("\n".join(entries), encoding="utf-8")
    return registry


def unit_records(number: int) -> Records:
    """One unit's records, amounts in 分. The same number gives the same unit."""
    rng = random.Random(number)
    projects = [_project(rng, n) for n in range(1, PROJECTS + 1)]
    basic = _basic(rng)
    whole = {item["item"]: item for item in basic}
    project_total = _sum(projects)
    total = _account(whole["subtotal"], project_total)
    zero = {"initial": 0, "change": 0, "adjusted": 0, "final": 0, "surplus": 0}
    records: Records = {
        "profile": [_profile(rng, number)],
        "staffing": [
            {"category": "regular", "approved": 40, "actual": rng.randint(30, 40)},
            {"category": "contract", "approved": 10, "actual": rng.randint(5, 10)},
        ],
        "budget": [
            {"item": "total"} | total,
            {"item": "basic"} | {k: whole["subtotal"][k] for k in ("adjusted", "final", "surplus")},
            {"item": "project"} | project_total,
            {"item": "general"} | total,
            *({"item": item} | zero for item in ("fund", "capital", "insurance")),
        ],
        "basic": basic,
        "projects": projects,
        "procurement": _procurement(rng, total["final"]),
        "assets": [_assets(rng)],
        "targets": [_target(rng, n) for n in range(1, 13)],
        "problems": [
            {
                "title": f"{_pick(rng, _WHAT)}有待加强（{n}）",
                "problem": _text(rng, 3),
                "measure": _text(rng, 3),
            }
            for n in range(1, 6)
        ],
        "narratives": _narratives(rng),
        "declarations": [
            {"item": item, "state": "absent"} for item in ("public_project", "fund", "capital", "insurance")
        ],
    }
    return records


def _profile(rng: random.Random, number: int) -> dict[str, Any]:
    start = rng.randrange(len(_PLACES) - 1)
    return {
        "year": 2020,
        "code": f"unit{number:05d}",
        "name": f"{_PLACES[start : start + 2]}第{number + 1}服务中心",
        "short_name": "我中心",
        "kind": "institution",
        "rank": "正科级",
        "founded_on": date(2010, 1, 1 + number % 28),
        "funding": "市本级财政全额拨款",
        "accounting": "政府会计制度",
        "departments": "办公室、业务一部、业务二部、财务部",
        "department_count": 4,
        "notice_title": "关于开展2021年市直单位绩效自评工作的通知",
        "notice_number": "长财绩〔2021〕2号",
        "reported_on": date(2021, 3, 15),
    }


def _project(rng: random.Random, number: int) -> dict[str, Any]:
    initial, change = rng.randint(10_000, 9_000_000) * 100, rng.randint(-900, 500_000) * 100
    adjusted = initial + change
    final = adjusted * rng.randint(85, 100) // 100
    is_key = number <= 6
    return {
        "code": f"P{number:02d}",
        "name": f"{_pick(rng, _WHAT)}项目（{number}）",
        "category": "operation",
        "initial": initial,
        "change": change,
        "adjusted": adjusted,
        "final": final,
        "surplus": adjusted - final,
        "is_key": is_key,
        "is_classified": False,
        "method": "open",
        "supplier": f"供应商{rng.randint(1, 999)}公司",
        "started": "2020年3月",
        "description": _text(rng, 4) if is_key else None,
        "result": _text(rng, 2) if is_key else None,
    }


def _basic(rng: random.Random) -> list[dict[str, Any]]:
    def row(item: str, low: int, high: int) -> dict[str, Any]:
        adjusted = rng.randint(low, high) * 100
        final = adjusted * rng.randint(90, 100) // 100
        return {"item": item, "adjusted": adjusted, "final": final, "surplus": adjusted - final}

    wages, family = row("wages", 3_000_000, 12_000_000), row("family", 0, 2_000_000)
    goods = row("goods", 1_000_000, 2_000_000)
    purchase, running = row("vehicle_purchase", 0, 200_000), row("vehicle_running", 10_000, 90_000)
    reception, abroad = row("reception", 0, 30_000), row("abroad", 0, 30_000)
    vehicle = {"item": "vehicle"} | _account(purchase, running)
    three = {"item": "three_public"} | _account(vehicle, reception, abroad)
    subtotal = {"item": "subtotal"} | _account(wages, goods, family)
    return [wages, goods, three, vehicle, purchase, running, reception, abroad, family, subtotal]


def _account(*rows: dict[str, Any]) -> dict[str, Any]:
    return {name: sum(row[name] for row in rows) for name in ("adjusted", "final", "surplus")}


def _sum(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: sum(row[name] for row in rows) for name in ("initial", "change", "adjusted", "final", "surplus")
    }


def _procurement(rng: random.Random, final: int) -> list[dict[str, Any]]:
    lines = [
        {
            "kind": kind,
            "item": f"{_pick(rng, _WHAT)}采购",
            "budget": (cost := final // rng.randint(20, 40)),
            "final": cost,
        }
        for kind in ("goods", "goods", "works", "services", "services")
    ]
    total = {name: sum(line[name] for line in lines) for name in ("budget", "final")}
    return [*lines, {"kind": "total"} | total]


def _assets(rng: random.Random) -> dict[str, Any]:
    opening, more, less = (rng.randint(1, 9_000_000) * 100 for _ in range(3))
    less = min(less, opening)
    return {
        "item": "total",
        "opening": opening,
        "increase": more,
        "decrease": less,
        "closing": opening + more - less,
    }


def _target(rng: random.Random, number: int) -> dict[str, Any]:
    target = rng.randint(10, 500)
    return {
        "level1": "output" if number <= 8 else "benefit",
        "level2": "数量指标",
        "name": f"{_pick(rng, _WHAT)}数量（{number}）",
        "direction": "at_least",
        "target": target,
        "actual": target + rng.randint(0, 20),
        "measure": "项",
    }


def _narratives(rng: random.Random) -> list[dict[str, Any]]:
    rows = [
        {"section": section, "text": _text(rng, 4)}
        for section in ("mandate", "mandate", "organisation", "assets", "topic", "application", "application")
    ]
    rows += [
        {
            "section": section,
            "heading": f"{_pick(rng, _DID)}{_pick(rng, _WHAT)}（{n}）",
            "text": _text(rng, 5),
        }
        for section, count in (("thrift", 4), ("outcome", 6))
        for n in range(1, count + 1)
    ]
    return rows


def _text(rng: random.Random, sentences: int) -> str:
    return "".join(
        f"{_pick(rng, _WHO)}{_pick(rng, _HOW)}，{_pick(rng, _DID)}{_pick(rng, _WHAT)}，"
        f"{_pick(rng, _DID)}{_pick(rng, _WHAT)}，"
        f"涉及{rng.randint(2, 900)}项具体工作，{_pick(rng, _SO)}。"
        for _ in range(sentences)
    )


def _pick(rng: random.Random, words: Sequence[str]) -> str:
    return words[rng.randrange(len(words))]
