"""Records that wait to be entered, one JSON file a run in `<out>/.store-outbox/`.

A record is written when its run starts, replaced when it ends and removed when the database has it: whatever
stops in between, it is entered later.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import Timeout

from tasks.files import LOCK_SECONDS, WRITING, file_lock, make_folder, replace_file, sweep, sync_folder
from tasks.store.errors import StoreError
from tasks.store.records import SCHEMA, Record
from tasks.store.schema import TABLES

FOLDER, LOCK = ".store-outbox", ".lock"


class Outbox:
    """The outbox of an output folder."""

    def __init__(self, out: Path) -> None:
        self.folder = out / FOLDER

    def put(self, record: Record) -> None:
        """Keep a record; one of the same run is replaced. Raises OSError when it cannot be written."""
        text = json.dumps({"schema": SCHEMA, "rows": record.rows}, ensure_ascii=False, separators=(",", ":"))
        replace_file(self.path_of(record), text.encode())

    def waiting(self) -> list[Path]:
        """The files of all records, the earliest run first."""
        return sorted(self.folder.glob("*.json"))

    def read(self, path: Path) -> Record:
        """Read one. Raises StoreError where it makes no sense."""
        try:
            data = json.loads(path.read_bytes())
        except ValueError:
            data = None
        if isinstance(data, dict) and type(data.get("schema")) is int and data["schema"] > SCHEMA:
            raise StoreError(f"运行记录由更新版本的程序写成，请升级本程序后再登记：{path}")
        if not _fits(data):
            raise damaged(path)
        return Record(data["rows"])

    def remove(self, path: Path) -> None:
        """Give up a record that the database has."""
        path.unlink(missing_ok=True)
        sync_folder(self.folder)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time enters records."""
        make_folder(self.folder)
        try:
            with file_lock(self.folder / LOCK, LOCK_SECONDS):
                sweep(self.folder, WRITING)
                yield
        except Timeout:
            raise TimeoutError(errno.EAGAIN, "另一个进程一直在登记运行记录，请稍后再试") from None

    def path_of(self, record: Record) -> Path:
        """The file of a record."""
        return self.folder / f"{record.name}.json"


def damaged(path: Path) -> StoreError:
    """What is said of a file that is no record; its content is not told."""
    return StoreError(f"运行记录已损坏，不能登记：{path}。请用备份恢复，或移走该文件")


def _fits(data: Any) -> bool:
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or not isinstance(data.get("rows"), dict):
        return False
    rows = data["rows"]
    if rows.keys() - TABLES.keys() or not all(isinstance(listed, list) for listed in rows.values()):
        return False
    if len(rows.get("runs", ())) != 1:
        return False
    has_columns = all(
        isinstance(row, dict) and row.keys() == {column.name for column in TABLES[name].columns}
        for name, listed in rows.items()
        for row in listed
    )
    return has_columns and type(rows["runs"][0]["year"]) is int  # it names a folder
