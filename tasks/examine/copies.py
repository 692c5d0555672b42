"""Find paragraphs that stand twice: in one submission, or in those of two units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tasks.examine.passages import Passage, paragraphs
from tasks.ledger import Ledger
from tasks.pull import Submission, Trouble

_SHOWN = 20
_MANY = 5


def find_copies(submissions: Iterable[Submission], peers: Ledger) -> Iterator[tuple[str, Trouble]]:
    """Yield (unit, trouble) for each paragraph that another unit has too, and each repetition in a unit.

    `peers`: what units published that are not among the submissions.
    """
    copied: dict[tuple[str, str, str], list[tuple[Passage, str]]] = defaultdict(list)
    where: dict[str, list[tuple[Submission, Passage, str]]] = defaultdict(list)
    for submission in submissions:
        for fingerprint, passage, paragraph in paragraphs(submission):
            where[fingerprint].append((submission, passage, paragraph))
    elsewhere = {fingerprint: entry for entry in peers.values() for fingerprint in entry.paragraphs}
    for fingerprint, found in where.items():
        if len(found) == 1 and fingerprint not in elsewhere:
            continue
        first: dict[str, Passage] = {}
        having = {s.unit.code: (s.unit.name, _file(s)) for s, _, _ in found}
        for submission, passage, paragraph in found:
            unit = submission.unit.code
            begin = paragraph.strip()[:_SHOWN] + "…"
            if unit in first:
                yield unit, passage.trouble("repeated_paragraph", begin, detail=_place(first[unit]))
                continue
            first[unit] = passage
            if fingerprint in elsewhere:
                having[""] = elsewhere[fingerprint].name, elsewhere[fingerprint].input_sha256
            # Who handed in the same file altogether is told so by another rule.
            file = _file(submission)
            others = [name for code, (name, their) in having.items() if code != unit and their != file]
            if others:
                copied[unit, passage.sheet, _listed(others)].append((passage, begin))
    yield from _tell_copied(copied)


def _tell_copied(
    copied: Mapping[tuple[str, str, str], list[tuple[Passage, str]]],
) -> Iterator[tuple[str, Trouble]]:
    """One trouble a paragraph; where a whole sheet is copied, one for all of them."""
    for (unit, _, others), told in copied.items():
        for passage, begin in told[:1] if len(told) > _MANY else told:
            shown = f"{begin}（等 {len(told)} 段）" if len(told) > _MANY else begin
            yield unit, passage.trouble("copied_paragraph", shown, detail=others)


def _file(submission: Submission) -> str:
    return submission.snapshot.sha256 if submission.snapshot else submission.unit.code


def _place(passage: Passage) -> str:
    return f"“{passage.sheet}”表 {passage.cell}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]}等 {len(names)} 个单位"
