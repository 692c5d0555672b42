"""Publish: a version folder for every change, and a `latest` that is always whole."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from tasks.changes import Flat, describe_changes
from tasks.files import as_json, replace_file, replace_link, sync_folder, write_synced
from tasks.findings import Finding
from tasks.layout import UnitFolder
from tasks.pull import Submission
from tasks.versions import versions

MANIFEST, DATA = "manifest.json", "data.json"
STAGING = ".staging-"
_LOCK_SECONDS = 300


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
    staging.mkdir(parents=True)
    for name, content in files.items():
        write_synced(staging / name, content)
    return staging


def publish(folder: UnitFolder, staging: Path, edition: Edition) -> Published:
    """Turn a staging folder into the unit's current version, unless nothing changed.

    A version is identified by its documents, data and findings: a workbook that was only saved again makes
    no new one. Killed at any moment, `latest` still points at a whole version, and the next run goes on.
    """
    with FileLock(folder.lock, timeout=_LOCK_SECONDS):
        current = _manifest(folder.latest)
        files = {path.name: _fingerprint(path) for path in sorted(staging.iterdir())}
        identity = _identity(files, edition)
        if current and current["identity"] == identity and _is_whole(folder.latest, current):
            shutil.rmtree(staging)
            return Published(current["version"], folder.latest.resolve(), is_new=False, changes=())
        last = _last_number(folder)
        if last > (current["version"] if current else 0) and _was_finished(folder, last, identity):
            shutil.rmtree(staging)
            return _switch(folder, last)
        changes = _changes(current, _data(folder.latest), edition)
        number = last + 1
        manifest = _manifest_of(number, identity, files, changes, current, edition)
        write_synced(staging / DATA, as_json(edition.data))
        write_synced(staging / MANIFEST, as_json(manifest))
        sync_folder(staging)
        staging.rename(folder.versions / _name(number))
        return _switch(folder, number)


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
        return ["首次发布"]
    changes = describe_changes(before, edition.data)
    now = versions()
    changed = [name for name in now if current["versions"].get(name) != now[name]]
    if changed:
        changes.append("程序或模板更新：" + "、".join(changed))
    old = {(f["rule"], f["sheet"], f["cell"]) for f in current["findings"]}
    new = {(f.rule, f.sheet, f.cell) for f in edition.findings}
    if old != new:
        changes.append(f"提醒事项：{len(current['findings'])} 条 → {len(edition.findings)} 条")
    return changes or ["文件内容修复"]


def _name(number: int) -> str:
    return f"{number:04d}"


def _switch(folder: UnitFolder, number: int) -> Published:
    version = folder.versions / _name(number)
    replace_link(folder.latest, f"{folder.versions.name}/{version.name}")
    manifest = _manifest(version) or {}
    return Published(number, version, is_new=True, changes=tuple(manifest.get("changes", ())))


def _last_number(folder: UnitFolder) -> int:
    return max((int(path.name) for path in folder.versions.iterdir() if path.name.isdigit()), default=0)


def _was_finished(folder: UnitFolder, number: int, identity: str) -> bool:
    """Whether a run that was killed just before switching left this very version behind."""
    version = folder.versions / _name(number)
    manifest = _manifest(version)
    return manifest is not None and manifest["identity"] == identity and _is_whole(version, manifest)


def _manifest(version: Path) -> dict[str, Any] | None:
    try:
        manifest: dict[str, Any] = json.loads((version / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
    return manifest


def _data(version: Path) -> Flat | None:
    try:
        data: Flat = json.loads((version / DATA).read_bytes())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
    return data


def _is_whole(version: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the published files are still what the manifest says (nobody edited or lost one)."""
    return all(
        (version / name).is_file() and _fingerprint(version / name) == fingerprint
        for name, fingerprint in manifest["files"].items()
    )


def _fingerprint(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
