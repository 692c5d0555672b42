"""Keep what was submitted: a byte-for-byte copy named by its hash, made before anything reads it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tasks.files import replace_file
from tasks.pull.source import read_source
from tasks.pull.trouble import ReadingError

MAX_BYTES = 50 * 1024 * 1024
"""A workbook of text and figures is well under 1 MB; more is a mistake or an attack."""


@dataclass(frozen=True)
class Snapshot:
    """A kept input: where it came from, where the copy lies, its SHA-256 and size in bytes."""

    source: str
    path: Path
    sha256: str
    size: int


def take_snapshot(source: str, folder: Path) -> Snapshot:
    """Copy `source` (a path or fsspec URL) to `folder/<sha256>.xlsx`; an equal copy is reused.

    Raises ReadingError for a missing, unreadable or oversized source; OSError when reading or writing fails
    (worth retrying).
    """
    content = read_source(source, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ReadingError("too_big", f"文件超过 {MAX_BYTES // 1024 // 1024} MB")
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / f"{sha256}.xlsx"
    replace_file(path, content)
    return Snapshot(source, path, sha256, len(content))
