"""Every rule finds exactly what it must find, in the cell to mend, and nothing else speaks up beside it."""

from __future__ import annotations

import string
from collections import Counter

import pytest

from expectations.rules import RULES, Rule
from tests.support.broken import ALL, CANARY, CANARY_YUAN, SECRETS, Broken, code_of, judged

CODES = {rule.code for rule in RULES}
MESSAGE_FIELDS = {"label", "value", "expected", "difference", "equation", "detail", "place"}


@pytest.fixture(scope="module", autouse=True)
def _all_are_judged() -> None:
    """Once and for all: should that fail, it fails once and not in every test."""
    judged()


def _found(broken: Broken) -> list[tuple[str, str]]:
    _, verdict = judged()
    return sorted((f.rule, f"{f.sheet}!{f.cell}") for f in verdict.findings[code_of(broken)])


@pytest.mark.parametrize("broken", ALL, ids=lambda broken: broken.name)
def test_finds_exactly_this(broken: Broken) -> None:
    assert _found(broken) == sorted(broken.expected)


def test_every_finding_has_words_for_the_clerk() -> None:
    _, verdict = judged()
    for found in verdict.findings.values():
        for finding in found:
            assert finding.message
            assert finding.remedy
            assert not finding.message.endswith(("。", "，", "："))
            assert "None" not in finding.as_line()
            assert "<NA>" not in finding.as_line()
            assert "。。" not in finding.as_line()


def test_findings_come_most_severe_first() -> None:
    _, verdict = judged()
    for found in verdict.findings.values():
        severities = [str(finding.severity) for finding in found]
        assert severities == sorted(severities, key=["错误", "提醒", "提示"].index)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda broken: broken.name)
def test_no_finding_tells_what_a_classified_project_holds(secret: Broken) -> None:
    _, verdict = judged()
    for finding in verdict.findings[code_of(secret)]:
        said = "".join(map(str, finding.as_dict().values())) + finding.as_line()
        assert CANARY not in said
        if finding.sheet == "项目支出":
            figures = (
                said.replace(",", "")
                .replace("，", "")
                .translate(str.maketrans("０１２３４５６７８９", "0123456789"))
            )
            assert CANARY_YUAN not in figures


def test_the_secret_is_there_to_be_told() -> None:
    """Guards the test above: the canary does reach the rows that rules look at."""
    submissions, _ = judged()
    for secret in SECRETS:
        rows = submissions[code_of(secret)].rows["projects"]
        assert any(CANARY in str(row) for row in rows), secret.name


# --- the catalogue ---


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_complete(rule: Rule) -> None:
    assert rule.title
    assert rule.basis
    for text in (rule.message, rule.remedy):
        assert text
        fields = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        assert fields <= MESSAGE_FIELDS
        assert not text.endswith("。")


def test_codes_are_unique() -> None:
    assert [code for code, n in Counter(rule.code for rule in RULES).items() if n > 1] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_shown_at_work(rule: Rule) -> None:
    """A rule nobody has seen at work may never fire; one seen only beside others may be one of them."""
    shown = [broken for broken in ALL if broken.code == rule.code]
    alone = [broken for broken in shown if {code for code, _ in broken.expected} == {rule.code}]
    entailed = [broken for broken in shown if broken.because]
    assert alone or entailed
    assert not (alone and entailed)


@pytest.mark.parametrize("broken", ALL, ids=lambda broken: broken.name)
def test_submission_shows_what_its_name_says(broken: Broken) -> None:
    found = {code for code, _ in broken.expected}
    if broken.code in CODES:
        assert broken.code in found
        assert (len(found) > 1) == bool(broken.because)


def test_submissions_have_names_of_their_own() -> None:
    assert [name for name, n in Counter(broken.name for broken in ALL).items() if n > 1] == []
