"""While serving: the units to choose from in the form of a rerun are those of the registry as it is now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from flows.deployments import declare, make_deployment
from flows.forms import names_of, offering
from flows.names import RERUN
from flows.settings import Settings
from tasks.pull import RegisteredUnit, load_registry
from tasks.results import describe_error

SECONDS = 15.0


async def follow_registry(
    settings: Settings, units: Sequence[RegisteredUnit], say: Callable[[str], None], seconds: float = SECONDS
) -> None:
    """Make the form anew whenever the registry offers other units than `units`, for ever.

    A registry that cannot be read changes nothing; it is told of once, until it can be read again.
    """
    (rerun,) = [entry for entry in declare(settings) if entry.name == RERUN]
    offered, told = names_of(units), ""
    while True:
        await asyncio.sleep(seconds)
        try:
            units = await asyncio.to_thread(load_registry, settings.registry)
            if names_of(units) != offered:
                with offering(
                    units
                ):  # a deployment of no schedule: nothing an operator has paused starts again
                    deployment = await asyncio.to_thread(make_deployment, rerun, settings.timezone)
                await deployment.aapply()
                offered = names_of(units)
                say(f"单位名录已更新，{RERUN}表单现有 {len(offered)} 个单位可选")
            told = ""
        except Exception as error:  # the registry may be half written, the server busy
            said = f"{RERUN}表单中的单位没有更新：{describe_error(error).splitlines()[0]}"
            if said != told:
                say(said)
            told = said
