"""Publish: a version folder for every change, and a `latest` that is always whole."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout

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
from tasks.manifest import (
    DATA,
    MANIFEST,
    OURS,
    Edition,
    changes_since,
    fingerprint,
    fingerprint_of,
    identity_of,
    is_whole,
    manifest_of,
    read_data,
    read_manifest,
)
from tasks.pull import Submission

STAGING = ".staging-"


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
    current = read_manifest(folder.latest)
    newest = _newest_number(folder)
    is_behind = newest > (current["version"] if current else 0)
    if not staging.is_dir():
        return _resume(folder, staging, edition, newest if is_behind else 0)
    files = {path.name: fingerprint(path) for path in sorted(staging.iterdir()) if path.name not in OURS}
    identity = identity_of(files, edition)
    if current and current["identity"] == identity and is_whole(folder.latest, current):
        shutil.rmtree(staging)
        return Published(current["version"], folder.versions / _name(current["version"]), False, ())
    if is_behind and _was_finished(folder, newest, "identity", identity):
        shutil.rmtree(staging)
        return _switch(folder, newest)
    data = as_json(edition.data)
    files[DATA] = fingerprint_of(data)
    changes = changes_since(current, read_data(folder.latest, current), edition) if newest else ["首次发布"]
    number = newest + 1
    write_synced(staging / DATA, data)
    write_synced(staging / MANIFEST, as_json(manifest_of(number, identity, files, changes, current, edition)))
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
    current = read_manifest(folder.latest)
    if current and is_whole(folder.latest, current) and read_data(folder.latest, current) == edition.data:
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


def _name(number: int) -> str:
    return f"{number:04d}"


def _switch(folder: UnitFolder, number: int) -> Published:
    version = folder.versions / _name(number)
    replace_link(folder.latest, f"{folder.versions.name}/{version.name}")
    manifest = read_manifest(version) or {}
    return Published(number, version, is_new=True, changes=tuple(manifest.get("changes", ())))


def _newest_number(folder: UnitFolder) -> int:
    return max((int(path.name) for path in folder.versions.iterdir() if path.name.isdecimal()), default=0)


def _was_finished(folder: UnitFolder, number: int, key: str, value: str) -> bool:
    """Whether a run that was stopped just before switching left this very version behind."""
    version = folder.versions / _name(number)
    manifest = read_manifest(version)
    return manifest is not None and manifest[key] == value and is_whole(version, manifest)
