"""Open the store: made when it is empty, brought up to date when it is older, refused when it is newer."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text

from tasks.files import FILE_MODE
from tasks.store.address import Address
from tasks.store.errors import StoreError, explained
from tasks.store.schema import REVISION_TABLE

MIGRATIONS = Path(__file__).parent / "migrations"
_WRITING = "jixiao_writing"
"""Execution option of a connection that is about to write."""
_SERVER = {
    "connect_timeout": 10,
    "tcp_user_timeout": 30_000,  # milliseconds; a server that is cut off must not hold a run for ever
    "application_name": "jixiao",
}
_LOCK_KEY = 7_206_020_150
"""The advisory lock under which PostgreSQL stores are upgraded: any number that nobody else uses."""
_WAIT_SECONDS = 60


@contextmanager
def open_store(address: Address, upgrade: bool = True) -> Iterator[Connection]:
    """Open the store and yield a connection to it, without a transaction begun.

    Database errors inside the `with` come out as StoreError, or StoreAwayError where trying again may help. A
    store that is newer than this program is refused, and so is an older one without `upgrade`; nothing is
    written then.
    """
    with explained(str(address)):
        engine = make_engine(address)
        try:
            with engine.connect() as connection:
                _bring_up_to_date(connection, address, upgrade)
                yield connection
        finally:
            engine.dispose()


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Begin a transaction that writes: SQLite takes its lock at once, where half-way could be too late."""
    connection.execution_options(**{_WRITING: True})
    try:
        with connection.begin():
            yield
    finally:
        connection.execution_options(**{_WRITING: False})


def make_engine(address: Address) -> Engine:
    """The engine of a store; a missing SQLite file is made, readable for owner and group only."""
    options: dict[str, Any] = {
        "poolclass": NullPool,
        "hide_parameters": True,  # they are what units wrote
        "json_serializer": lambda value: json.dumps(value, ensure_ascii=False),
    }
    if address.file is None:
        given = {name: value for name, value in _SERVER.items() if name not in address.url.query}
        return create_engine(address.url, connect_args=given, **options)
    _make_file(address.file)
    engine = create_engine(address.url, connect_args={"timeout": _WAIT_SECONDS}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE))
    except OSError as error:
        raise StoreError(
            f"台账库文件不能建立或不可写：{path}（{error.strerror}）。请检查文件夹是否存在、有无权限"
        ) from None


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Take transactions into our own hands, so that changes of tables are part of them."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def known_revisions() -> list[str]:
    """The revisions that this program knows, the newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def revision_of(connection: Connection) -> str | None:
    """The revision of a store; None for an empty database."""
    context = MigrationContext.configure(connection, opts={"version_table": REVISION_TABLE})
    return context.get_current_revision()


def _bring_up_to_date(connection: Connection, address: Address, upgrade: bool) -> None:
    known = known_revisions()
    with connection.begin():
        found = revision_of(connection)
    _refuse_newer(found, known, address)
    if found == known[0]:
        return
    if not upgrade:
        raise StoreError(
            f"台账库的结构版本为 {found or '空'}，本程序用的是 {known[0]}：{address}。"
            "请运行 jixiao store upgrade"
        )
    with writing(connection):
        _wait_for_other_upgrades(connection)
        found = revision_of(connection)
        _refuse_newer(found, known, address)
        if found != known[0]:
            command.upgrade(_config(connection), "head")


def _refuse_newer(found: str | None, known: list[str], address: Address) -> None:
    if found is not None and found not in known:
        raise StoreError(
            f"台账库由更新版本的程序建立：{address}。它的结构版本为 {found}，"
            f"本程序（jixiao {version('jixiao')}）只认识到 {known[0]}。请升级本程序；本次没有写入台账库"
        )


def _wait_for_other_upgrades(connection: Connection) -> None:
    """One process upgrades at a time: SQLite's own lock is held already, PostgreSQL's until the commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
