"""Killed while a statement waits inside the server, which goes on with it: the next start copes with both."""

from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import dedent

import pytest
from databases import Database
from sample_project import Project

from proofs.bad_ends import HISTORY
from proofs.sessions import session_that_waits_for_a_lock, wait_for

STATEMENTS = {
    "a table's lock": 'op.add_column("people", sa.Column("nickname", sa.Text()))',
    "an older transaction": 'operations.create_index_concurrently("ix_people_name", "people", ["name"])',
    "a row's lock": 'op.execute("UPDATE people SET visits = visits + 1")',
}


@contextmanager
def in_the_way(database: Database) -> Iterator[None]:
    """A transaction that has changed a row: alterations, concurrent builds and updates of that row wait for it."""
    with database.engine().connect() as other:
        other.exec_driver_sql("UPDATE people SET name = name WHERE id = 1")
        yield


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_killed_while_the_server_waits_for_something(project: Project, database: Database, statement: str) -> None:
    project.revision(
        "001",
        dedent("""
            op.create_table(
                "people",
                sa.Column("id", sa.BigInteger(), primary_key=True),
                sa.Column("name", sa.Text()),
                sa.Column("visits", sa.Integer(), server_default="0", nullable=False),
            )
            op.execute("INSERT INTO people SELECT n, 'Name ' || n FROM generate_series(1, 1000) AS n")
        """),
    )
    project.upgrade()
    project.revision("002", statement)
    with in_the_way(database):
        process = project.start("upgrade", "head", ROLLOUT_LOCK_TIMEOUT="60s")
        session_that_waits_for_a_lock(database)
        process.kill()
        process.communicate()
        following = project.start("upgrade", "head", ROLLOUT_LOCK_RETRY_PAUSE="100ms")
        wait_for(lambda: database.rows(HISTORY)[2:] or None, "the next attempt to begin beside the orphaned session")
    _, err = following.communicate(timeout=60)
    assert following.returncode == 0, err
    interrupted, applied = database.rows(HISTORY)[1:]
    assert interrupted[:2] == ("002", "failed")
    assert str(interrupted[2]).startswith("interrupted")
    assert applied == ("002", "applied", None)
    assert database.scalar("SELECT max(visits) FROM people") == int("visits" in statement)
    assert database.scalar("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0
