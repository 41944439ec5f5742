"""Notices a connection pooler in transaction mode, where a session's lock belongs to the next client too.

PgBouncer gives its clients a made-up process id for cancelling; a server's own differs from it. That costs one query.
Only where they differ is it tried out whether two connections share a session.
"""

import secrets

from sqlalchemy import Connection, Engine

from alembic_rollout.errors import UsageError

_PROBE = "alembic_rollout.probe"


def refuse_transaction_pooling(connection: Connection, engine: Engine) -> None:
    """Make sure that session advisory locks work over a connection.

    Args:
        connection: in autocommit.
        engine: makes another connection of the same kind.

    Raises:
        UsageError: each statement may reach another session of the server.
    """
    said = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr] # both drivers have it
    if connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != said and _shares_sessions(
        connection, engine
    ):
        raise UsageError(
            f"A connection pooler in transaction mode answers at {connection.engine.url.host}: the run lock does not"
            " work through it. Give migrations the server's own address (MIGRATION_DATABASE_URL)."
        )


def _shares_sessions(connection: Connection, engine: Engine) -> bool:
    nonce = secrets.token_hex(8)
    connection.exec_driver_sql("SELECT set_config(%s, %s, false)", (_PROBE, nonce))
    # A transaction pins one session. It is either the one that was just used, or that one is free for us alone; a
    # second look from the first connection then lands on some other session, unless the session is really its own.
    with engine.execution_options(isolation_level="READ COMMITTED").connect() as other:
        # In this order: where the pool has one session only, the first connection would wait for the second for ever.
        return _seen(other) == nonce or _seen(connection) != nonce


def _seen(connection: Connection) -> object:
    return connection.exec_driver_sql("SELECT current_setting(%s, true)", (_PROBE,)).scalar()
