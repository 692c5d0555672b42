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


def _content(path: Path) -> str:
    return f"→ {path.readlink()}" if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
