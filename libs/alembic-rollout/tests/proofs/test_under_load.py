"""A revision alters a busy table behind an idle transaction: nobody notices, and with plain Alembic everybody does."""

import re

import pytest
from databases import Database
from sample_project import Project

from proofs.load import CONNECTIONS, ROWS, Load, idle_transaction, load

IDLE_SECONDS = 10.0
IDLE_SECONDS_BEFORE_PLAIN_ALEMBIC = 4.0
LOCK_TIMEOUT = 1.0
PLAIN_ENV_PY = """
import os

from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ["MIGRATION_DATABASE_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


@pytest.fixture
def busy(project: Project) -> Project:
    """A project with a table of some rows, and a pending revision that alters it."""
    project.revision(
        "001",
        f"""
        op.create_table(
            "items",
            sa.Column("id", sa.BigInteger(), primary_key=True),
            sa.Column("requests", sa.Integer(), server_default="0", nullable=False),
        )
        op.execute("INSERT INTO items SELECT generate_series(1, {ROWS})")
        """,
    )
    project.upgrade()
    project.revision("002", 'op.add_column("items", sa.Column("colour", sa.Text()))')
    return project


def has_colour(database: Database) -> bool:
    query = "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'colour')"
    return bool(database.scalar(query))


def upgrade_under_load(project: Project, *, idle: float, **variables: str) -> tuple[Load, int, str]:
    """Upgrade while everybody works; return what became of them, the idle session's pid and the upgrade's log."""
    with load(project.database) as requests, idle_transaction(project.database, seconds=idle) as pid:
        done = project.alembic("upgrade", "head", **variables)
    assert done.returncode == 0, done.stderr
    assert has_colour(project.database)
    assert len(requests.seconds) > 2 * CONNECTIONS, "there was a load"
    return requests, pid, done.stderr


def test_no_request_waits_longer_than_the_lock_timeout_where_plain_alembic_stops_them_all(
    busy: Project, database: Database
) -> None:
    requests, pid, log = upgrade_under_load(busy, idle=IDLE_SECONDS, ROLLOUT_LOCK_TIMEOUT=f"{LOCK_TIMEOUT}s")
    database.execute("ALTER TABLE items DROP COLUMN colour")
    database.execute("UPDATE alembic_version SET version_num = '001'")
    (busy.folder / "migrations/env.py").write_text(PLAIN_ENV_PY)
    plain, _, _ = upgrade_under_load(busy, idle=IDLE_SECONDS_BEFORE_PLAIN_ALEMBIC)

    print(f"slowest request: {requests.slowest:.2f} s behind {IDLE_SECONDS} s of an idle transaction,")  # noqa: T201
    print(f"with plain Alembic {plain.slowest:.2f} s behind {IDLE_SECONDS_BEFORE_PLAIN_ALEMBIC} s")  # noqa: T201
    assert requests.failures == []
    assert requests.slowest < LOCK_TIMEOUT + 1
    assert plain.slowest > LOCK_TIMEOUT + 1
    blocker = rf"behind pid {pid}, reporting, idle in transaction, transaction open for [\d.]+ m?s, query: SELECT"
    assert len(re.findall(blocker, log)) > 2, log
