"""The rule catalogue. To add a rule, add one record to the module of its kind; nothing else changes.

Code letters: D reading (数据读取), E entries (填报), F figures (数字关系),
N narrative (文字说明).
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
    Unique,
)
from expectations.rules.narrative import NARRATIVE_RULES
from expectations.rules.reading import READING_RULES

RULES: tuple[Rule, ...] = (*READING_RULES, *ENTRY_RULES, *FIGURE_RULES, *NARRATIVE_RULES)
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
    "Unique",
]
