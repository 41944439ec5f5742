"""Rights on the foreign-data wrappers of extensions, read from one database and given to another.

A wrapper comes with its extension; what a superuser has granted on it (`GRANT USAGE ON FOREIGN DATA WRAPPER
postgres_fdw TO shop_owner`) does not, and without that right no server can be created.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.identifiers import quote

_GRANTED = """
    SELECT fdwname, CASE grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(grantee) END, is_grantable
    FROM pg_catalog.pg_foreign_data_wrapper, pg_catalog.aclexplode(fdwacl) WHERE grantee <> fdwowner ORDER BY 1, 2
"""
_USABLE = """
    SELECT fdwname FROM pg_catalog.pg_foreign_data_wrapper
    WHERE pg_catalog.has_foreign_data_wrapper_privilege(oid, 'USAGE') ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class WrapperRight:
    """The right to create servers of a foreign-data wrapper: whose (None for everyone), and if it may be granted on."""

    wrapper: str
    grantee: str | None
    is_grantable: bool = False


def read_wrapper_rights(connection: Connection) -> tuple[WrapperRight, ...]:
    """Return the rights that are granted on the foreign-data wrappers of a database."""
    return tuple(WrapperRight(*row) for row in connection.exec_driver_sql(_GRANTED))


def usable_wrappers(connection: Connection) -> tuple[str, ...]:
    """Return the foreign-data wrappers that the role of a connection may create servers of."""
    return tuple(connection.exec_driver_sql(_USABLE).scalars())


def grant_wrapper_rights(admin: Connection, rights: Iterable[WrapperRight]) -> None:
    """Grant rights on the foreign-data wrappers that are there.

    Args:
        admin: in autocommit, as a superuser.
        rights: of another database; their roles exist.
    """
    present = set(admin.exec_driver_sql("SELECT fdwname FROM pg_catalog.pg_foreign_data_wrapper").scalars())
    for right in rights:
        if right.wrapper in present:
            to = "PUBLIC" if right.grantee is None else quote(right.grantee)
            option = " WITH GRANT OPTION" if right.is_grantable else ""
            execute(admin, f"GRANT USAGE ON FOREIGN DATA WRAPPER {quote(right.wrapper)} TO {to}{option}")
