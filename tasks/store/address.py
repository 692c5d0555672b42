"""Where the store is: a file beside the outputs, or a PostgreSQL database named by the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tasks.store.errors import StoreError

VARIABLE = "JIXIAO_DATABASE_URL"
FILE = "jixiao.db"
_FORM = "应如 postgresql://用户:口令@主机:5432/数据库（口令中的 @ : / % 等写成 %40 %3A %2F %25）"
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
}


@dataclass(frozen=True)
class Address:
    """The address of a store. Its text and messages have no password; `url` has."""

    url: URL

    def __str__(self) -> str:
        if self.file:
            return f"SQLite {self.file}"
        host = self.url.host or self.url.query.get("host", "")
        port = f":{self.url.port}" if self.url.port else ""
        user = f"{self.url.username}@" if self.url.username else ""
        return f"PostgreSQL {user}{host}{port}/{self.url.database}"

    __repr__ = __str__

    @property
    def file(self) -> Path | None:
        """The file of an SQLite store; None for a server."""
        is_file = self.url.get_backend_name() == "sqlite"
        return Path(str(self.url.database)) if is_file else None


def find_address(out: Path, environment: Mapping[str, str]) -> Address:
    """The store of an output folder: the environment's `JIXIAO_DATABASE_URL`, else `<out>/jixiao.db`.

    Raises StoreError when the variable is no usable address; its text may hold a password and is not told.
    """
    text = environment.get(VARIABLE, "").strip()
    if not text:
        return Address(URL.create("sqlite+pysqlite", database=str(out / FILE)))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreError(f"{VARIABLE} 无法识别，{_FORM}") from None
    if "@" in (url.host or ""):  # what follows the first @ of a password is taken for the host, and shown
        raise StoreError(f"{VARIABLE} 中有两个 @，{_FORM}")
    if url.drivername not in _DRIVERS:
        raise StoreError(f"{VARIABLE} 以 {url.drivername} 开头，不支持；{_FORM}")
    if not url.database or url.database == ":memory:":
        raise StoreError(f"{VARIABLE} 没有写明数据库，{_FORM}")
    return Address(url.set(drivername=_DRIVERS[url.drivername]))
