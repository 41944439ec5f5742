"""Runs a service's Alembic tree, and tells which revision a database is at.

Each `app/db/migrations/env.py` hands its metadata to `run`.
"""

import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from alembic.command import revision
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import MigrationScript
from alembic.runtime.environment import EnvironmentContext, IncludeNameFn
from alembic.script import ScriptDirectory
from dotenv import dotenv_values
from sqlalchemy import Connection, Engine, MetaData, create_engine, pool, text
from sqlalchemy.exc import OperationalError

from service_kit import logs

URL_VARIABLES = ("MIGRATION_DATABASE_URL", "DATABASE_URL")
WAIT_VARIABLE = "MIGRATION_WAIT_SECONDS"
_DEFAULT_WAIT_SECONDS = 60.0
_CONNECT_TIMEOUT_SECONDS = 5
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0

logger = structlog.get_logger(__name__)


def run(
    context: EnvironmentContext | Any,  # noqa: ANN401 - `alembic.context` is a module that stands for one
    target_metadata: MetaData,
    *,
    include_name: IncludeNameFn | None = None,
) -> None:
    """Run the command that Alembic was called with, against a database or as SQL text (`--sql`).

    Args:
        context: `alembic.context`.
        target_metadata: the models, for `--autogenerate` and `alembic check`.
        include_name: tells which names of the database take part in that comparison; all by default.

    Raises:
        SystemExit: status 1, when the database did not answer in time; the reason is on standard error.
    """
    logs.configure(os.environ.get("LOG_FORMAT") or "auto", os.environ.get("LOG_LEVEL") or "INFO")  # type: ignore[arg-type]  # checked by the service's settings
    options: dict[str, Any] = {
        "target_metadata": target_metadata,
        "include_name": include_name,
        "transaction_per_migration": True,
        "compare_type": True,
        "compare_server_default": True,
        "process_revision_directives": number_revision,
    }
    if _only_creates_a_file(context.config):
        # A plain `alembic revision -m` needs the number, not a database.
        context.configure(dialect_name="postgresql", as_sql=True, **options)
        context.run_migrations()
        return
    url = database_url(context.config)
    if context.is_offline_mode():
        context.configure(url=url, literal_binds=True, dialect_opts={"paramstyle": "named"}, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = create_engine(
        url,
        poolclass=pool.NullPool,
        connect_args={"connect_timeout": _CONNECT_TIMEOUT_SECONDS, "application_name": "alembic"},
    )
    with wait_for_database(engine) as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


def database_url(config: Config) -> str:
    """Return the URL to migrate: the caller's own, the environment's, that of `.env`, or that of `alembic.ini`."""
    from_file = dotenv_values(Path.cwd() / ".env")
    candidates: Iterable[str | None] = (
        config.attributes.get("url"),
        *(os.environ.get(name) for name in URL_VARIABLES),
        *(from_file.get(name) for name in URL_VARIABLES),
        config.get_main_option("sqlalchemy.url"),
    )
    url = next(filter(None, candidates), None)
    if url is None:
        sys.exit(f"No database URL: set {URL_VARIABLES[0]}, or sqlalchemy.url in alembic.ini.")
    return url


def _only_creates_a_file(config: Config) -> bool:
    command = getattr(config.cmd_opts, "cmd", None)  # (function, positional arguments, keyword arguments)
    return command is not None and command[0] is revision and not getattr(config.cmd_opts, "autogenerate", False)


def wait_for_database(engine: Engine) -> Connection:
    """Connect, waiting for a server that is still starting.

    Args:
        engine: where to connect; `MIGRATION_WAIT_SECONDS` (default 60) bounds the wait.

    Returns:
        An open connection.

    Raises:
        SystemExit: status 1, when the time is over or when waiting cannot help (wrong password, no such role).
    """
    limit = float(os.environ.get(WAIT_VARIABLE) or _DEFAULT_WAIT_SECONDS)
    deadline = time.monotonic() + limit
    pause = _FIRST_PAUSE_SECONDS
    where = engine.url.render_as_string(hide_password=True)
    while True:
        try:
            return engine.connect()
        except OperationalError as error:
            reason = " ".join(str(error.orig).split())
            if not _may_pass(error):
                sys.exit(f"{where} refuses the connection: {reason}")
            if time.monotonic() + pause > deadline:
                sys.exit(f"{where} did not answer within {limit:g} s ({WAIT_VARIABLE}): {reason}")
            logger.info("waiting_for_database", database=where, reason=reason)
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


def _may_pass(error: OperationalError) -> bool:
    # libpq reports a refused login as text only. A missing database or role may still be on its way (the server's
    # initialisation makes them), a wrong password is not.
    return "password authentication failed" not in str(error.orig) and "pg_hba.conf" not in str(error.orig)


def number_revision(context: MigrationContext, _revision: object, directives: list[MigrationScript]) -> None:
    """Give a new revision the next three-digit number (an Alembic `process_revision_directives` hook)."""
    if not directives:
        return
    script = directives[0]
    environment = context.environment_context
    assert environment is not None  # noqa: S101 - Alembic sets it for every command that makes a revision
    if not getattr(environment.config.cmd_opts, "rev_id", None):  # `--rev-id` wins
        script.rev_id = next_revision(environment.script)


def next_revision(tree: ScriptDirectory) -> str:
    """Return the number after the highest one in use: `001`, `002`, ..."""
    numbers = [int(script.revision) for script in tree.walk_revisions() if script.revision.isdigit()]
    return f"{max(numbers, default=0) + 1:03d}"


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Where a database stands, seen from this code's tree.

    Attributes:
        current: the database's revision; None before the first migration.
        required: the head of this code's tree.
        pending: the revisions in between, oldest first.
        ahead: the database is at a revision that this code has never heard of.
    """

    current: str | None
    required: str
    pending: tuple[str, ...]
    ahead: bool

    @property
    def sufficient(self) -> bool:
        """Whether this code can run on that schema."""
        return self.ahead or self.current == self.required


class SchemaCheck:
    """Compares a database's revision with the tree that this code was shipped with.

    Args:
        alembic_ini: the service's `alembic.ini`.
    """

    def __init__(self, alembic_ini: Path) -> None:
        config = Config(alembic_ini)
        location = config.get_main_option("script_location")
        config.set_main_option("script_location", str(alembic_ini.parent / (location or "")))
        tree = ScriptDirectory.from_config(config)
        head = tree.get_current_head()
        if head is None:
            sys.exit(f"{alembic_ini}: the tree has no revision.")
        self.required = head
        self._order = [script.revision for script in reversed(list(tree.walk_revisions()))]

    def state(self, connection: Connection) -> SchemaState:
        """Read the revision of a database.

        Args:
            connection: to the database, in any isolation level.

        Returns:
            Where it stands.
        """
        # Not MigrationContext.get_current_revision: it would log two lines at every probe of /readyz.
        migrated = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
        current = connection.scalar(text("SELECT version_num FROM alembic_version")) if migrated else None
        if current is not None and current not in self._order:
            return SchemaState(current, self.required, (), ahead=True)
        applied = self._order.index(current) + 1 if current is not None else 0
        return SchemaState(current, self.required, tuple(self._order[applied:]), ahead=False)
