"""Stores of both kinds, empty and of the test alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.store import Address, find_address
from tasks.store.address import VARIABLE
from tests.support.postgres import Postgres


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Address:
    return find_address(tmp_path, {})


@pytest.fixture
def postgres_store(tmp_path: Path, postgres: Postgres) -> Address:
    return find_address(tmp_path, {VARIABLE: postgres.url(postgres.new_database())})


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Address:
    """A store of either kind."""
    address: Address = request.getfixturevalue(f"{request.param}_store")
    return address
