"""The contract: every table and column a unit submits, declared once.

Reading, type checks, documentation and the fill-in workbook all derive from `CONTRACT`.
"""

from expectations.contract.assets import ALLOCATIONS, ASSETS, BUILDINGS, DISPOSALS, VEHICLES
from expectations.contract.model import Choice, Column, Contract, Layout, Table, Type, Unit
from expectations.contract.money import BASIC, BUDGET, PROCUREMENT, PROJECTS
from expectations.contract.performance import DECLARATIONS, NARRATIVES, PROBLEMS, TARGETS
from expectations.contract.self_check import CHECKLIST, SUPPLEMENT
from expectations.contract.unit import PROFILE, STAFFING

CONTRACT = Contract(
    version="1",
    tables=(
        PROFILE,
        STAFFING,
        BUDGET,
        BASIC,
        PROJECTS,
        PROCUREMENT,
        ASSETS,
        ALLOCATIONS,
        DISPOSALS,
        VEHICLES,
        TARGETS,
        PROBLEMS,
        NARRATIVES,
        DECLARATIONS,
        CHECKLIST,
        SUPPLEMENT,
        BUILDINGS,
    ),
)

__all__ = ["CONTRACT", "Choice", "Column", "Contract", "Layout", "Table", "Type", "Unit"]
