"""Writing files so that a kill or a full disk at any moment leaves either the old file or the new one."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

FILE_MODE, FOLDER_MODE = 0o640, 0o750
"""What is written is for its owner and group only; a stricter umask restricts it more."""
UMASK = 0o027
"""The same for what libraries write: their files have no mode of ours."""
WRITING = ".writing-"
"""How the names of files begin that are not whole yet."""
LOCK_SECONDS = 300
"""How long runs at the same time wait for each other."""
ABANDONED_SECONDS = 24 * 3600
"""No run takes a day to finish what it began: what is older was left by one that was killed."""


def as_json(data: Any) -> bytes:
    """Readable, stable JSON: Chinese as it is, keys in the order given."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def write_synced(path: Path, content: bytes) -> None:
    """Write a file and wait until the disk has it."""
    _write(path, "wb", content)


def _write(path: Path, mode: str, content: bytes) -> None:
    with open(path, mode, opener=_open) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _open(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are missing; one that is there keeps its mode."""
    if not path.parent.exists():
        make_folder(path.parent)
    path.mkdir(FOLDER_MODE, exist_ok=True)


def file_lock(path: Path, seconds: float = -1) -> FileLock:
    """A lock between processes that is waited for so long; -1: until it is free."""
    return FileLock(path, timeout=seconds, mode=FILE_MODE)


def restrict(folder: Path) -> None:
    """Take from a folder with all in it what is not for its owner and group: after a library wrote it."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & (FOLDER_MODE if path.is_dir() else FILE_MODE))


def restrict_umask() -> None:
    """Let nothing that this process or its children write be readable beyond owner and group."""
    os.umask(os.umask(UMASK) | UMASK)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file atomically; an equal file is left alone."""
    if path.is_file() and path.read_bytes() == content:
        return
    make_folder(path.parent)
    temporary = path.with_name(f"{WRITING}{uuid.uuid4().hex}")
    try:
        _write(temporary, "xb", content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def replace_link(link: Path, target: str) -> None:
    """Point a symbolic link at a target (relative to its folder), atomically.

    Raises FileExistsError where something else stands in its place, as after a copy that followed links.
    """
    if link.exists() and not link.is_symlink():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(link))
    temporary = link.with_name(f"{WRITING}{link.name}-{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)
    sync_folder(link.parent)


def sync_folder(folder: Path) -> None:
    """Make renames within a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path, prefix: str, older_than: float = ABANDONED_SECONDS) -> None:
    """Remove what killed runs left in a folder: entries so named that nobody touched for so many seconds.

    What cannot be removed stays: tidying up must not stop the work.
    """
    oldest = time.time() - older_than
    with suppress(OSError):
        for path in folder.glob(f"{prefix}*"):
            with suppress(OSError):
                if path.lstat().st_mtime > oldest:
                    continue
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
