"""Which code, rules and wording made a report: short digests for the manifest."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import expectations
import tasks
import templates
from expectations.contract import CONTRACT

_SOURCES = {".py", ".j2", ".toml", ".typ", ".docx", ".css"}


@cache
def versions() -> dict[str, str]:
    """Versions of everything that shapes a report, name → version or digest."""
    return {
        "jixiao": version("jixiao"),
        "contract": CONTRACT.version,
        "code": _digest(tasks),
        "rules": _digest(expectations),
        "templates": _digest(templates),
        "python": platform.python_version(),
        **{name: version(name) for name in ("great-expectations", "jinja2", "pandas", "prefect", "typst")},
    }


def _digest(package: ModuleType) -> str:
    root = Path(str(package.__file__)).parent
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.suffix in _SOURCES):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
