"""Roles that exist as long as a scratch database does, on a server that does not know the migrating role.

A revision never runs with the administrator's rights. Where the migrating role cannot log in, a role with a random
password and no further right owns the database and runs the revisions. Objects that belong to other roles in the live
database belong to a second one, which cannot log in: a revision then lacks here the right that it lacks there.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.identifiers import quote

_OTHERS = "_o"
"""Ends the name of the role that owns what belongs to others."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """What the role of ROLLOUT_ADMIN_URL may do.

    Attributes:
        name: the role.
        is_superuser: it may do everything.
        may_create_roles: it is a superuser or has CREATEROLE.
    """

    name: str
    is_superuser: bool
    may_create_roles: bool


def create_login_role(admin: Connection, by: Administrator, name: str, *, like: str, valid_seconds: int) -> str:
    """Create a role that may log in, and nothing else; return its password.

    Args:
        admin: in autocommit.
        by: the administrator.
        name: of the role.
        like: the migrating role; where the server has a role of this name, without special rights, the new one becomes
            a member of it.
        valid_seconds: how long the password can be used, in case the role is left behind.

    Raises:
        RolloutError: the administrator may not create roles.
    """
    if not by.may_create_roles:
        raise RolloutError(
            f"{by.name} may not create roles, and {like} cannot log in on its server: the revisions would run with the"
            f" rights of {by.name}. Set ROLLOUT_ADMIN_URL to a superuser or a role with CREATEDB and CREATEROLE."
        )
    password = secrets.token_urlsafe(24)
    until = datetime.fromtimestamp(time.time() + valid_seconds, UTC).isoformat()
    execute(
        admin,
        f"CREATE ROLE {quote(name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        f" PASSWORD '{password}' VALID UNTIL '{until}'",
    )
    if by.is_superuser:
        _make_member(admin, name, of=like)
    else:
        execute(admin, f"GRANT {quote(name)} TO CURRENT_USER")  # to create a database that it owns
    return password


def _make_member(admin: Connection, name: str, *, of: str) -> None:
    is_ordinary = admin.exec_driver_sql(
        "SELECT NOT (rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls) FROM pg_roles WHERE rolname = %s",
        (of,),
    ).scalar()
    if is_ordinary:
        execute(admin, f"GRANT {quote(of)} TO {quote(name)}")


def create_role_of_others(admin: Connection, name: str) -> str:
    """Create a role without any right, beside that of a scratch database; return its name."""
    role = name + _OTHERS
    execute(admin, f"CREATE ROLE {quote(role)} NOLOGIN")
    return role


def drop_roles(admin: Connection, name: str) -> None:
    """Drop the roles of a scratch database that is dropped already."""
    for role in (name, name + _OTHERS):
        exists = admin.exec_driver_sql("SELECT count(*) FROM pg_roles WHERE rolname = %s", (role,)).scalar()
        if exists:
            execute(admin, f"DROP ROLE {quote(role)}")
