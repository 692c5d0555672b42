"""Notes in a comments part: ours are added, those of an earlier run go, everybody else's stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, unescape

from tasks.feedback.marks import AUTHOR, HEADING, Cell
from tasks.feedback.ooxml_package import MAIN
from tasks.feedback.xml_document import Document, Element
from tasks.pull.addresses import column_letters, parse_address

EMPTY = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()

_FONT = '<{p}rPr><{p}sz val="9"/><{p}rFont val="宋体"/><{p}family val="3"/><{p}charset val="134"/></{p}rPr>'


@dataclass(frozen=True)
class Notes:
    """A comments part rewritten.

    `gone`: the cells that have no note any more; `shown`: each cell with a note of ours → its whole text.
    """

    content: bytes
    gone: frozenset[Cell]
    shown: dict[Cell, str]


def rewrite_notes(content: bytes, notes: Mapping[Cell, str]) -> Notes:
    """Put `notes` (cell → text, without the heading) into a comments part in place of those of earlier runs.

    A note of ours follows what somebody else wrote about the cell. Raises ValueError for a malformed part.
    """
    document = Document(content, 5)
    p = document.root.prefix
    authors, comments = document.root.first("authors"), document.root.first("commentList")
    if authors is None or comments is None:
        raise ValueError("not a comments part")
    gone: set[Cell] = set()
    shown: dict[Cell, str] = {}
    for comment in comments.all("comment"):
        text = comment.first("text")
        cell = parse_address(comment.attributes.get("ref", ""))
        if text is None:
            raise ValueError("a comment without text")
        runs, is_ours = _without_ours(document, text)
        if is_ours and not runs:
            document.remove(comment)
            gone.add(cell)
        elif cell in notes and cell not in shown:
            said = "".join(map(_plain, runs))
            added = f"{HEADING}\n{notes[cell]}"
            if not said.endswith("\n"):
                added = f"\n{added}"
            shown[cell] = said + added
            bare = re.compile(rf"<{p}t[\s/>]")  # text that is no run may not stand beside one
            theirs = "".join(f"<{p}r>{run}</{p}r>" if bare.match(run) else run for run in runs)
            xml = f"<{p}text>{theirs}{_run(p, added)}</{p}text>"
            document.replace(text.start, text.end, xml)
        elif is_ours:
            document.replace(text.start, text.end, f"<{p}text>{''.join(runs)}</{p}text>")
    author = _author(document, authors) if set(notes) - set(shown) else 0
    for cell in sorted(set(notes) - set(shown)):
        shown[cell] = f"{HEADING}\n{notes[cell]}"
        reference = f"{column_letters(cell[1])}{cell[0]}"
        head = f'<{p}comment ref="{reference}" authorId="{author}"><{p}text>'
        document.append(comments, f"{head}{_run(p, shown[cell])}</{p}text></{p}comment>")
    return Notes(document.content, frozenset(gone - set(shown)), shown)


def _without_ours(document: Document, text: Element) -> tuple[list[str], bool]:
    """What others wrote, as the XML of its runs, and whether something of ours was there."""
    runs: list[str] = []
    for run in text.children:
        if run.name not in ("r", "t"):
            continue  # phonetic hints
        words = run if run.name == "t" else run.first("t")
        if words is None:
            continue
        before, ours, _ = document.inside(words).decode().partition(HEADING)
        if not ours:
            runs.append(document.source(run.start, run.end).decode())
            continue
        if kept := before.rstrip():  # a spreadsheet program may join runs that look alike
            head = document.source(run.start, words.inside.start).decode()
            runs.append(head + kept + document.source(words.inside.stop, run.end).decode())
        return runs, True
    return runs, False


def _plain(run: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", run))


def _run(p: str, text: str) -> str:
    return f'<{p}r>{_FONT.format(p=p)}<{p}t xml:space="preserve">{escape(text)}</{p}t></{p}r>'


def _author(document: Document, authors: Element) -> int:
    """The number of our name among the authors, to whom it is added when it is not there."""
    names = [document.inside(author) for author in authors.all("author")]
    if AUTHOR.encode() not in names:
        document.append(authors, f"<{authors.prefix}author>{AUTHOR}</{authors.prefix}author>")
        names.append(AUTHOR.encode())
    return names.index(AUTHOR.encode())
