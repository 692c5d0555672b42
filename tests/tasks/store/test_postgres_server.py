"""The PostgreSQL that the other tests stand on is a real one: it asks for the password and can go away."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.postgres import Postgres


def test_a_database_of_its_own_behind_a_password(postgres: Postgres) -> None:
    name = postgres.new_database()
    with psycopg.connect(postgres.url(name, "postgresql")) as connection:
        assert connection.execute("SELECT current_user, current_setting('server_encoding')").fetchone() == (
            "jixiao",
            "UTF8",
        )
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url(name, "postgresql", password="wrong"))


def test_it_goes_away_and_comes_back(postgres: Postgres) -> None:
    url = postgres.url(postgres.new_database(), "postgresql")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (number integer)")
    postgres.stop()
    with pytest.raises(psycopg.OperationalError, match="failed"):
        psycopg.connect(url)
    postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT * FROM kept").fetchall() == []
