"""What went wrong with the database, in words an operator can act on.

The driver's own text is told only where it names a place or a reason, never with the data of a statement.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tasks.errors import ExplainedError


class StoreError(ExplainedError):
    """The store cannot be used until somebody acts; the message is for the operator."""


class StoreAwayError(StoreError):
    """The store cannot be reached just now: trying again may help."""


_REFUSED = (
    (r"password authentication failed|no password supplied|认证失败", "用户名或口令不对"),
    (r"role .* does not exist|角色.*不存在", "没有这个用户，请数据库管理员建立"),
    (r"database .* does not exist|数据库.*不存在", "没有这个数据库，请数据库管理员建立"),
    (r"no pg_hba\.conf entry|pg_hba\.conf", "数据库服务器不允许本机以这个用户连接，请数据库管理员开通"),
    (r"permission denied for database|权限不够", "这个用户无权连接该数据库，请数据库管理员授权"),
)
"""What a PostgreSQL server refuses, in its own words: before there is a connection it gives no code."""

_STATES = {
    "42501": "没有权限，请数据库管理员授予建表和读写的权限",
    "25006": "数据库是只读的（可能是备用服务器），请改用主服务器的地址",
    "53100": "数据库服务器磁盘空间不足，请数据库管理员清理",
    "22P05": "数据库的编码存不下中文，请建立 UTF8 编码的数据库",
}
_PASSING = ("08", "53", "57", "40", "55P03")
"""Classes of states that pass: connection, resources, operator's intervention, deadlock, lock timeout."""

_FILE = {
    "SQLITE_NOTADB": "这个文件不是数据库，请核对位置，或移走该文件后重新运行",
    "SQLITE_CORRUPT": "数据库文件已损坏，请用备份恢复，或移走该文件后重新运行",
    "SQLITE_CANTOPEN": "打不开数据库文件，请检查文件夹是否存在、有无权限",
    "SQLITE_READONLY": "数据库文件不可写，请检查文件和文件夹的权限",
    "SQLITE_PERM": "没有权限读写数据库文件，请检查文件和文件夹的权限",
    "SQLITE_FULL": "磁盘空间不足，请清理",
}


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn errors of the database into a StoreError; `place` is how the store is called, without password."""
    try:
        yield
    except (SQLAlchemyError, psycopg.Error, sqlite3.Error) as error:
        raise explain(error, place) from None  # what a statement held must not get into a log


def explain(error: Exception, place: str) -> StoreError:
    """Say what an error of the database means."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _of_file(cause, place)
    if isinstance(cause, psycopg.Error):
        return _of_server(cause, place)
    return StoreError(f"台账库出错：{place}：{type(cause).__name__}。请把这条信息告诉维护人员")


def _of_file(error: sqlite3.Error, place: str) -> StoreError:
    name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    if name in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return StoreAwayError(f"台账库正被占用：{place}。请稍后再试")
    if name in _FILE:
        return StoreError(f"台账库不能使用：{place}。{_FILE[name]}")
    return StoreError(f"台账库读写出错：{place}（{name or type(error).__name__}）。请检查磁盘后重新运行")


def _of_server(error: psycopg.Error, place: str) -> StoreError:
    if error.sqlstate is None and isinstance(error, psycopg.DataError | psycopg.ProgrammingError):
        return StoreError(
            f"台账库不能写入这些数据：{place}（{type(error).__name__}）。请把这条信息告诉维护人员"
        )
    if error.sqlstate is None:
        said = str(error)
        for pattern, meaning in _REFUSED:
            if re.search(pattern, said):
                return StoreError(f"台账库不能使用：{place}。{meaning}，并核对 JIXIAO_DATABASE_URL")
        return StoreAwayError(
            f"连接不上台账库：{place}（{_reason(said)}）。请检查数据库服务是否运行、网络是否通、地址是否正确"
        )
    if error.sqlstate in _STATES:
        return StoreError(f"台账库不能使用：{place}。{_STATES[error.sqlstate]}")
    said = error.diag.message_primary or type(error).__name__
    if error.sqlstate.startswith(_PASSING):
        return StoreAwayError(f"台账库暂时不能使用：{place}（{said}）。请稍后再试")
    return StoreError(f"台账库出错：{place}（{error.sqlstate} {said}）。请把这条信息告诉维护人员")


def _reason(said: str) -> str:
    """The last words of the first line: `Connection refused`."""
    first = said.splitlines()[0] if said else ""
    return first.rpartition(": ")[2].strip() or "没有回应"
