"""The rule catalogue. To add a rule, add one record to the module of its kind; nothing else changes.

Code letters: D reading (数据读取), E entries (填报), F figures (数字关系),
N narrative (文字说明), X across units (单位之间), Y across years (年度之间).
"""

from expectations.rules.entries import ENTRY_RULES
from expectations.rules.figures import FIGURE_RULES
from expectations.rules.model import (
    Balance,
    Check,
    Matches,
    NotNegative,
    NoTrouble,
    Present,
    RowBalance,
    Rule,
    SameAsRegistry,
    Scope,
    Severity,
    SteadyFrom,
    Tolerance,
    Unique,
    Years,
)
from expectations.rules.narrative import NARRATIVE_RULES
from expectations.rules.reading import READING_RULES
from expectations.rules.rows import ROW_RULES
from expectations.rules.units import UNIT_RULES
from expectations.rules.years import YEAR_RULES

RULES: tuple[Rule, ...] = (
    *READING_RULES,
    *ENTRY_RULES,
    *ROW_RULES,
    *FIGURE_RULES,
    *NARRATIVE_RULES,
    *UNIT_RULES,
    *YEAR_RULES,
)
RULE_BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}

__all__ = [
    "RULES",
    "RULE_BY_CODE",
    "Balance",
    "Check",
    "Matches",
    "NoTrouble",
    "NotNegative",
    "Present",
    "RowBalance",
    "Rule",
    "SameAsRegistry",
    "Scope",
    "Severity",
    "SteadyFrom",
    "Tolerance",
    "Unique",
    "Years",
]
