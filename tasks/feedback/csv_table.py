"""A table as CSV for spreadsheets, in which no text can be computed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from tasks.pull.values import clean_text

_FORMULA = re.compile(r"[=+\-@]")
_NUMBER = re.compile(r"-?[0-9][0-9,.]*(?: 元)?")


def csv_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The table in UTF-8 with the mark that Excel needs; control characters are left out.

    `rows`: texts, as many in each as in the header. A text that a spreadsheet would compute gets an
    apostrophe in front; a negative number stays one.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(header)
    writer.writerows([_inert(clean_text(text)) for text in row] for row in rows)
    return table.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
