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


def test_prefects_index_may_be_made_and_never_answers(postgres: Postgres) -> None:
    url = postgres.new_prefect_url().replace("+asyncpg", "")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.execute("CREATE TABLE flow (name varchar)")
        connection.execute("CREATE INDEX found ON flow USING gin (name gin_trgm_ops)")
        connection.execute("INSERT INTO flow SELECT '绩效自评' || n FROM generate_series(1, 1000) n")
        connection.execute("SET enable_seqscan = off")
        found = connection.execute("SELECT name FROM flow WHERE name ILIKE '%自评77%' ORDER BY name")
        assert [name for (name,) in found] == ["绩效自评77", *(f"绩效自评77{n}" for n in range(10))]
