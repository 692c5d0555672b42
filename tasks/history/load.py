"""Put earlier years into the ledgers: never over what is there, except as a restatement beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from tasks.history.errors import HistoryError
from tasks.history.table import read_table
from tasks.history.workbook import read_workbook
from tasks.ledger import Entry, Ledger, Restatement, load_ledger, update
from tasks.pull import RegisteredUnit


class ImportState(StrEnum):
    """What became of one year of one unit, as people read it."""

    IMPORTED = "已导入"
    RESTATED = "已登记调整"
    RESTATED_AGAIN = "已再次登记调整，以前登记的调整保留"
    UNCHANGED = "无变化"


@dataclass(frozen=True)
class Imported:
    """One year of one unit: how many figures, and what became of them."""

    year: int
    unit: str
    name: str
    count: int
    outcome: ImportState


@dataclass(frozen=True)
class Reason:
    """Why figures are restated, and the day of the decision (YYYY-MM-DD); both are the operator's."""

    text: str
    date: str


def import_history(
    files: Sequence[Path], registered: Sequence[RegisteredUnit], out: Path, restate: Reason | None = None
) -> list[Imported]:
    """Import files (CSV or workbooks) into the ledgers of their years: all of them, or nothing.

    Without `restate`, a year of which the ledger knows the unit already is refused unless it is the same
    again. With it, the figures stand beside the original ones, which stay. Raises HistoryError; OSError when
    a file cannot be read or the output folder not be written.
    """
    entries = _read(files, registered)
    years = sorted({year for year, _ in entries})
    by_year = {year: {unit: e for (y, unit), e in sorted(entries.items()) if y == year} for year in years}
    outcomes: list[Imported] = []
    faults: list[str] = []
    for year, new in by_year.items():  # find out about all years before any is written
        known = load_ledger(out / str(year))
        for unit, entry in new.items():
            fault = _refusal(year, unit, entry, known.get(unit), restate)
            faults += [fault] if fault else []
            outcome = _outcome(entry, known.get(unit), restate)
            outcomes.append(Imported(year, unit, entry.name, len(entry.figures), outcome))
    if faults:
        raise HistoryError(faults)
    for year, new in by_year.items():
        update(out / str(year), lambda known, year=year, new=new: _merged(year, known, new, restate))  # type: ignore[misc]
    return outcomes


def _read(files: Iterable[Path], registered: Sequence[RegisteredUnit]) -> dict[tuple[int, str], Entry]:
    names = {unit.code: unit.name for unit in registered}
    entries: dict[tuple[int, str], Entry] = {}
    faults: list[str] = []
    for path in files:
        try:
            found = _read_one(path, registered, names)
        except HistoryError as error:
            faults += error.faults
            continue
        for (year, unit), entry in found.items():
            if (year, unit) in entries:
                other = entries[year, unit].source
                faults.append(f"{path.name}：{year}年 {unit} 的数据在 {other} 中也有，请只留一份")
            entries[year, unit] = entry
    if faults:
        raise HistoryError(faults)
    return entries


def _read_one(
    path: Path, registered: Sequence[RegisteredUnit], names: Mapping[str, str]
) -> dict[tuple[int, str], Entry]:
    if not path.is_file():
        raise HistoryError([f"{path}：没有找到这个文件，请核对文件名和所在的文件夹"])
    match path.suffix.lower():
        case ".csv":
            return {
                (year, unit): Entry(names[unit], 0, "", figures, {}, {}, {}, source=path.name)
                for (year, unit), figures in read_table(path, names).items()
            }
        case ".xlsx":
            year, unit, entry = read_workbook(path, registered)
            return {(year, unit): entry}
    raise HistoryError([f"{path.name}：应为 CSV 文件（.csv）或单位当年报送的工作簿（.xlsx）"])


def _refusal(year: int, unit: str, entry: Entry, known: Entry | None, restate: Reason | None) -> str:
    where = f"{entry.source}：{entry.name}（{unit}）{year}年"
    if restate and known is None:
        return f"{where}没有原来的数据可以调整，请去掉 --restate 直接导入"
    if restate or known is None or _is_same(entry, known):
        return ""
    origin = f"从 {known.source} 导入" if known.is_imported else f"由本系统发布（第{known.version}版）"
    return (
        f"{where}的数据已{origin}，不再导入另一份；"
        "数据确有调整（如追溯调整、机构划转）的，请加 --restate 写明理由、--date 写明日期"
    )


def _restates(entry: Entry, known: Entry, reason: Reason) -> bool:
    """Whether some figure changes, or one that was changed before gets another reason or day."""
    now = known.to_compare()
    if any(now.get(name) != value for name, value in entry.figures.items()):
        return True
    return not known.changed.keys().isdisjoint(entry.figures) and not any(
        (one.reason, one.date) == (reason.text, reason.date) for one in known.restatements_in_force
    )


def _is_same(entry: Entry, known: Entry) -> bool:
    return known.is_imported and dict(entry.figures) == dict(known.figures)


def _outcome(entry: Entry, known: Entry | None, restate: Reason | None) -> ImportState:
    if known is None:
        return ImportState.IMPORTED
    if restate is None or not _restates(entry, known, restate):
        return ImportState.UNCHANGED
    return ImportState.RESTATED_AGAIN if known.restatements else ImportState.RESTATED


def _restatement(entry: Entry, reason: Reason) -> Restatement:
    return Restatement(reason.text, reason.date, entry.source, dict(entry.figures))


def _merged(year: int, known: Ledger, new: Ledger, restate: Reason | None) -> dict[str, Entry]:
    """The new entries as the ledger takes them, looked at again now that nobody else writes it."""
    merged = {}
    for unit, entry in new.items():
        there = known.get(unit)
        if fault := _refusal(year, unit, entry, there, restate):
            raise HistoryError([fault])
        if there is None:
            merged[unit] = entry
        elif restate and _restates(entry, there, restate):
            merged[unit] = replace(there, restatements=(*there.restatements, _restatement(entry, restate)))
        else:
            merged[unit] = there
    return merged
