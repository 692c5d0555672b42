"""`jixiao serve`: server, UI, deployments and their runs on one machine, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from flows.server import send_logs
from flows.settings import OUT, REGISTRY, Settings, SettingsError, check_crons, load_settings
from flows.standing_server import standing_server
from tasks.alerts import FILE, load_channels
from tasks.pull import RegisteredUnit, load_registry
from tasks.results import describe_error
from tasks.store import find_address

_LOCK = ".jixiao-serve.lock"
_POLL_SECONDS = 3
_AT_ONCE = 2
"""Runs of one year wait for each other anyway, and each is a process of its own."""
Say = Callable[[str], None]


def serve(registry: Path, out: Path, host: str, port: int, say: Say) -> None:
    """Serve until told to end. Raises ExplainedError where settings, registry or server are no good."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    for number in (signal.SIGINT, signal.SIGTERM):  # until the loop below has handlers of its own
        signal.signal(number, _end)
    os.environ |= {REGISTRY: str(registry.resolve()), OUT: str(out.resolve())}  # the runs inherit it
    settings = load_settings()
    check_crons(settings)
    units = load_registry(settings.registry)
    load_channels(settings.registry.parent / FILE, os.environ.get)
    find_address(settings.out, os.environ)
    with (
        _alone(),
        standing_server(host, port, say) as url,
        temporary_settings({PREFECT_API_URL: url}),
    ):
        os.environ["PREFECT_API_URL"] = url
        _prepare_alarms(settings.registry, say)
        asyncio.run(_serve(settings, units, say))
        send_logs()


@contextmanager
def _alone() -> Iterator[None]:
    """One service for a Prefect home: two would replace each other's deployments and alarms."""
    from prefect.settings import PREFECT_HOME

    home = PREFECT_HOME.value()
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise SettingsError(
            f"另一个 jixiao serve 正在使用 Prefect 数据目录 {home}；请先结束它，"
            "或另设环境变量 PREFECT_HOME 后再启动"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _end(*_: object) -> None:
    """Leave by way of every `finally`: the server must not stay behind."""
    raise SystemExit(0)


def _prepare_alarms(registry: Path, say: Say) -> None:
    """A channel that cannot be used is told of now, not when it is needed. What goes wrong stops nothing."""
    from flows.alerting import channels_of
    from flows.automations import set_up
    from flows.lost_runs import mark_lost

    channels = channels_of(registry)
    for channel in channels.all if channels else ():
        if channel.fault:
            say(f"告警渠道“{channel.name}”不可用：{channel.fault}")
    try:
        set_up(channels)
        for name in mark_lost():
            say(f"上次的运行没有结束就中断了，已标为中断：{name}")
    except Exception as error:
        say(f"运行中断、未按时开始的告警没有设置好：{describe_error(error).splitlines()[0]}")


async def _serve(settings: Settings, units: Sequence[RegisteredUnit], say: Say) -> None:
    from prefect.runner import Runner

    from flows.automations import HEARTBEAT_SECONDS
    from flows.deployments import check_names, declare, make_deployment
    from flows.forms import offering
    from flows.offers import follow_registry
    from flows.watch import watch

    declared = declare(settings)
    check_names(declared)
    # The schedules stay on when this ends: what falls due meanwhile is made up for at the next start.
    runner = Runner(
        name="jixiao",
        pause_on_shutdown=False,
        limit=_AT_ONCE,
        query_seconds=_POLL_SECONDS,
        heartbeat_seconds=HEARTBEAT_SECONDS,
    )
    with offering(units):
        for entry in declared:
            deployment = await asyncio.to_thread(make_deployment, entry, settings.timezone)
            await runner.aadd_deployment(deployment)
    ended = asyncio.Event()
    running = asyncio.create_task(runner.start())
    while not runner.started and not running.done():
        await asyncio.sleep(0.05)
    for number in (signal.SIGINT, signal.SIGTERM):  # in place of the runner's own handler
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    say("已就绪：" + "、".join(entry.name for entry in declared) + "。按 Ctrl-C 结束")
    beside = [
        asyncio.create_task(work) for work in (watch(settings, say), follow_registry(settings, units, say))
    ]
    await asyncio.wait({running, asyncio.create_task(ended.wait())}, return_when=asyncio.FIRST_COMPLETED)
    for task in beside:
        task.cancel()
    if runner.started:
        say("正在结束……")
        await runner.astop()
    await running
