"""While serving: rerun a failing unit by itself once it has handed in something else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from flows.names import BY_ITSELF, RERUN
from flows.settings import Settings
from tasks.pull import load_registry
from tasks.repair import Repaired, Watch
from tasks.results import describe_error


async def watch(settings: Settings, say: Callable[[str], None]) -> None:
    """Look every few seconds, for ever; a look that fails is told of and does not end it."""
    if not settings.watch_seconds:
        return
    eye = Watch(settings.out)
    while True:
        await asyncio.sleep(settings.watch_seconds)
        try:
            units = await asyncio.to_thread(load_registry, settings.registry)
            for repaired in await asyncio.to_thread(eye.look, units):
                await _rerun(repaired)
        except Exception as error:  # the registry may be half written, the server busy
            say(f"自动重跑检查未完成：{describe_error(error).splitlines()[0]}")


async def _rerun(repaired: Repaired) -> None:
    from prefect.deployments import arun_deployment

    form = {"year": repaired.year, "units": [repaired.unit], "reason": f"{BY_ITSELF}：报送的工作簿已更新"}
    await arun_deployment(
        f"{RERUN}/{RERUN}",
        parameters={"form": form},
        timeout=0,
        tags=[BY_ITSELF],
        idempotency_key=repaired.key,
    )
