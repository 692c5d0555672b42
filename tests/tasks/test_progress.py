"""Progress: whoever listens hears every step, from any thread, and nothing after the block."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tasks import progress

Heard = list[tuple[str, int, int]]


def collect(heard: Heard) -> progress.Listener:
    return lambda step, done, total: heard.append((step, done, total))


def test_tells_each_unit_done() -> None:
    heard: Heard = []
    with progress.listen(collect(heard)):
        progress.start("读取工作簿", 2)
        progress.advance("读取工作簿", 2)
        progress.advance("读取工作簿", 2)
    assert heard == [("读取工作簿", 0, 2), ("读取工作簿", 1, 2), ("读取工作簿", 2, 2)]


def test_steps_are_counted_apart_and_start_anew() -> None:
    heard: Heard = []
    with progress.listen(collect(heard)):
        progress.start("甲", 2)
        progress.advance("甲", 2)
        progress.start("乙", 1)
        progress.advance("乙", 1)
        progress.start("甲", 3)
        progress.advance("甲", 3)
    assert heard == [("甲", 0, 2), ("甲", 1, 2), ("乙", 0, 1), ("乙", 1, 1), ("甲", 0, 3), ("甲", 1, 3)]


def test_nobody_need_listen() -> None:
    progress.start("甲", 1)
    progress.advance("甲", 1)


def test_hears_nothing_after_the_block() -> None:
    first: Heard = []
    second: Heard = []

    def fail() -> None:
        with progress.listen(collect(first)):
            progress.start("甲", 1)
            raise RuntimeError

    with progress.listen(collect(second)):
        with pytest.raises(RuntimeError):
            fail()
        progress.advance("甲", 1)
    progress.start("甲", 1)
    assert first == [("甲", 0, 1)]
    assert second == [("甲", 0, 1), ("甲", 1, 1)]


def test_no_unit_is_lost_between_threads() -> None:
    heard: Heard = []
    with progress.listen(collect(heard)):
        progress.start("甲", 400)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: progress.advance("甲", 400), range(400)))
    assert sorted(done for _, done, _ in heard) == list(range(401))
