"""One run at a time in a folder, across processes; a killed run gives its turn back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tasks.turn import TurnError, take_turn

HOLD = """
import sys, time
from pathlib import Path
from tasks.turn import take_turn
with take_turn(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    time.sleep(60)
"""


def test_another_process_waits_and_a_killed_one_gives_way(tmp_path: Path) -> None:
    folder = tmp_path / "2020"
    waited: list[str] = []
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        turn = take_turn(folder, lambda: waited.append("once"), seconds=0.2)
        with pytest.raises(TurnError, match="2020年度的另一次运行在 0 秒内没有结束"), turn:
            raise AssertionError("two at once")
        assert waited == ["once"]
    finally:
        other.kill()
        other.wait()
    with take_turn(folder, lambda: waited.append("again"), seconds=5):
        pass
    assert waited == ["once"]


def test_other_years_do_not_wait(tmp_path: Path) -> None:
    def waiting() -> None:
        raise AssertionError("waited")

    with take_turn(tmp_path / "2020", waiting), take_turn(tmp_path / "2021", waiting):
        pass
