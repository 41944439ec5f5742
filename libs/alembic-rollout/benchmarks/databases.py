"""Databases to measure on, on the server that TEST_POSTGRES_URL names."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, pool


def execute(url: str, *statements: str) -> None:
    """Run statements in autocommit."""
    engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@contextmanager
def new_database() -> Iterator[str]:
    """Make a database and return its URL; drop it at the end."""
    server = make_url(os.environ["TEST_POSTGRES_URL"])
    name = f"bench_{secrets.token_hex(6)}"
    maintenance = server.render_as_string(hide_password=False)
    execute(maintenance, f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        execute(maintenance, f"DROP DATABASE {name} WITH (FORCE)")


def empty(url: str) -> None:
    """Remove everything in the schema public of a database."""
    execute(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
