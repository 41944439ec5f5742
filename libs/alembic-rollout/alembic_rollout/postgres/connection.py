"""Connecting: which database, as whom it is seen there, and how long one that does not answer is waited for."""

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, pool
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError

from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.database_url import parse_url, url_without_password
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.waiting import Pauses, looks
from alembic_rollout.settings import Settings
from alembic_rollout.variables.references import fill_in
from alembic_rollout.variables.secret_variables import read_variable
from alembic_rollout.variables.url_parts import are_parts_stated, url_of_parts, with_tls
from alembic_rollout.wording.durations import format_duration

APPLICATION_NAME = "alembic-rollout"
_CONNECT_TIMEOUT_SECONDS = 5
# An index is built for hours while nothing is said over the connection, which routers forget after some minutes.
_KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 6}
_PAUSES = Pauses(first=0.1, longest=2.0)
_VERSION_14, _VERSION_17 = 140000, 170000  # as libpq counts
_LASTING = (
    "password authentication failed",
    "no password supplied",
    "pg_hba.conf",
    "permission denied for database",
    "is not permitted to log in",
    "server does not support SSL",
    "certificate verify failed",
    "invalid sslmode value",
    "invalid integer value",
    "invalid connection option",
)
"""What libpq says of a connection that no waiting brings about."""

logger = logging.getLogger(__name__)


def environment_of(folder: Path) -> Mapping[str, str]:
    """Return the environment, and below it what `.env` of the folder sets."""
    file = folder / ".env"
    return _variables_of(file) | dict(os.environ) if file.exists() else os.environ


def _variables_of(file: Path) -> dict[str, str]:
    from dotenv import dotenv_values  # noqa: PLC0415 - only who has such a file pays for the import

    return {name: value for name, value in dotenv_values(file).items() if value}


def database_url(config: Config, settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the URL to migrate: the caller's own, that of variables, or `sqlalchemy.url` of alembic.ini.

    Args:
        config: Alembic's; `config.attributes["url"]` is the caller's own.
        settings: names the variables; a URL in one of them wins over one in parts.
        environment: of `environment_of`; variables of the process win over those of the file, whatever their order.

    Returns:
        The URL with its driver, as `make_url` and `create_engine` take it.

    Raises:
        UsageError: there is none, or it cannot be used.
    """
    own = config.attributes.get("url")
    if own:
        url = parse_url(own, 'config.attributes["url"]')
    else:
        layers = (os.environ, environment)
        url = with_tls(_stated_url(config, settings, layers), settings.url_parts, layers)
    return url.render_as_string(hide_password=False)


def _stated_url(config: Config, settings: Settings, layers: tuple[Mapping[str, str], ...]) -> URL:
    for variables in layers:
        for name in settings.url_variables:
            text = read_variable(name, variables)
            if text:
                return parse_url(text, name)
        if are_parts_stated(settings.url_parts, variables):
            return parse_url(url_of_parts(settings.url_parts, layers), f"{settings.url_parts[-1]}_HOST")
    text = config.get_main_option("sqlalchemy.url")
    if text:
        where = "sqlalchemy.url of alembic.ini"
        return parse_url(fill_in(text, where, *layers, _further_variables(config, settings)), where)
    raise UsageError(f"No database URL: set {settings.url_variables[0]}, or sqlalchemy.url in alembic.ini.")


def _further_variables(config: Config, settings: Settings) -> dict[str, str]:
    if not (settings.url_env_file and config.config_file_name):
        return {}
    file = Path(config.config_file_name).resolve().parent / settings.url_env_file
    return _variables_of(file) if file.exists() else {}


def create_migration_engine(
    url: str | URL, *, application_name: str = APPLICATION_NAME, of_revisions: bool = True
) -> Engine:
    """Return an engine that keeps no connection.

    Its sessions run under this library's limits, whatever the role and the database set: a lock connection that idles
    is not ended, a second look sees what is new, and a killed client is noticed within a second.

    Args:
        url: where to connect.
        application_name: shown in `pg_stat_activity`.
        of_revisions: False for this library's own questions: each connection then does without the look for a type
            (hstore) that only a revision could use.

    Raises:
        UsageError: the driver cannot be loaded.
    """
    try:
        engine = create_engine(
            url,
            poolclass=pool.NullPool,
            hide_parameters=True,
            use_native_hstore=of_revisions,
            connect_args={
                "connect_timeout": _CONNECT_TIMEOUT_SECONDS,
                "application_name": application_name,
                # In SJIS, BIG5 or GBK a character may end in the byte of a backslash.
                "client_encoding": "utf8",
                **_KEEPALIVES,
            },
        )
    except ImportError as error:
        raise UsageError(f"The driver {make_url(url).drivername} cannot be loaded: {one_line(error)}") from None
    # Before SQLAlchemy's own first questions, whose transaction a role's limit of milliseconds would end.
    event.listen(engine, "connect", _set_session, insert=True)
    return engine


def run_at_connect(connection: DBAPIConnection, statements: str) -> None:
    """Run statements on a new connection in one round trip, outside a transaction.

    Through the driver: a statement of SQLAlchemy's before `context.configure` would begin a transaction, and Alembic
    would then leave all of them to its caller.

    Args:
        connection: the driver's.
        statements: without parameters.
    """
    former, connection.autocommit = connection.autocommit, True
    cursor = connection.cursor()
    cursor.execute(statements)
    cursor.close()
    connection.autocommit = former


def session_settings(server_version: int) -> dict[str, str]:
    """Return what a session of a migration sets for itself, by the name of the setting.

    A role or a database may limit how long a session idles or a statement runs. Those limits are for an application:
    here one session holds the run lock while another works for hours. A revision's own limits are set later, by
    transaction. The linter has read strings as standard SQL has them, so the server does. `search_path` and everything
    else stays as the role and the database have it.

    Args:
        server_version: as libpq counts, such as 180004.
    """
    settings = {
        "idle_in_transaction_session_timeout": "0",
        "statement_timeout": "0",
        "lock_timeout": "0",
        "default_transaction_isolation": "'read committed'",
        "standard_conforming_strings": "on",
    }
    if server_version >= _VERSION_14:
        # The server looks every second whether the client of a long statement is still there, so that a killed
        # migration does not go on beside its successor.
        settings |= {"idle_session_timeout": "0", "client_connection_check_interval": "'1s'"}
    if server_version >= _VERSION_17:
        settings |= {"transaction_timeout": "0"}
    return settings


def _set_session(connection: DBAPIConnection, _: object) -> None:
    settings = session_settings(connection.info.server_version)
    run_at_connect(connection, "; ".join(f"SET {name} = {value}" for name, value in settings.items()))


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
    where = url_without_password(engine.url)
    reason = ""
    for look in looks(seconds, _PAUSES):
        try:
            return engine.connect()
        except OperationalError as error:
            reason = one_line(error)
            if not _may_pass(reason):
                raise RolloutError(
                    f"{where} refuses the connection: {reason.rstrip('.')}. Correct the role and the password in"
                    " MIGRATION_DATABASE_URL or its parts, or pg_hba.conf on the server."
                ) from None
            if look.is_last:
                break
            if look.is_report_due:
                logger.info("Waiting for %s: %s", where, reason, extra={"database": where, "reason": reason})
        except DBAPIError as error:  # such as psycopg2's "invalid dsn"
            raise RolloutError(f"{where} refuses the connection: {one_line(error)}") from None
    raise RolloutError(f"{where} did not answer within {format_duration(seconds)} (ROLLOUT_WAIT): {reason}")


def _may_pass(reason: str) -> bool:
    # libpq reports why a connection failed as text only. A missing database or role may still be on its way (the
    # server's initialisation makes them); a wrong password or parameter is not.
    return not any(words in reason for words in _LASTING)


def execute(connection: Connection, statement: str, values: Sequence[object] = ()) -> None:
    """Run a statement; without values it is sent as it stands, percent signs included."""
    if values:
        connection.exec_driver_sql(statement, tuple(values))
    else:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
