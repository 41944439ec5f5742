"""Recreating a database by hand, as the documentation says."""

from collections.abc import Callable

from sqlalchemy import create_engine, text
from stack_process import StackProcess, status_of

Start = Callable[..., StackProcess]


def test_a_database_dropped_and_created_by_hand_is_migrated_by_the_next_start(start: Start) -> None:
    first = start().wait_ready()
    postgres = first.description["postgres"]
    address = f"{postgres['superuser']}:{postgres['password']}@{postgres['host']}:{postgres['port']}"
    superuser = create_engine(f"postgresql+psycopg2://{address}/postgres", isolation_level="AUTOCOMMIT")
    with superuser.connect() as connection:
        connection.execute(text("DROP DATABASE apidb"))
        connection.execute(text("CREATE DATABASE apidb"))
    first.end()
    second = start().wait_ready()
    assert status_of(second.description["user"] + "/readyz") == 200
    with create_engine(second.description["databases"]["apidb"]["app_url"]).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM profiles")).scalar() == 0
