"""Opening: made when empty, upgraded when older, refused when newer; both kinds of database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from tasks.store import Address, StoreAwayError, StoreError, find_address, open_store, opening
from tasks.store.address import VARIABLE
from tasks.store.entering import enter
from tasks.store.opening import known_revisions, make_engine, revision_of
from tasks.store.schema import REVISION_TABLE, metadata
from tests.support.postgres import PASSWORD, Postgres
from tests.support.store import begun, content

_NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.add_column("jixiao_runs", sa.Column("remark", sa.Text(), server_default="", nullable=False))
    {then}
"""


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of later: one that knows a further migration. Returns the migration's file."""
    folder = tmp_path / "later"
    shutil.copytree(opening.MIGRATIONS, folder)
    monkeypatch.setattr(opening, "MIGRATIONS", folder)
    path = folder / "versions" / "r0002_remark.py"
    path.write_text(_NEXT.format(then=""))
    return path


def test_migrations_make_what_the_models_say(store: Address) -> None:
    with open_store(store) as connection:
        options = {"compare_type": True, "compare_server_default": True, "version_table": REVISION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        assert revision_of(connection) == known_revisions()[0]


def test_a_second_opening_changes_nothing(store: Address) -> None:
    with open_store(store) as connection:
        enter(connection, begun("a"))
    before = content(store)
    assert len(before["runs"]) == 1
    assert content(store) == before


def test_other_tables_of_the_database_are_left_alone(store: Address) -> None:
    """As when it is Prefect's own: that has a table of revisions too."""
    with make_engine(store).begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('prefect')"))
    with open_store(store) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "prefect"
        assert revision_of(connection) == known_revisions()[0]


def test_an_older_store_is_upgraded_and_keeps_its_rows(
    store: Address, request: pytest.FixtureRequest
) -> None:
    with open_store(store) as connection:
        enter(connection, begun("a"))
    request.getfixturevalue("later")
    with pytest.raises(StoreError, match="结构版本为 0001，本程序用的是 0002") as refused:
        open_store(store, upgrade=False).__enter__()
    assert str(refused.value).endswith("请运行 jixiao store upgrade")
    with open_store(store) as connection:
        assert revision_of(connection) == "0002"
        assert connection.execute(text("SELECT flow_run, remark FROM jixiao_runs")).all() == [("a", "")]


def test_an_upgrade_that_fails_half_way_changes_nothing(
    store: Address, request: pytest.FixtureRequest
) -> None:
    with open_store(store):
        pass
    path: Path = request.getfixturevalue("later")
    path.write_text(_NEXT.format(then='op.execute("SELECT * FROM nowhere")'))
    with pytest.raises(StoreError), open_store(store):
        pass
    with make_engine(store).connect() as connection:
        assert revision_of(connection) == "0001"
        assert "remark" not in {column["name"] for column in inspect(connection).get_columns("jixiao_runs")}
    path.write_text(_NEXT.format(then=""))
    with open_store(store) as connection:
        assert revision_of(connection) == "0002"


@pytest.mark.usefixtures("later")
def test_a_newer_store_is_refused_untouched(store: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(store) as connection:
        enter(connection, begun("a"))
    monkeypatch.undo()
    with make_engine(store).connect() as connection:
        before = connection.execute(text("SELECT * FROM jixiao_runs")).all()
    with pytest.raises(StoreError) as caught, open_store(store):
        raise AssertionError("opened")
    assert not isinstance(caught.value, StoreAwayError)
    said = str(caught.value)
    assert "它的结构版本为 0002，本程序（jixiao 0.1.0）只认识到 0001" in said
    assert "请升级本程序；本次没有写入台账库" in said
    with make_engine(store).connect() as connection:
        assert connection.execute(text("SELECT * FROM jixiao_runs")).all() == before
        assert revision_of(connection) == "0002"


def test_processes_at_once_make_one_store(store: Address) -> None:
    script = (
        "import os; from pathlib import Path; from tasks.store import find_address, open_store\n"
        "input()\n"
        "with open_store(find_address(Path(), os.environ)): print('open')"
    )
    url = store.url.render_as_string(hide_password=False)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env=os.environ | {VARIABLE: url, "PYTHONPATH": str(Path(__file__).parents[3])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in processes] == ["open\n"] * 3
    assert content(store)["runs"] == []


# --- what cannot be opened ---


def _refused(address: Address) -> StoreError:
    with pytest.raises(StoreError) as caught, open_store(address):
        raise AssertionError("opened")
    error = caught.value
    chain = f"{error!r}{error.__cause__!r}"
    assert PASSWORD not in chain
    assert "s%40cret" not in chain
    assert error.__suppress_context__ or not isinstance(error.__context__, SQLAlchemyError)
    return error


def _is_away(error: StoreError) -> bool:
    return isinstance(error, StoreAwayError)


def test_the_file_is_for_owner_and_group(sqlite_store: Address) -> None:
    with open_store(sqlite_store):
        pass
    assert sqlite_store.file is not None
    assert sqlite_store.file.stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_no_database(sqlite_store: Address) -> None:
    assert sqlite_store.file is not None
    sqlite_store.file.write_bytes(b"PK\x03\x04 a workbook" * 500)
    error = _refused(sqlite_store)
    assert f"{sqlite_store.file}。这个文件不是数据库，请核对位置" in str(error)
    assert not _is_away(error)
    assert sqlite_store.file.read_bytes().startswith(b"PK")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    error = _refused(find_address(tmp_path / "gone", {}))
    assert "台账库文件不能建立或不可写" in str(error)
    assert not _is_away(error)


def test_a_file_that_another_process_holds(sqlite_store: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(sqlite_store):
        pass
    monkeypatch.setattr(opening, "_WAIT_SECONDS", 0.1)
    with (
        open_store(sqlite_store) as holding,
        opening.writing(holding),
        pytest.raises(StoreAwayError, match="台账库正被占用"),
        open_store(sqlite_store) as connection,
    ):
        enter(connection, begun("a"))


def test_what_a_server_refuses(tmp_path: Path, postgres: Postgres) -> None:
    name = postgres.new_database()
    for url, message in (
        (postgres.url(name, password="wrong 口令"), "用户名或口令不对，并核对 JIXIAO_DATABASE_URL"),
        (postgres.url(name, user="nobody"), "没有这个用户，请数据库管理员建立"),
        (postgres.url("nowhere"), "没有这个数据库，请数据库管理员建立"),
    ):
        error = _refused(find_address(tmp_path, {VARIABLE: url}))
        assert message in str(error)
        assert "wrong" not in str(error)
        assert not _is_away(error)


def test_a_user_who_may_not_make_tables(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.url("postgres")
    error = _refused(find_address(tmp_path, {VARIABLE: url}))
    assert "没有权限，请数据库管理员授予建表和读写的权限" in str(error)
    assert not _is_away(error)


def test_a_server_that_is_away_may_come_back(
    tmp_path: Path, postgres: Postgres, postgres_store: Address
) -> None:
    nowhere = "postgresql://jixiao:s%40cret@127.0.0.1:1/jixiao"
    error = _refused(find_address(tmp_path, {VARIABLE: nowhere}))
    assert "连接不上台账库：PostgreSQL jixiao@127.0.0.1:1/jixiao（" in str(error)
    assert "请检查数据库服务是否运行、网络是否通、地址是否正确" in str(error)
    assert _is_away(error)
    postgres.stop()
    assert _is_away(_refused(postgres_store))
    postgres.start()
    with open_store(postgres_store) as connection:
        postgres.stop()
        with pytest.raises(StoreAwayError), opening.explained(str(postgres_store)):
            enter(connection, begun("a"))
    postgres.start()
    assert content(postgres_store)["runs"] == []
