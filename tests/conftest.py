"""What all tests stand on: telemetry off, one Prefect database for the session, fonts found once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.command import Command
from tests.support.postgres import Postgres, postgres_server
from tests.support.server import prefect_server
from tests.support.workbooks import copy_example

# A busy machine is no failure, and CI tries the same examples each time.
settings.register_profile("jixiao", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("jixiao")

os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"


@pytest.fixture(scope="session")
def new_prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Make a Prefect home with an empty database: creating one takes 15 seconds, copying it nothing."""
    blank = tmp_path_factory.mktemp("prefect-blank")
    subprocess.run(
        [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
        env=os.environ | {"PREFECT_HOME": str(blank)},
        check=True,
        stdout=subprocess.DEVNULL,
    )

    def copy() -> Path:
        home = tmp_path_factory.mktemp("prefect")
        shutil.copytree(blank, home, dirs_exist_ok=True)
        return home

    return copy


@pytest.fixture(scope="session")
def jixiao(new_prefect_home: Callable[[], Path]) -> Command:
    """The installed command, run in a process of its own, without a server."""
    return Command(new_prefect_home())


@pytest.fixture(scope="session")
def served(new_prefect_home: Callable[[], Path]) -> Iterator[Command]:
    """The installed command, reporting to a real Prefect server."""
    home = new_prefect_home()
    with prefect_server(home) as url:
        yield Command(home, url)


@pytest.fixture(scope="session")
def postgres_session() -> Iterator[Postgres]:
    """One PostgreSQL server for the session: starting it takes four seconds, a new database 0.1."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres(postgres_session: Postgres) -> Iterator[Postgres]:
    """A running PostgreSQL server, running again after a test that stopped it."""
    yield postgres_session
    postgres_session.start()


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder with the registry and workbooks of the two real units, free to break."""
    return copy_example(tmp_path / "units")
