"""Lets a role into a new database of a server whose pg_hba.conf says `samerole`.

Such a line lets a role into the database whose name is that of a role that it is a member of, and into no other: a
service's role cannot open another service's database. A database that is made for an hour has no role of its name. This
one cannot log in, has no right, and is dropped when the database is dropped or renamed.
"""

from sqlalchemy import Connection

from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.identifiers import quote

_KEPT_OUT = "pg_hba.conf"


def is_kept_out(reason: str) -> bool:
    """Return True if the server's rules about who may open which database refused a login.

    Args:
        reason: what libpq says; it reports a refused login as text only.
    """
    return _KEPT_OUT in reason


def create_entry_role(admin: Connection, database: str, *, member: str) -> None:
    """Create the role that has a database's name, with one member.

    Args:
        admin: in autocommit, as a role that may create roles.
        database: its name.
        member: the role that has to open it.
    """
    execute(admin, f"CREATE ROLE {quote(database)} NOLOGIN")
    execute(admin, f"GRANT {quote(database)} TO {quote(member)}")


def drop_entry_role(admin: Connection, database: str) -> None:
    """Drop the role that has a database's name, where there is one."""
    execute(admin, drop_entry_role_statement(database))


def drop_entry_role_statement(database: str) -> str:
    """Return the statement that drops the role, for a person to run."""
    return f"DROP ROLE IF EXISTS {quote(database)};"
