"""Units for the attachments: one with every figure that the forms ask for, one with targets of projects."""

from __future__ import annotations

from expectations.contract import CONTRACT
from expectations.contract.money import NAMED_GOODS
from tests.support.workbooks import Records, row


def complete(records: Records) -> None:
    """Give the unit all figures that the forms and the scoring ask for, some worth less than full points."""
    for item in ("wages", "goods", "family", "subtotal", "vehicle", "reception", "abroad"):
        row(records, "basic", item=item)["last_final"] = 20_000_000
    three = row(records, "basic", item="three_public")
    three["last_final"] = 60_000_000
    for item, part in (("vehicle_purchase", 17_680_000), ("vehicle_running", 5_841_200)):
        records["basic"].append(
            {
                "item": item,
                "adjusted": part + 489_400,
                "final": part,
                "surplus": 489_400,
                "last_final": 10_000_000,
            }
        )
    for at, item in enumerate(NAMED_GOODS, start=1):
        records["basic"].append(
            {
                "item": item.code,
                "adjusted": at * 100_003,
                "final": at * 100_001,
                "surplus": at * 2,
                "last_final": at,
            }
        )
    for at, project in enumerate(records["projects"], start=1):
        project.update(
            initial=at * 1_000_001, change=project["adjusted"] - at * 1_000_001, last_final=at * 33
        )
        project["category"] = ("operation", "maintenance", "special", None)[at % 4]
    budget = {one["item"]: one for one in records["budget"]}
    for item in ("basic", "project"):
        budget[item].update(initial=89_030_000, change=budget[item]["adjusted"] - 89_030_000)
    budget["total"].update(carry_in=5_000_000, carry_out=4_000_000)
    for line in records["procurement"]:
        line["budget"] = line["final"] + 30_000_000 if line["kind"] == "total" else line["final"]
    records["assets"] = [
        {"item": "total", "closing": 90_000_000, "in_use": 80_000_000},
        {"item": "fixed", "closing": 90_000_000, "in_use": 80_000_000},
    ]
    records["checklist"] = [
        {"item": choice.code, "is_met": at % 5 != 0, "grounds": "依据"}
        for at, choice in enumerate(CONTRACT["checklist"]["item"].choices)
    ]
    records["supplement"] = [{"goal": "建成智慧城市基础平台", "goal_result": "已建成"}]
    records["buildings"] = [
        {
            "name": "业务用房",
            "approved_area": "1200.5",
            "actual_area": "1180.25",
            "budget": 300_000_000,
            "final": 299_999_999,
        }
    ]
    row(records, "staffing", category="regular").update(last_actual=18, actual=21)
    marks = (
        ("at_least", "80", "61", None),
        ("at_most", "40", "46", None),
        ("equal", "20", "22", "多验收两个"),
        ("at_least", "0", "171", None),
        ("qualitative", "归集", "部分达成（75%）", None),
        ("equal", "1000", "964", None),
        ("at_most", "0", "857", None),
        ("at_least", "100", "347", "目标偏低"),
        ("qualitative", "核减", "达成", None),
    )
    for at, target in enumerate(records["targets"]):
        direction, value, actual, deviation = marks[at % len(marks)]
        target.update(direction=direction, target=value, actual=actual, deviation=deviation)
    records["targets"].append(
        {
            "level1": "satisfaction",
            "level2": "服务对象满意度",
            "name": "用户满意度",
            "direction": "at_least",
            "target": "90",
            "actual": "88.5",
            "measure": "%",
        }
    )
    row(records, "checklist", item="satisfaction")["is_met"] = True
    records["profile"][0]["founded_on"] = None


def with_project_targets(records: Records) -> None:
    """Give the first project all its targets, the second one some, and make the third one classified."""
    records["projects"][2]["is_classified"] = True
    for project, level1, weight, target, actual in (
        ("P01", "output", "30", "2", "2"),
        ("P01", "output", "20", "100", "99"),
        ("P01", "benefit", "30", "10", "9"),
        ("P01", "satisfaction", "10", "90", "95"),
        ("P02", "output", "50", "3", "1"),
        ("P03", "output", "50", "31415", "27182"),
    ):
        records["targets"].append(
            {
                "level1": level1,
                "level2": "数量指标",
                "name": f"{project}的指标{target}",
                "direction": "at_least",
                "target": target,
                "actual": actual,
                "measure": "项",
                "weight": weight,
                "project": project,
            }
        )
