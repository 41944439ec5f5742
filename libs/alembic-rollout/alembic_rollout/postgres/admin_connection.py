"""The administrator's connection: the role of ROLLOUT_ADMIN_URL, which creates, renames and drops databases.

It runs statements of this library and nothing else. Code that comes out of a dump or a revision runs over a connection
that logged in as the migrating role: what such a session does, RESET SESSION AUTHORIZATION included, it does with that
role's rights. Its `search_path` is `pg_catalog`, so that no function or operator of a database's owner is called by a
statement of this library.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.connection import create_migration_engine, run_at_connect
from alembic_rollout.postgres.database_url import parse_url, url_without_password
from alembic_rollout.postgres.error_text import one_line

MAINTENANCE_DATABASE = "postgres"


def admin_url(stated: str, migration_url: str, *, outside: str | None = None) -> URL:
    """Return the administrator's URL: that of ROLLOUT_ADMIN_URL, else the migrating role's own.

    Args:
        stated: the setting; empty where there is none.
        migration_url: the URL of the database that is migrated.
        outside: a database that the connection must not be in, because it will be renamed.

    Raises:
        UsageError: it cannot be used; the line names the remedy.
    """
    url = parse_url(stated, "ROLLOUT_ADMIN_URL") if stated else make_url(migration_url)
    return url if url.database and url.database != outside else url.set(database=MAINTENANCE_DATABASE)


def admin_engine(url: URL, *, application_name: str) -> Engine:
    """Return an engine in autocommit whose sessions find names in `pg_catalog` only.

    Args:
        url: of `admin_url`, perhaps of another database.
        application_name: shown in `pg_stat_activity`.
    """
    engine = create_migration_engine(url, application_name=application_name)
    # Before SQLAlchemy's own first statements, which find functions by way of the search path.
    event.listen(engine, "connect", _find_names_in_catalogue_only, insert=True)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def admin_connection(
    engine: Engine, *, remedy: str, refused: type[RolloutError] = RolloutError
) -> Iterator[Connection]:
    """Connect as the administrator.

    Args:
        engine: of `admin_engine`.
        remedy: a sentence for the message where the server refuses.
        refused: the error to raise then.

    Raises:
        RolloutError: the server refuses the connection.
    """
    try:
        connection = engine.connect()
    except DBAPIError as error:
        where = url_without_password(engine.url)
        raise refused(f"{where} refuses the connection: {one_line(error)}. {remedy}") from None
    with connection:
        yield connection


def _find_names_in_catalogue_only(connection: DBAPIConnection, _: object) -> None:
    run_at_connect(connection, "SET search_path = pg_catalog, pg_temp")
