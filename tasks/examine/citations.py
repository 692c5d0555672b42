"""Find documents that are cited by two titles, in one submission or in those of several units."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from expectations.contract import CONTRACT
from tasks.examine.passages import Passage, passages
from tasks.ledger import Ledger
from tasks.pull import Submission, Trouble

_NUMBERED = re.compile(r"《([^《》]+)》\s*[（(]([^（）()《》\s]{1,12}〔\d{4}〕\d+号)[）)]")
_TITLE = re.compile(r"《([^《》]{4,})》")
_PROVISIONAL = re.compile(r"[（(](?:暂行|试行)[）)]|暂行|试行")
_RULES = ("办法", "规定", "条例", "细则", "制度")


@dataclass(frozen=True)
class Citation:
    """A title at a place. `unit` is empty for what was published before."""

    unit: str
    title: str
    passage: Passage | None = None


def find_citation_troubles(submissions: Iterable[Submission], peers: Ledger) -> Iterator[tuple[str, Trouble]]:
    """Yield (unit, trouble) for each citation that names a document otherwise than most do."""
    by_number: dict[str, list[Citation]] = defaultdict(list)
    by_name: dict[str, list[Citation]] = defaultdict(list)
    for entry in peers.values():
        for number, title in entry.titles.items():
            by_number[number].append(Citation("", title))
    for submission in submissions:
        for number, citation in numbered_titles(submission):
            by_number[number].append(citation)
        for citation in _titles(submission):
            by_name[_PROVISIONAL.sub("", citation.title)].append(citation)
    for number, citations in by_number.items():
        yield from _odd_ones("two_titles_one_number", citations, number)
    for name, citations in by_name.items():
        if name.endswith(_RULES):
            yield from _odd_ones("two_names_one_rule", citations, "")


def numbered_titles(submission: Submission) -> Iterator[tuple[str, Citation]]:
    """Yield the documents that a submission cites with their number: (number, citation)."""
    unit = submission.unit.code
    placement = submission.placements.get("profile")
    for row in submission.rows.get("profile", ()):
        number, title = row.get("notice_number"), row.get("notice_title")
        if placement and number and title:
            cell = placement.address("notice_title", 0)
            label = CONTRACT["profile"]["notice_title"].label
            passage = Passage("profile", "notice_title", label, placement.sheet, cell, 0, title)
            yield number, Citation(unit, title, passage)
    for passage in passages(submission):
        if "〔" in passage.text and "《" in passage.text:
            for match in _NUMBERED.finditer(passage.text):
                yield match[2], Citation(unit, match[1], passage)


def _titles(submission: Submission) -> Iterator[Citation]:
    for passage in passages(submission):
        if "《" in passage.text:
            for match in _TITLE.finditer(passage.text):
                yield Citation(submission.unit.code, match[1], passage)


def _odd_ones(problem: str, citations: list[Citation], number: str) -> Iterator[tuple[str, Trouble]]:
    """Where titles differ, blame those that fewer use; where as many use each, tell everyone."""
    counts = Counter(citation.title for citation in citations)
    if len(counts) < 2:
        return
    (most, most_often), *_ = counts.most_common(1)
    tied = [title for title, often in counts.items() if often == most_often]
    told = set()
    for citation in citations:
        if citation.passage is None or (citation.title == most and len(tied) == 1):
            continue
        other = next(title for title in (most, *tied) if title != citation.title)
        place = (citation.unit, citation.passage.sheet, citation.passage.cell, citation.title)
        if place not in told:
            told.add(place)
            yield citation.unit, citation.passage.trouble(problem, citation.title, other, number)
