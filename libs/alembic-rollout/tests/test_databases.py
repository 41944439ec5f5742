"""The databases that tests are lent: an emptied one is as good as a new one, and any other is dropped."""

from collections.abc import Iterator

import pytest
from databases import Server


@pytest.fixture
def lender(server: Server) -> Iterator[Server]:
    """A server with no database that waits."""
    lender = Server(server.url)
    yield lender
    lender.close()


def names(lender: Server) -> list[object]:
    with lender.connect() as connection:
        return list(connection.exec_driver_sql("SELECT datname FROM pg_database").scalars())


@pytest.mark.parametrize(
    "left",
    [
        "CREATE TABLE orders (id serial PRIMARY KEY, note text); INSERT INTO orders (note) VALUES ('x')",
        "CREATE SCHEMA other; CREATE TYPE other.mood AS ENUM ('a'); CREATE VIEW v AS SELECT 'a'::other.mood",
        "CREATE FUNCTION f() RETURNS int RETURN 1; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC",
        "SELECT lo_create(0)",
    ],
)
def test_what_an_owner_leaves_is_gone_for_the_next_test(lender: Server, left: str) -> None:
    with lender.database() as first:
        first.execute(left)
    with lender.database() as second:
        assert second == first
        assert second.scalar("SELECT count(*) FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'v')") == 0
        assert second.scalar("SELECT to_regnamespace('other') IS NULL AND to_regproc('f') IS NULL")
        assert second.scalar("SELECT count(*) FROM pg_largeobject_metadata") == 0


@pytest.mark.parametrize(
    "left",
    [
        "CREATE PUBLICATION of_the_superuser",
        "CREATE TABLE of_the_superuser (id int)",
        "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_advisory_lock(bigint) FROM PUBLIC",
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        "ALTER DATABASE {name} SET work_mem = '1MB'",
        "ALTER DATABASE {name} CONNECTION LIMIT 5",
        "ALTER ROLE {owner} SET lock_timeout = '1s'",
        "ALTER ROLE {owner} SUPERUSER",
        "ALTER ROLE {app} PASSWORD 'another'",
        "GRANT pg_monitor TO {app}",
        "DROP SCHEMA public CASCADE",
        "SELECT lo_create(0)",
    ],
)
def test_a_database_that_is_not_as_it_was_is_dropped(lender: Server, left: str) -> None:
    with lender.database() as first, first.connect(first.superuser_url) as connection:
        connection.exec_driver_sql(left.format(name=first.name, owner=first.owner, app=first.app))
    assert first.name not in names(lender)
    with lender.database() as second:
        assert second.name != first.name


def test_sessions_and_copies_that_a_test_leaves_are_ended_and_dropped(lender: Server) -> None:
    with lender.database() as first:
        engine = first.engine()
        left = engine.connect()
        left.exec_driver_sql("SELECT pg_advisory_lock(1)")
        with lender.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {first.name}_copy")
    with lender.database() as second, second.connect() as connection:
        assert second == first
        assert f"{first.name}_copy" not in names(lender)
        assert connection.exec_driver_sql("SELECT pg_try_advisory_lock(1)").scalar()
    left.invalidate()
    left.close()
