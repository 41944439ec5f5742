"""Defines the table of the history: its columns, and those that a table from before does not have."""

from sqlalchemy import Connection

from alembic_rollout.postgres.identifiers import for_driver
from alembic_rollout.postgres.privileges import revoke_writes


def create_history_table(connection: Connection, name: str) -> None:
    """Make the table; what default privileges let other roles write is revoked from them.

    Args:
        connection: to the database.
        name: of the table, quoted, with its schema.
    """
    connection.exec_driver_sql(
        f"""
        CREATE TABLE IF NOT EXISTS {for_driver(name)} (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            revision text NOT NULL,
            direction text NOT NULL CHECK (direction IN ('upgrade', 'downgrade', 'stamp')),
            phase text NOT NULL CHECK (phase IN ('expand', 'contract')),
            outcome text NOT NULL CHECK (outcome IN ('applied', 'failed', 'held')),
            started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            duration_ms bigint,
            lock_wait_ms bigint NOT NULL,
            attempts integer NOT NULL,
            error text,
            statement text,
            checksum text,
            app_version text,
            host text NOT NULL,
            os_user text NOT NULL,
            db_user text NOT NULL DEFAULT current_user,
            backup text,
            occurrences integer NOT NULL DEFAULT 1,
            last_started_at timestamptz,
            cause text,
            version_table text
        )
        """
    )
    revoke_writes(connection, name)


def add_later_columns(connection: Connection, name: str) -> None:
    """Add the columns that an earlier version of this library did not have, where one is missing.

    Args:
        connection: to the database.
        name: of the table, quoted, with its schema.
    """
    has_them = connection.exec_driver_sql(
        "SELECT EXISTS (SELECT FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attname = 'version_table' AND NOT attisdropped)",
        (name,),
    ).scalar()
    if not has_them:
        connection.exec_driver_sql(
            f"ALTER TABLE {for_driver(name)} ADD COLUMN IF NOT EXISTS occurrences integer NOT NULL DEFAULT 1,"
            " ADD COLUMN IF NOT EXISTS last_started_at timestamptz, ADD COLUMN IF NOT EXISTS cause text,"
            " ADD COLUMN IF NOT EXISTS version_table text"
        )
