"""What all tests stand on: telemetry off, one Prefect database for the session, fonts found once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Command

os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Prefect home of the session's own: creating its database takes 15 seconds, once."""
    home = tmp_path_factory.mktemp("prefect")
    subprocess.run(
        [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
        env=os.environ | {"PREFECT_HOME": str(home)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return home


@pytest.fixture(scope="session")
def jixiao(prefect_home: Path) -> Command:
    """The installed command, run in a process of its own."""
    return Command(prefect_home)
