"""Write `deploy/prefect.yaml`, for those who run the deployments in a work pool: `make docs`.

The same declarations as `jixiao serve`, with the default schedules. Where registry and outputs lie comes from
the environment of `prefect deploy`.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import yaml

from flows.deployments import Declared, declare
from flows.names import TAG
from flows.settings import OUT, PATIENCE, REGISTRY, Settings

PATH = Path(__file__).parents[1] / "deploy" / "prefect.yaml"
POOL = "jixiao"
_HEAD = f"""\
# Made by `make docs` from flows/deployments.py; change it there.
# With {REGISTRY} and {OUT} set, in the project's folder:
#   prefect work-pool create {POOL} --type process
#   prefect --no-prompt deploy --all --prefect-file deploy/prefect.yaml
#   prefect worker start --pool {POOL}
"""


def render() -> str:
    """The file's text; the same declarations give the same text."""
    settings = Settings()
    data = {"name": POOL, "deployments": [_deployment(entry, settings) for entry in declare(settings)]}
    return _HEAD + str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110))


def _deployment(entry: Declared, settings: Settings) -> dict[str, Any]:
    function = inspect.unwrap(entry.flow.fn)
    return {
        "name": entry.name,
        "description": entry.description,
        "tags": [TAG],
        "entrypoint": f"{function.__module__.replace('.', '/')}.py:{function.__name__}",
        "enforce_parameter_schema": False,
        "parameters": {},
        "schedules": [{"cron": cron, "timezone": settings.timezone} for cron in entry.crons],
        "work_pool": {
            "name": POOL,
            "job_variables": {
                "env": {name: f"{{{{ ${name} }}}}" for name in (REGISTRY, OUT)} | PATIENCE,
            },
        },
    }


if __name__ == "__main__":
    PATH.write_text(render(), encoding="utf-8")
