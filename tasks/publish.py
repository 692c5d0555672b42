"""Publish: a version folder for every change, and a `latest` that is always whole."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import Timeout

from tasks.changes import Flat, describe_changes
from tasks.files import (
    FOLDER_MODE,
    LOCK_SECONDS,
    WRITING,
    as_json,
    file_lock,
    make_folder,
    replace_file,
    replace_link,
    sweep,
    sync_folder,
    write_synced,
)
from tasks.findings import Finding
from tasks.layout import UnitFolder
from tasks.pull import Submission
from tasks.versions import versions

MANIFEST, DATA = "manifest.json", "data.json"
_OURS = (MANIFEST, DATA)
STAGING = ".staging-"
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
    "templates": "模板",
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


@dataclass(frozen=True)
class Published:
    """The current version of a unit: its number, its folder, and what changed (empty when nothing did)."""

    version: int
    folder: Path
    is_new: bool
    changes: tuple[str, ...]


def stage(folder: UnitFolder, files: Mapping[str, bytes], run_id: str) -> Path:
    """Write rendered files to a staging folder beside the versions; a stage of the same run is replaced."""
    staging = folder.versions / f"{STAGING}{run_id}"
    shutil.rmtree(staging, ignore_errors=True)
    make_folder(staging.parent)
    staging.mkdir(FOLDER_MODE)
    try:
        for name, content in files.items():
            write_synced(staging / name, content)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)  # a full disk needs the room
        raise
    return staging


def publish(folder: UnitFolder, staging: Path, edition: Edition) -> Published:
    """Turn a staging folder into the unit's current version, unless nothing changed.

    A version is identified by its documents, data and findings: a workbook that was only saved again makes
    no new one. Killed at any moment, `latest` still points at a whole version, and the next run goes on; so
    does a second attempt of the same run.
    """
    try:
        with file_lock(folder.lock, LOCK_SECONDS):
            published = _publish(folder, staging, edition)
            sweep(folder.versions, STAGING)
            sweep(folder.inputs, WRITING)
            sweep(folder.path, WRITING)
    except Timeout:
        raise TimeoutError(errno.EAGAIN, "另一次运行一直在发布该单位，请稍后重新运行") from None
    return published


def _publish(folder: UnitFolder, staging: Path, edition: Edition) -> Published:
    current = _manifest(folder.latest)
    newest = _newest_number(folder)
    is_behind = newest > (current["version"] if current else 0)
    if not staging.is_dir():
        return _resume(folder, staging, edition, newest if is_behind else 0)
    files = {path.name: _fingerprint(path) for path in sorted(staging.iterdir()) if path.name not in _OURS}
    identity = _identity(files, edition)
    if current and current["identity"] == identity and _is_whole(folder.latest, current):
        shutil.rmtree(staging)
        return Published(current["version"], folder.versions / _name(current["version"]), False, ())
    if is_behind and _was_finished(folder, newest, "identity", identity):
        shutil.rmtree(staging)
        return _switch(folder, newest)
    data = as_json(edition.data)
    files[DATA] = _fingerprint_of(data)
    changes = _changes(current, _data(folder.latest, current), edition) if newest else ["首次发布"]
    number = newest + 1
    write_synced(staging / DATA, data)
    write_synced(
        staging / MANIFEST, as_json(_manifest_of(number, identity, files, changes, current, edition))
    )
    sync_folder(staging)
    staging.rename(folder.versions / _name(number))
    sync_folder(folder.versions)
    return _switch(folder, number)


def _resume(folder: UnitFolder, staging: Path, edition: Edition, unlinked: int) -> Published:
    """Take up a second attempt whose staging folder the first one already used.

    `unlinked` is the newest version that `latest` does not reach yet, or 0.
    """
    if unlinked and _was_finished(folder, unlinked, "run_id", edition.run_id):
        return _switch(folder, unlinked)
    current = _manifest(folder.latest)
    if current and _is_whole(folder.latest, current) and _data(folder.latest, current) == edition.data:
        is_new = current["run_id"] == edition.run_id
        changes = tuple(current["changes"]) if is_new else ()
        return Published(current["version"], folder.versions / _name(current["version"]), is_new, changes)
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(staging))


def record_findings(
    folder: UnitFolder,
    submission: Submission,
    findings: Iterable[Finding],
    unchecked: Iterable[str],
    state: str,
) -> None:
    """Keep what the last run found, for the clerk of the unit; the same findings leave the file untouched."""
    snapshot = submission.snapshot
    record = {
        "unit": submission.unit.code,
        "name": submission.unit.name,
        "state": state,
        "input": {"file": submission.unit.file_name, "sha256": snapshot.sha256 if snapshot else None},
        "findings": [finding.as_dict() for finding in findings],
        "unchecked": list(unchecked),
    }
    replace_file(folder.findings, as_json(record))


def _identity(files: Mapping[str, Mapping[str, Any]], edition: Edition) -> str:
    content = [
        {name: fingerprint["sha256"] for name, fingerprint in files.items()},
        edition.data,
        [finding.as_dict() for finding in edition.findings],
        list(edition.unchecked),
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _manifest_of(
    number: int,
    identity: str,
    files: Mapping[str, Any],
    changes: Sequence[str],
    previous: Mapping[str, Any] | None,
    edition: Edition,
) -> dict[str, Any]:
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


def _changes(current: Mapping[str, Any] | None, before: Flat | None, edition: Edition) -> list[str]:
    if current is None or before is None:
        return ["上一版本已损坏，无法比较，重新发布"]
    changes = describe_changes(before, edition.data)
    now = versions()
    changed = [_VERSION_LABELS.get(name, name) for name in now if current["versions"].get(name) != now[name]]
    if changed:
        changes.append("程序或模板更新：" + "、".join(changed))
    old = sorted((f["rule"], f["sheet"], f["cell"]) for f in current["findings"])
    new = sorted((f.rule, f.sheet, f.cell) for f in edition.findings)
    if len(old) != len(new):
        changes.append(f"提醒事项：{len(old)} 条 → {len(new)} 条")
    elif old != new:
        changes.append(f"提醒事项有变化（仍为 {len(new)} 条）")
    return changes or ["文件内容修复"]


def _name(number: int) -> str:
    return f"{number:04d}"


def _switch(folder: UnitFolder, number: int) -> Published:
    version = folder.versions / _name(number)
    replace_link(folder.latest, f"{folder.versions.name}/{version.name}")
    manifest = _manifest(version) or {}
    return Published(number, version, is_new=True, changes=tuple(manifest.get("changes", ())))


def _newest_number(folder: UnitFolder) -> int:
    return max((int(path.name) for path in folder.versions.iterdir() if path.name.isdecimal()), default=0)


def _was_finished(folder: UnitFolder, number: int, key: str, value: str) -> bool:
    """Whether a run that was stopped just before switching left this very version behind."""
    version = folder.versions / _name(number)
    manifest = _manifest(version)
    return manifest is not None and manifest[key] == value and _is_whole(version, manifest)


def _manifest(version: Path) -> dict[str, Any] | None:
    """The manifest of a version; None where there is none, or none that makes sense."""
    manifest = _json(version / MANIFEST)
    if not isinstance(manifest, dict):
        return None
    is_complete = all(isinstance(manifest.get(key), type_) for key, type_ in _MANIFEST_KEYS.items())
    return manifest if is_complete else None


def _data(version: Path, manifest: Mapping[str, Any] | None) -> Flat | None:
    """The data of a version; None where it is lost or no longer what the manifest says."""
    path = version / DATA
    if manifest is None or not path.is_file() or manifest["files"].get(DATA) != _fingerprint(path):
        return None
    data: Flat = json.loads(path.read_bytes())
    return data


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def _is_whole(version: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the published files are still what the manifest says (nobody edited or lost one)."""
    return all(
        (version / name).is_file() and _fingerprint(version / name) == fingerprint
        for name, fingerprint in manifest["files"].items()
    )


def _fingerprint(path: Path) -> dict[str, Any]:
    return _fingerprint_of(path.read_bytes())


def _fingerprint_of(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
