"""The working sheet of the attachments' workbook: how every score follows from two figures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from expectations.contract import CONTRACT, Type
from expectations.indicators import INDICATOR_BY_CODE
from tasks.money import exact_basis_points
from tasks.render.attachments.model import NONE, Attachment, Cell, Cells, Formula, Grid, figure, head, text
from tasks.render.attachments.score_form import numbered, working_name
from tasks.render.attachments.words import Words, form_words
from tasks.score import Basis, Line, Method, ScoreLine, ScoreSheet, ShareRule
from tasks.score.earned import shown_number, shown_points
from tasks.score.profile import Better

_COLUMNS = ("attachment", "line", "done", "base", "rate", "weight", "points", "method")
_WIDTHS = (8, 25, 13, 13, 8, 7, 7, 19)
_SIGNS = {"at_least": ">=", "at_most": "<=", "equal": "="}


def working(sheets: dict[str, ScoreSheet], year: int) -> Attachment:
    """Lay out the computation of all score sheets, by the numbers of their attachments."""
    words = form_words("working", year)
    body = tuple(row for number, sheet in sheets.items() for row in _rows(number, sheet, words))
    grid = Grid("", _WIDTHS, (tuple(head(words["head"][column]) for column in _COLUMNS),), body)
    return Attachment(
        "working", "", words["title"], "filled", grids=(grid,), notes=tuple(words["notes"]), is_wide=True
    )


def _rows(number: str, sheet: ScoreSheet, words: Words) -> Iterator[tuple[Cell, ...]]:
    for at, line in numbered(sheet):
        if line.score is None:
            continue
        name = working_name(number, at)
        weight = figure("points", line.weight, f"{name}.weight")
        start = (text(words["attachment"].format(number=number), "center"), text(line.level3))
        if line.basis is None:
            points = figure("points", line.score, name)
            yield *start, Cell(NONE), Cell(NONE), Cell(NONE), weight, points, text(words["settled"])
            continue
        rule = sheet.profile.line_by_id[line.id]
        is_year = line.actual.endswith("年")
        done = _operand(rule, line.basis.figure, f"{name}.done", is_year=is_year)
        base = _operand(rule, line.basis.base, f"{name}.base", is_year=is_year)
        formula = (
            "ROUND(",
            Cells((weight.name,)),
            "*",
            *_share(rule, line.basis, done.name, base.name),
            ",2)",
        )
        yield (
            *start,
            done,
            base,
            _quotient(line.basis, done, base),
            weight,
            figure("points", line.score, name, formula),
            text(_method(rule, line, words)),
        )


def _operand(rule: Line, value: Fraction, name: str, *, is_year: bool) -> Cell:
    """Money in 元, exact to the 分; whole numbers in thousands as on the form, but not a year."""
    if _is_money(rule):
        return figure("yuan", value, name)
    return figure("count" if value.denominator == 1 and not is_year else "number", value, name)


def _is_money(rule: Line) -> bool:
    if rule.method in (Method.TARGETS, Method.CHECKLIST):
        return False
    table, _, column = INDICATOR_BY_CODE[rule.indicator].numerator.split(".")
    known = {one.name: one.type for one in CONTRACT[table].columns}
    return known.get(column) is Type.AMOUNT


def _quotient(basis: Basis, done: Cell, base: Cell) -> Cell:
    if basis.rule is ShareRule.MET:
        return Cell(NONE)
    formula: Formula = ("ROUND(", Cells((done.name,)), "/", Cells((base.name,)), ",4)")
    return figure("rate", exact_basis_points(basis.figure / basis.base), "", formula)


def _share(rule: Line, basis: Basis, done: str, base: str) -> Formula:
    """The formula of the share of the weight: from 0 to 1."""
    top, bottom = Cells((done,)), Cells((base,))
    match basis.rule:
        case ShareRule.AT_LEAST:
            return "MAX(0,MIN(1,", top, "/", bottom, "))"
        case ShareRule.AT_MOST:
            return "IF(", top, "<=", bottom, ",1,", bottom, "/", top, ")"
        case ShareRule.EQUAL:
            return "IF(", top, "<=0,0,MIN(", top, "/", bottom, ",", bottom, "/", top, "))"
        case ShareRule.MET:
            return "IF(", top, _SIGNS[basis.direction], bottom, ",1,0)"
    if rule.method is Method.PROPORTIONAL:
        return "MAX(0,MIN(1,", top, "/", bottom, "))"
    if rule.method is Method.CHECKLIST:
        each = rule.points / rule.weight if rule.points else 1 / basis.base
        return "MAX(0,1-(", bottom, "-", top, f")*{_number(each)})"
    percent: Formula = ("ROUND(", top, "/", bottom, "*100,9)")
    if rule.method is Method.DEDUCT:
        over: Formula = ("MAX(0,", *percent, f"-{_number(rule.free_up_to)})")
        counted: Formula = over if rule.is_pro_rata else ("INT(", *over, ")")
        return (
            f"MAX({_number(Fraction(rule.floor, 100))},{_number(Fraction(rule.weight, 100))}-",
            *counted,
            f"*{_number(rule.points / 100)})/{_number(Fraction(rule.weight, 100))}",
        )
    return _bands(rule, percent)


def _bands(rule: Line, percent: Formula) -> Formula:
    """Nested conditions, from the end that has no limit below (or above) to the other."""
    bands = rule.bands if rule.better is Better.LOWER else tuple(reversed(rule.bands))
    pieces: list[str | Cells] = []
    for band in bands[:-1]:
        limit = band.high if rule.better is Better.LOWER else band.low
        sign = "<=" if rule.better is Better.LOWER else ">="
        pieces += ["IF(", *percent, f"{sign}{_number(Fraction(limit or 0))},{_part(rule, band.points)},"]
    return (*pieces, _part(rule, bands[-1].points), ")" * (len(bands) - 1))


def _part(rule: Line, points: int) -> str:
    return f"{_number(Fraction(points, 100))}/{_number(Fraction(rule.weight, 100))}"


def _number(value: Fraction) -> str:
    """A number in a formula: exact as a quotient where it has no short decimal form."""
    if value.denominator == 1:
        return str(value.numerator)
    shown = f"{float(value):.10g}"
    return shown if Fraction(shown) == value else f"({value.numerator}/{value.denominator})"


def _method(rule: Line, line: ScoreLine, words: Words) -> str:
    if line.basis and line.basis.rule is not ShareRule.LINE:
        return str(words["rule"][line.basis.rule])
    return str(words["method"][rule.method]).format(
        limit=shown_number(rule.free_up_to), points=shown_points(rule.points)
    )
