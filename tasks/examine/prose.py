"""Read the free text that units supply: unfinished words, bad number forms, figures that the data contradict.

Each detector is silent unless it is sure: a reminder that is wrong twice is not read the third time. Only
figures whose quantity is named right before them are compared, and only where one reading is possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from tasks.examine.passages import Passage, passages
from tasks.examine.rates import Said, find_contradicted_rates
from tasks.examine.target_mentions import find_contradicted_targets
from tasks.money import divide_half_up
from tasks.pull import Submission, Trouble

_HEADINGS = {("problems", "title"), ("narratives", "heading"), ("narratives", "subheading")}

_PLACEHOLDER = re.compile(
    r"(?<![A-Za-z])[XxＸ×]{2,}(?![A-Za-z])|某某|[＿_]{2,}|\{\{.*?\}\}|\{%.*?%\}|待(?:补充|填写|核实)|[（(](?:略|空)[）)]|TODO|#REF!|#DIV/0!|#N/A"
)
_RESIDUE = re.compile(
    r"(?:市|区|县)我(?:局|中心|委|办|院|校|单位)|(?:我局|我中心|我单位)(?:我局|我中心|我单位)"
)
_REPEATED = re.compile(r"([\u4e00-\u9fff]{2,6})\1")
_REDUPLICATED = {
    "一个",
    "一步",
    "一批",
    "一次",
    "一件",
    "一年",
    "一点",
    "一条",
    "比较",
    "研究",
    "商量",
    "考虑",
    "讨论",
}
_NUMBERED = re.compile(r"([\u4e00-\u9fff]{2,10})[\[［【(（](\d{4})[\]］】)）]\s*(\d+)\s*号")
_LEAD_IN = re.compile(r"^.*(?:依据|根据|按照|[为据见经和与及由以在了])")
"""What comes before the number of a document in a sentence."""
_BAD_COMMAS = re.compile(r"(?<![\d.,])\d+(?:,\d+)+(?:\.\d+)?")
_GOOD_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_BARE_YI = re.compile(r"\d[\d,]*(?:\.\d+)?亿(?=[，。；、）)\s]|$)")
_YEAR = re.compile(r"(?<!\d)(\d{4,5})年(?!代)")
_END_MARK = re.compile(r"[，。；：、！？,;:.!?]$")
_OWN_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\([一二三四五六七八九十]+\)|\d+[、.．](?!\d)|（\d+）|\(\d+\))"
)

_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<unit>万元|亿元|元|%|％)"
_NAMED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    # words, the quantities that they may mean, what to call it
    ("年初预算(?:数|总额)?", ("budget.total.initial",), "年初预算数"),
    (
        "(?:整体|全年|财政批复的?整体)预算(?:数|总额|下达[^，。；\\d]{0,6})?",
        ("budget.total.adjusted", "budget.total.initial"),
        "全年预算数",
    ),
    ("(?:整体支出决算|全年决算支出|决算总支出)(?:数)?", ("budget.total.final",), "决算数"),
    (
        "(?:结余资金|资金结余|整体结余|年末结余)",
        ("budget.total.surplus", "budget.basic.surplus", "budget.project.surplus"),
        "结余",
    ),
    ("基本支出(?:全年)?预算(?:数)?", ("budget.basic.adjusted", "budget.basic.initial"), "基本支出全年预算数"),
    ("基本支出决算(?:数|支出)?", ("budget.basic.final",), "基本支出决算数"),
    (
        "项目支出(?:全年)?预算(?:数)?",
        ("budget.project.adjusted", "budget.project.initial"),
        "项目支出全年预算数",
    ),
    ("项目支出决算(?:数|支出)?", ("budget.project.final",), "项目支出决算数"),
    ('[“"]?三公[”"]?经费(?:支出)?预算(?:金额|数)?', ("basic.three_public.adjusted",), "“三公”经费预算数"),
    (
        '[“"]?三公[”"]?经费(?:支出(?:决算)?|决算)(?!预算)(?:金额|数)?',
        ("basic.three_public.final",),
        "“三公”经费决算数",
    ),
    ("政府采购(?:支出)?(?:合计|总额)", ("procurement.total.final",), "政府采购支出合计"),
)
_LINK = r"(?:金额)?(?:共计|合计|总计|累计)?(?:为|是|达|达到|：|:)?\s*"
_NAMED_FIGURES = tuple(
    (re.compile(f"(?:{words}){_LINK}{_NUMBER}"), meanings, name) for words, meanings, name in _NAMED
)
_FEN = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}


def find_prose_troubles(
    submission: Submission, quantities: Mapping[str, int | None], year: int, half_step: int = 0
) -> Iterator[Trouble]:
    """Yield what is wrong with a unit's free text.

    `quantities` are the unit's named figures (money in 分, None where not handed in); `half_step` is how far
    they may be from the true ones (分).
    """
    own = next((row.get("short_name") for row in submission.rows.get("profile", ())), None)
    told = list(passages(submission))
    targets = _contradicted_targets(told, submission, year)
    for passage in told:
        for said in (
            *_examine(passage, own or "本单位", year, quantities, submission, half_step),
            *targets.get(passage.cell, ()),
        ):
            yield passage.trouble(*said)


def _examine(
    passage: Passage,
    own: str,
    year: int,
    quantities: Mapping[str, int | None],
    submission: Submission,
    half_step: int,
) -> Iterator[Said]:
    text = passage.text
    yield from (("placeholder", m[0], "", "") for m in _PLACEHOLDER.finditer(text))
    yield from (("template_residue", m[0], own, "") for m in _RESIDUE.finditer(text))
    yield from (
        ("repeated_words", m[0], "", "") for m in _REPEATED.finditer(text) if m[1] not in _REDUPLICATED
    )
    # Looking for the one character that each needs is free; the searches cost a second a thousand units.
    if "号" in text:
        yield from _document_numbers(text)
    if "," in text:
        yield from (
            ("malformed_number", m[0], "", "")
            for m in _BAD_COMMAS.finditer(text)
            if not _GOOD_COMMAS.fullmatch(m[0])
        )
    if "亿" in text:
        yield from (("missing_unit", m[0], "", "") for m in _BARE_YI.finditer(text))
    if "年" in text:
        yield from (
            ("impossible_year", m[0], "", "")
            for m in _YEAR.finditer(text)
            if len(m[1]) != 4 or not 1949 <= int(m[1]) <= year + 30
        )
    if (passage.table, passage.column) in _HEADINGS:
        yield from (("heading_punctuation", m[0], "", "") for m in _END_MARK.finditer(text))
        yield from (("heading_number", m[0], "", "") for m in _OWN_NUMBER.finditer(text))
    if "元" in text:
        yield from _contradicted(text, quantities)
        yield from _contradicted_projects(text, submission)
    if "率" in text:
        yield from find_contradicted_rates(text, quantities, half_step)


def _document_numbers(text: str) -> Iterator[Said]:
    for match in _NUMBERED.finditer(text):
        issuer = _LEAD_IN.sub("", match[1])
        stated = match[0].removeprefix(match[1].removesuffix(issuer))
        yield "document_number", stated, f"{issuer}〔{match[2]}〕{match[3]}号", ""


def _contradicted_targets(
    told: Iterable[Passage], submission: Submission, year: int
) -> dict[str, list[Said]]:
    """Find figures of targets that the targets table contradicts, by the cell that says them."""
    texts = [passage for passage in told if (passage.table, passage.column) == ("narratives", "text")]
    targets = submission.rows.get("targets", ())
    found: dict[str, list[Said]] = {}
    for at, value, expected, name in find_contradicted_targets([one.text for one in texts], targets, year):
        found.setdefault(texts[at].cell, []).append(("contradicted_target", value, expected, name))
    return found


def _contradicted(text: str, quantities: Mapping[str, int | None]) -> Iterator[Said]:
    """A figure is contradicted only if none of the amounts that its words may mean is known to agree."""
    for pattern, meanings, name in _NAMED_FIGURES:
        known = [fen for meaning in meanings if (fen := quantities.get(meaning)) is not None]
        if len(known) < len(meanings) and quantities.get(meanings[0]) is None:
            continue
        for match in pattern.finditer(text):
            yield from _compare(match, known, name)


def _compare(match: re.Match[str], known: list[int], name: str) -> Iterator[Said]:
    number, unit = match["number"], match["unit"]
    if known and unit in _FEN and not any(_same(number, unit, fen) for fen in known):
        yield "contradicted_figure", f"{number}{unit}", _as_said(known[0], number, unit), name


def _contradicted_projects(text: str, submission: Submission) -> Iterator[Said]:
    """“<project's full name>…支出 456 万元”: compared with that project's final amount."""
    for row in submission.rows.get("projects", ()):
        name, final, adjusted = row.get("name"), row.get("final"), row.get("adjusted")
        if not name or name not in text or row.get("is_classified") is not False:
            continue
        for words, fen, what in (
            (r"(?:决算)?支出", final, "决算数"),
            (r"(?:全年)?预算", adjusted, "全年预算数"),
        ):
            for match in re.finditer(f"{re.escape(name)}(?:项目)?{words}{_LINK}{_NUMBER}", text):
                yield from _compare(match, [] if fen is None else [fen], f"{name}{what}")


def _same(number: str, unit: str, fen: int) -> bool:
    """Whether a figure as written is the amount, rounded half up to the decimals that are written."""
    return Decimal(number.replace(",", "")) == Decimal(
        _as_said(fen, number, unit, unit_shown=False).replace(",", "")
    )


def _as_said(fen: int, number: str, unit: str, *, unit_shown: bool = True) -> str:
    decimals = len(number.partition(".")[2])
    scaled = divide_half_up(fen * 10**decimals, _FEN[unit])
    whole = f"{Decimal(scaled).scaleb(-decimals):,.{decimals}f}"
    return f"{whole}{unit}" if unit_shown else whole
