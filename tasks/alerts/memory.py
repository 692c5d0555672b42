"""What was told to whom, in `alerts.json` beside the outputs of the year; and what still waits to be sent.

```
{
  "digested": {unit: outcome},       what the operators were last told of the unit
  "told":     {unit: outcome},       what the unit's contact was last told; gone once it has recovered
  "reminded": {unit: "2027-01-05"},  the day of the last reminder
  "pending":  {key: {"channel", "to", "title", "body", "attachments": {file: sha256}}}
}
```
A file that is another one by the time its message goes out is left away: it was not judged fit to be sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks.alerts.sending import Message
from tasks.files import as_json, file_lock, make_folder, replace_file

FILE = "alerts.json"
_PARTS = ("digested", "told", "reminded", "pending")


class Memory:
    """The memory of one year, saved after each change: killed at any moment, nothing is told twice."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data: dict[str, dict[str, Any]] = _read(path)

    def get(self, part: str, unit: str) -> str | None:
        """What is remembered of a unit."""
        return self._data[part].get(unit)

    def put(self, part: str, values: Mapping[str, str | None]) -> None:
        """Remember; None forgets."""
        self._data[part].update(values)
        self._data[part] = {key: value for key, value in self._data[part].items() if value is not None}
        replace_file(self._path, as_json(self._data))

    def defer(self, key: str, channel: str, message: Message, to: str) -> None:
        """Keep a message that did not go out; an older one with the same key is given up."""
        waiting = {
            "channel": channel,
            "to": to,
            "title": message.title,
            "body": message.body,
            "attachments": {
                str(path.relative_to(self._path.parent)): _sha256(path) for path in message.attachments
            },
        }
        self._data["pending"][key] = waiting
        self.put("pending", {})

    def pending(self) -> list[tuple[str, str, Message, str]]:
        """What waits: key, channel, message, mail address; oldest first."""
        return [
            (
                key,
                entry["channel"],
                Message(entry["title"], entry["body"], tuple(self._unchanged(entry["attachments"]))),
                entry["to"],
            )
            for key, entry in self._data["pending"].items()
        ]

    def _unchanged(self, files: Mapping[str, str]) -> Iterator[Path]:
        for name, sha256 in files.items():
            if sha256 and _sha256(path := self._path.parent / name) == sha256:
                yield path


@contextmanager
def open_memory(folder: Path) -> Iterator[Memory]:
    """The memory of a year's output folder, for one process at a time."""
    make_folder(folder)
    with file_lock(folder / ".alerts.lock"):
        yield Memory(folder / FILE)


def _sha256(path: Path) -> str:
    """The hash of a file; empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """A damaged file is begun anew: telling twice is better than not at all."""
    try:
        data = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        data = {}
    if not isinstance(data, dict):
        data = {}
    return {part: value if isinstance(value := data.get(part), dict) else {} for part in _PARTS}
