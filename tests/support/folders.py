"""What a folder holds, for comparing before and after."""

from __future__ import annotations

import hashlib
from pathlib import Path


def fingerprint(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file and link below a folder: relative path → (content hash or link target, mtime in ns)."""
    return {
        str(path.relative_to(folder)): (_content(path), path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def readable_by_others(folder: Path) -> list[str]:
    """What of a folder and all in it people outside its group can read, or its group can write."""
    return [
        f"{path.relative_to(folder)} {path.lstat().st_mode & 0o777:o}"
        for path in (folder, *sorted(folder.rglob("*")))
        if not path.is_symlink() and path.lstat().st_mode & 0o027
    ]


def _content(path: Path) -> str:
    return f"→ {path.readlink()}" if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
