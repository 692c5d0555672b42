"""Earlier years as a table (CSV): one figure a line.

    年度,单位代码,指标,数值
    2019,dsjzx,预算收支总表·合计·决算数,253456789.12

The figure is named by table, row and column as in docs/contract.md, or by its code (budget.total.final).
Amounts are in 元, counts in whole numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from expectations.contract import Type
from tasks.history.errors import HistoryError
from tasks.pull.values import clean_text, parse
from tasks.summable import PLACES, Place

HEADER = ("年度", "单位代码", "指标", "数值")
YEARS = range(2000, 2101)
_LONGEST = 40
_SEPARATORS = re.compile(r"\s*[·・.]\s*")
_BY_LABEL = {_SEPARATORS.sub("·", place.label): place for place in PLACES.values()}

Figures = dict[tuple[int, str], dict[str, int]]
"""(year, unit) → quantity → value, money in 分."""


def read_table(path: Path, names: Mapping[str, str]) -> Figures:
    """Read a table. `names`: code → name of the registered units. UTF-8, or GB 18030 as Excel saves it.

    Raises HistoryError with every line that is wrong: file, line, what is there, what should be.
    """
    faults: list[str] = []
    figures: Figures = {}
    lines = list(_lines(path))
    for number, cells in lines[1:]:
        if not any(cells):
            continue
        where = f"{path.name} 第{number}行"
        if len(cells) != len(HEADER):
            faults.append(f"{where}：有 {len(cells)} 列，应为 {len(HEADER)} 列（{'、'.join(HEADER)}）")
            continue
        found = list(_faults(cells, names))
        if found:
            faults += [f"{where}：{fault}" for fault in found]
            continue
        year, unit, label, text = cells
        place = _place(label)
        known = figures.setdefault((int(year), unit), {})
        if place is None or place.quantity in known:
            faults.append(f"{where}：{year}年 {unit} 的“{label}”已在前面填过一次，同一数据只填一行")
            continue
        known[place.quantity] = parse(place.column, text).value
    if not figures and not faults:
        faults.append(f"{path.name}：没有数据行，请在标题行下每行填一个数据")
    if faults:
        raise HistoryError(faults)
    return figures


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells; the first one is the header. Raises HistoryError where it is another."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise HistoryError([f"{path.name}：不是文本文件，请另存为 CSV UTF-8 格式"]) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, [clean_text(cell) for cell in row]) for row in reader]
    except csv.Error:
        raise HistoryError([f"{path.name} 第{reader.line_num}行：引号不成对，请检查该行的英文引号"]) from None
    header = rows[0][1] if rows else []
    if tuple(header) != HEADER:
        shown = "、".join(header)[:_LONGEST] or "空"
        raise HistoryError([f"{path.name} 第1行：标题现为“{shown}”，应为“{','.join(HEADER)}”"])
    yield from rows


def _faults(cells: Iterable[str], names: Mapping[str, str]) -> Iterator[str]:
    year, unit, label, text = cells
    if not (year.isascii() and year.isdecimal() and int(year) in YEARS):
        yield f"“年度”现为“{_short(year)}”，应为四位数字，如 2019"
    if unit not in names:
        yield f"“单位代码”现为“{_short(unit)}”，应为单位名录中的代码：{'、'.join(list(names)[:10])}"
    place = _place(label)
    if place is None:
        yield (
            f"“指标”现为“{_short(label)}”，应为“表·行·列”（见填报表样），如“预算收支总表·合计·决算数”，"
            "或其代码，如 budget.total.final"
        )
    elif (fault := _value_fault(place, text)) is not None:
        yield f"“数值”现为“{_short(text)}”，{fault}"


def _place(label: str) -> Place | None:
    return PLACES.get(label) or _BY_LABEL.get(_SEPARATORS.sub("·", label))


def _value_fault(place: Place, text: str) -> str | None:
    value = parse(place.column, text).value
    is_money = place.column.type is Type.AMOUNT
    if value is None:
        return "应为以元为单位的数字，最多两位小数，不带“元”“万元”" if is_money else "应为整数，不带单位"
    if value < 0 and not place.column.signed:
        return "不应为负数"
    return None


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
