"""Connecting: which database, as whom it is seen there, and how long one that does not answer is waited for."""

import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, pool
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError

from alembic_rollout.durations import format_duration
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.database_url import parse_url
from alembic_rollout.postgres.error_text import one_line, shown_url
from alembic_rollout.postgres.waiting import Pauses, looks
from alembic_rollout.settings import Settings

APPLICATION_NAME = "alembic-rollout"
_CONNECT_TIMEOUT_SECONDS = 5
# An index is built for hours while nothing is said over the connection, which routers forget after some minutes.
_KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 6}
_PAUSES = Pauses(first=0.1, longest=2.0)

logger = logging.getLogger(__name__)


def environment_of(folder: Path) -> Mapping[str, str]:
    """Return the environment, and below it what `.env` of the folder sets."""
    file = folder / ".env"
    if not file.exists():
        return os.environ
    from dotenv import dotenv_values  # noqa: PLC0415 - only who has such a file pays for the import

    return {name: value for name, value in dotenv_values(file).items() if value} | dict(os.environ)


def database_url(config: Config, settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the URL to migrate: the caller's own, that of a variable, or `sqlalchemy.url` of alembic.ini.

    Args:
        config: Alembic's; `config.attributes["url"]` is the caller's own.
        settings: names the variables.
        environment: of `environment_of`; variables of the process win over those of the file, whatever their order.

    Returns:
        The URL with its driver, as `make_url` and `create_engine` take it.

    Raises:
        UsageError: there is none, or it cannot be used.
    """
    candidates: Iterable[tuple[str, str | URL | None]] = (
        ('config.attributes["url"]', config.attributes.get("url")),
        *((name, os.environ.get(name)) for name in settings.url_variables),
        *((name, environment.get(name)) for name in settings.url_variables),
        ("sqlalchemy.url of alembic.ini", config.get_main_option("sqlalchemy.url")),
    )
    for source, text in candidates:
        if text:
            return parse_url(text, source).render_as_string(hide_password=False)
    raise UsageError(f"No database URL: set {settings.url_variables[0]}, or sqlalchemy.url in alembic.ini.")


def create_migration_engine(url: str, *, application_name: str = APPLICATION_NAME) -> Engine:
    """Return an engine that keeps no connection.

    The server looks every second whether the client of a long statement is still there, so that a killed migration does
    not go on behind its successor's back (`client_connection_check_interval`, PostgreSQL 14 and newer).

    Args:
        url: where to connect.
        application_name: shown in `pg_stat_activity`.
    """
    engine = create_engine(
        url,
        poolclass=pool.NullPool,
        hide_parameters=True,
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT_SECONDS,
            "application_name": application_name,
            **_KEEPALIVES,
        },
    )

    @event.listens_for(engine, "connect")
    def watch_client(connection: DBAPIConnection, _: object) -> None:
        # Through the driver, in a transaction of its own: a statement of SQLAlchemy's before `context.configure` would
        # begin a transaction, and Alembic would then leave all of them to its caller.
        if connection.info.server_version >= 140000:  # noqa: PLR2004 - as libpq counts
            cursor = connection.cursor()
            cursor.execute("SET client_connection_check_interval = '1s'")
            cursor.close()
            connection.commit()

    return engine


def wait_for_database(engine: Engine, *, seconds: float) -> Connection:
    """Connect, waiting for a server that is still starting.

    Args:
        engine: where to connect.
        seconds: bounds the wait.

    Returns:
        An open connection, without a transaction.

    Raises:
        RolloutError: the time is over, or waiting cannot help (wrong password, no such right).
    """
    where = reason = ""
    for look in looks(seconds, _PAUSES):
        try:
            return engine.connect()
        except OperationalError as error:
            where, reason = shown_url(engine.url.render_as_string(hide_password=False)), one_line(error)
            if not _may_pass(reason):
                raise RolloutError(
                    f"{where} refuses the connection: {reason.rstrip('.')}. Correct the role and the password in"
                    " MIGRATION_DATABASE_URL, or pg_hba.conf on the server."
                ) from None
            if look.is_last:
                break
            if look.is_report_due:
                logger.info("Waiting for %s: %s", where, reason, extra={"database": where, "reason": reason})
    raise RolloutError(f"{where} did not answer within {format_duration(seconds)} (ROLLOUT_WAIT): {reason}")


def _may_pass(reason: str) -> bool:
    # libpq reports a refused login as text only. A missing database or role may still be on its way (the server's
    # initialisation makes them), a wrong password is not.
    return "password authentication failed" not in reason and "pg_hba.conf" not in reason
