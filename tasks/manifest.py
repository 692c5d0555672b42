"""The manifest of a published version: which files, made of what, by which program, and what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.changes import Flat, describe_changes
from tasks.findings import Finding
from tasks.pull import Submission
from tasks.versions import versions

MANIFEST, DATA = "manifest.json", "data.json"
OURS = (MANIFEST, DATA)

_MANIFEST_KEYS = {
    "version": int,
    "identity": str,
    "run_id": str,
    "files": dict,
    "versions": dict,
    "findings": list,
}
"""What this module reads from a manifest; one that lacks it is damaged."""
_VERSION_LABELS = {
    "jixiao": "程序版本",
    "contract": "表样",
    "code": "程序",
    "rules": "规则",
    "templates": "模板和年度设置",
}


@dataclass(frozen=True)
class Edition:
    """What is to be published for one unit, next to the rendered files.

    `data` is what the unit filled in, by place; `run_id` names the run that made it.
    """

    submission: Submission
    year: int
    findings: Sequence[Finding]
    unchecked: Sequence[str]
    data: Flat
    run_id: str


def identity_of(files: Mapping[str, Mapping[str, Any]], edition: Edition) -> str:
    """What a version is recognised by: its documents, data and findings."""
    content = [
        {name: known["sha256"] for name, known in files.items()},
        edition.data,
        [finding.as_dict() for finding in edition.findings],
        list(edition.unchecked),
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def manifest_of(
    number: int,
    identity: str,
    files: Mapping[str, Any],
    changes: Sequence[str],
    previous: Mapping[str, Any] | None,
    edition: Edition,
) -> dict[str, Any]:
    """The manifest of a new version; `previous`: the manifest of the one before."""
    unit, snapshot = edition.submission.unit, edition.submission.snapshot
    if snapshot is None:
        raise ValueError("only a submission that was read can be published")
    return {
        "unit": unit.code,
        "name": unit.name,
        "year": edition.year,
        "version": number,
        "previous": previous["version"] if previous else None,
        "identity": identity,
        "run_id": edition.run_id,
        "input": {"file": unit.file_name, "sha256": snapshot.sha256, "size": snapshot.size},
        "files": files,
        "versions": versions(),
        "changes": list(changes),
        "findings": [finding.as_dict() for finding in edition.findings],
        "unchecked": list(edition.unchecked),
    }


def changes_since(current: Mapping[str, Any] | None, before: Flat | None, edition: Edition) -> list[str]:
    """What changed since the current version, one line each; `before`: its data."""
    if current is None or before is None:
        return ["上一版本已损坏，无法比较，重新发布"]
    changes = describe_changes(before, edition.data)
    now = versions()
    changed = [_VERSION_LABELS.get(name, name) for name in now if current["versions"].get(name) != now[name]]
    if changed:
        changes.append("程序、模板或设置更新：" + "、".join(changed))
    old = sorted((f["rule"], f["sheet"], f["cell"]) for f in current["findings"])
    new = sorted((f.rule, f.sheet, f.cell) for f in edition.findings)
    if len(old) != len(new):
        changes.append(f"提醒事项：{len(old)} 条 → {len(new)} 条")
    elif old != new:
        changes.append(f"提醒事项有变化（仍为 {len(new)} 条）")
    return changes or ["文件内容修复"]


def read_manifest(version: Path) -> dict[str, Any] | None:
    """The manifest of a version; None where there is none, or none that makes sense."""
    manifest = _json(version / MANIFEST)
    if not isinstance(manifest, dict):
        return None
    is_complete = all(isinstance(manifest.get(key), type_) for key, type_ in _MANIFEST_KEYS.items())
    return manifest if is_complete else None


def read_data(version: Path, manifest: Mapping[str, Any] | None) -> Flat | None:
    """The data of a version; None where it is lost or no longer what the manifest says."""
    path = version / DATA
    if manifest is None or not path.is_file() or manifest["files"].get(DATA) != fingerprint(path):
        return None
    data: Flat = json.loads(path.read_bytes())
    return data


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def is_whole(version: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the published files are still what the manifest says (nobody edited or lost one)."""
    return all(
        (version / name).is_file() and fingerprint(version / name) == known
        for name, known in manifest["files"].items()
    )


def fingerprint(path: Path) -> dict[str, Any]:
    """Hash and size of a file."""
    return fingerprint_of(path.read_bytes())


def fingerprint_of(content: bytes) -> dict[str, Any]:
    """Hash and size of what a file is to hold."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
