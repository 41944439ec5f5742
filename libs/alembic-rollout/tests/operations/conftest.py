"""A revision that exists in this process only, and projects on alembic-rollout and on Alembic alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from databases import Database
from sample_project import Project
from sqlalchemy import Connection, create_engine, event, make_url, pool

# What the helpers take for the revision that runs.
revision = "002"
down_revision = "001"

PLAIN_ENV_PY = """
import logging
import os

from alembic import context
from sqlalchemy import create_engine, pool

logging.basicConfig(level=logging.INFO)
if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(os.environ["MIGRATION_DATABASE_URL"], poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""


class Killed(BaseException):
    """Stands for a process that ends without another word."""


class RunsHelpers(Protocol):
    def __call__(self, upgrade: Callable[[], None], *, options: str = "", killed_at: float = ...) -> int: ...


@pytest.fixture(params=["psycopg2", "psycopg"])
def driver(request: pytest.FixtureRequest) -> str:
    """Both drivers, for tests that ask for it."""
    return str(request.param)


@pytest.fixture
def run(database: Database, request: pytest.FixtureRequest) -> RunsHelpers:
    """Run a function as a revision's upgrade().

    `options` are settings of the session, as `-c name=value`; `killed_at` ends it before its statement of that number,
    without giving it another one, as kill -9 does. Returns how many statements there were.
    """
    chosen = request.getfixturevalue("driver") if "driver" in request.fixturenames else "psycopg2"
    url = make_url(database.url).set(drivername=f"postgresql+{chosen}")

    def run_helpers(upgrade: Callable[[], None], *, options: str = "", killed_at: float = float("inf")) -> int:
        count = 0
        engine = create_engine(url, poolclass=pool.NullPool, connect_args={"options": options})
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})

            @event.listens_for(connection, "before_cursor_execute")
            def before(_connection: Connection, *_: object) -> None:
                nonlocal count
                count += 1
                if count >= killed_at:
                    raise Killed

            with Operations.context(context), context.begin_transaction(_per_migration=True):
                upgrade()
        return count

    return run_helpers


@pytest.fixture(params=["rollout", "plain"])
def any_project(project: Project, request: pytest.FixtureRequest) -> Project:
    """A project on alembic-rollout, and one that has its helpers and otherwise Alembic alone."""
    if request.param == "plain":
        Path(project.folder, "migrations/env.py").write_text(PLAIN_ENV_PY)
    return project
