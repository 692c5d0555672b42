"""What was filled in of a classified project in other tables than its own: it goes no further than here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from expectations.contract import CONTRACT
from tasks.findings import HIDDEN
from tasks.pull.placement import Placement
from tasks.pull.trouble import Trouble

_COLUMN = "project"


def withhold_targets(
    rows: dict[str, list[dict[str, Any]]], placements: Mapping[str, Placement], troubles: list[Trouble]
) -> None:
    """Take the targets of classified projects out of `rows`, and their values out of `troubles`.

    A project that does not say whether it is classified may be.
    """
    secret = {
        row.get("code") for row in rows.get("projects", ()) if row.get("is_classified") is not False
    } - {None}
    withheld = [row["sheet_row"] for row in rows.get("targets", ()) if row.get(_COLUMN) in secret]
    if not withheld:
        return
    rows["targets"] = [row for row in rows["targets"] if row["sheet_row"] not in withheld]
    for at, trouble in enumerate(troubles):
        if trouble.table == "targets" and trouble.row in withheld:
            troubles[at] = replace(
                trouble,
                value=HIDDEN if trouble.value else "",
                expected=HIDDEN if trouble.expected else "",
                detail=HIDDEN if trouble.detail else "",
            )
    placement, label = placements["targets"], CONTRACT["targets"][_COLUMN].label
    troubles += [
        Trouble(
            "classified_target",
            "targets",
            _COLUMN,
            placement.sheet,
            placement.address(_COLUMN, row),
            row,
            label,
        )
        for row in withheld
    ]
