"""What waits to be sent."""

from __future__ import annotations

from pathlib import Path

from tasks.alerts.memory import open_memory
from tasks.alerts.sending import Message


def test_a_file_that_has_changed_since_is_not_sent(tmp_path: Path) -> None:
    kept, changed = tmp_path / "findings.xlsx", tmp_path / "已标注-a.xlsx"
    kept.write_bytes(b"findings")
    changed.write_bytes(b"open")
    with open_memory(tmp_path) as memory:
        memory.defer("a", "mail", Message("题", "文", (kept, changed)), "a@example.invalid")
    changed.write_bytes(b"now with a classified project")
    with open_memory(tmp_path) as memory:
        ((key, channel, message, to),) = memory.pending()
    assert (key, channel, to, message.title) == ("a", "mail", "a@example.invalid", "题")
    assert message.attachments == (kept,)
