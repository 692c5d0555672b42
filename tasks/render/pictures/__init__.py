"""Pictures of a report: plain rows in, a `Picture` out. Their look is in `templates/report/pictures.typ`."""

from tasks.render.pictures.execution import execution_by_item, execution_by_project
from tasks.render.pictures.series import YearPoint, series
from tasks.render.pictures.units import UnitRow, units_compared

__all__ = [
    "UnitRow",
    "YearPoint",
    "execution_by_item",
    "execution_by_project",
    "series",
    "units_compared",
]
