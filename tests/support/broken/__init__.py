"""Submissions that break rules on purpose, as data: what is changed in a real unit, what must be found.

To show a rule at work, add a `Broken` to a module of `fixtures`; to change or judge it, see `changes`, `edits`
and `judging`.
"""

from tests.support.broken.fixtures.secrets import CANARY, CANARY_YUAN, SECRETS
from tests.support.broken.judging import ALL, RULES_OF_ALL, YEAR, background, code_of, judged
from tests.support.broken.model import Broken

__all__ = [
    "ALL",
    "CANARY",
    "CANARY_YUAN",
    "RULES_OF_ALL",
    "SECRETS",
    "YEAR",
    "Broken",
    "background",
    "code_of",
    "judged",
]
