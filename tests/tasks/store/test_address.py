"""Where the store is; and that nobody reads the password."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.store import StoreError, find_address
from tasks.store.address import VARIABLE


def test_a_file_beside_the_outputs_unless_said_otherwise(tmp_path: Path) -> None:
    for environment in ({}, {VARIABLE: ""}, {VARIABLE: "  "}):
        assert find_address(tmp_path, environment).file == tmp_path / "jixiao.db"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_any_usual_way_to_write_a_postgresql_address(scheme: str) -> None:
    address = find_address(Path(), {VARIABLE: f"{scheme}://u:p@db.example.invalid:5433/jixiao"})
    assert address.url.drivername == "postgresql+psycopg"
    assert address.file is None
    assert str(address) == "PostgreSQL u@db.example.invalid:5433/jixiao"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense hunter2", "JIXIAO_DATABASE_URL 无法识别，应如 postgresql://"),
        ("postgresql://u:hunter2@host:port/db", "JIXIAO_DATABASE_URL 无法识别"),
        ("mysql://u:hunter2@host/db", "以 mysql 开头，不支持"),
        ("postgresql+asyncpg://u:hunter2@host/db", "以 postgresql\\+asyncpg 开头，不支持"),
        ("postgresql://u:hunter2@host", "没有写明数据库"),
        ("postgresql://u:pass@hunter2@host/db", "JIXIAO_DATABASE_URL 中有两个 @，应如 postgresql://"),
        ("sqlite://", "没有写明数据库"),
        ("sqlite:///:memory:", "没有写明数据库"),
    ],
)
def test_a_wrong_address_is_explained_without_its_password(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        find_address(Path(), {VARIABLE: url})
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_no_password_is_ever_shown(text: str) -> None:
    password = f"口令{text}"
    written = quote(password, safe="")
    for url in (f"postgresql://u:{written}@h/d", f"postgresql://u@/d?host=/run&password={written}"):
        address = find_address(Path(), {VARIABLE: url})
        for shown in (str(address), repr(address), f"{address}", f"{[address]}"):
            assert "口令" not in shown
            assert written not in shown
