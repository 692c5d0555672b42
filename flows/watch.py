"""While serving: rerun failing units by themselves once they have handed in something else."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from flows.names import BY_ITSELF, RERUN
from flows.settings import Settings
from tasks.pull import load_registry
from tasks.repair import Repaired, Watch
from tasks.results import describe_error

_TRIES = 3
"""How often one change is run: a run that broke off may have met something that passes."""


async def watch(settings: Settings, say: Callable[[str], None]) -> None:
    """Look every few seconds, for ever; a look that fails is told of and does not end it."""
    if not settings.watch_seconds:
        return
    eye, reruns = Watch(settings.out), Reruns()
    while True:
        await asyncio.sleep(settings.watch_seconds)
        try:
            units = await asyncio.to_thread(load_registry, settings.registry)
            this_year = dt.datetime.now(ZoneInfo(settings.timezone)).year
            await reruns.submit(await asyncio.to_thread(eye.look, units, this_year))
        except Exception as error:  # the registry may be half written, the server busy
            say(f"自动重跑检查未完成：{describe_error(error).splitlines()[0]}")


@dataclass
class Reruns:
    """The reruns that were asked for: all units that a look finds in one run, each change once."""

    _runs: dict[str, UUID] = field(default_factory=dict)
    """Key of a change → its last run."""
    _tries: dict[str, int] = field(default_factory=dict)

    async def submit(self, repaired: Sequence[Repaired]) -> None:
        """Ask for a rerun of what is new, and of what broke off the last time."""
        wanted = [change for change in repaired if await self._is_due(change.key)]
        for year in sorted({change.year for change in wanted}):
            await self._rerun(year, [change for change in wanted if change.year == year])

    async def _is_due(self, key: str) -> bool:
        from prefect.client.orchestration import get_client

        if key not in self._runs:
            return True
        async with get_client() as client:
            state = (await client.read_flow_run(self._runs[key])).state
        broke_off = state is not None and (state.is_failed() or state.is_crashed())
        return broke_off and self._tries[key] < _TRIES

    async def _rerun(self, year: int, changes: Sequence[Repaired]) -> None:
        from prefect.deployments import arun_deployment

        tries = {change.key: self._tries.get(change.key, 0) + 1 for change in changes}
        keys = "\n".join(f"{key} {tried}" for key, tried in sorted(tries.items()))
        units = [change.unit for change in changes]
        form = {"year": year, "units": units, "reason": f"{BY_ITSELF}：报送的工作簿已更新"}
        run = await arun_deployment(
            f"{RERUN}/{RERUN}",
            parameters={"form": form},
            timeout=0,
            tags=[BY_ITSELF],
            idempotency_key=hashlib.sha256(keys.encode()).hexdigest(),
        )
        self._tries |= tries
        self._runs |= dict.fromkeys(tries, run.id)
