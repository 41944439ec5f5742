"""Default privileges of a database (ALTER DEFAULT PRIVILEGES), read from one and given to another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.identifiers import quote

# pg_default_acl.defaclobjtype
_KINDS = {
    "r": "TABLES",
    "S": "SEQUENCES",
    "f": "FUNCTIONS",
    "T": "TYPES",
    "n": "SCHEMAS",
    "L": "LARGE OBJECTS",
}
_READ = """
    SELECT pg_catalog.pg_get_userbyid(defaclrole), nspname, defaclobjtype::text, (
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(
            privilege_type, CASE grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(grantee) END, is_grantable
        )) FROM pg_catalog.aclexplode(defaclacl)
    )
    FROM pg_catalog.pg_default_acl LEFT JOIN pg_catalog.pg_namespace n ON n.oid = defaclnamespace ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class DefaultPrivileges:
    """What others may do with the objects of one kind that a role creates.

    Attributes:
        role: who creates them.
        schema: where; None for anywhere.
        kind: such as `TABLES`.
        grants: privilege, grantee (None for everyone) and True if it may be granted on.
    """

    role: str
    schema: str | None
    kind: str
    grants: tuple[tuple[str, str | None, bool], ...]

    @property
    def entry(self) -> str:
        """How the table of contents of a dump names them, without numbers."""
        return f"DEFAULT ACL {self.schema or '-'} DEFAULT PRIVILEGES FOR {self.kind} {self.role}"

    def statements(self) -> Iterator[str]:
        """Yield the statements that give a database these and no others."""
        place = f" IN SCHEMA {quote(self.schema)}" if self.schema else ""
        beginning = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote(self.role)}{place}"
        if not self.schema:  # without a schema they replace what PostgreSQL gives by itself
            yield f"{beginning} REVOKE ALL ON {self.kind} FROM PUBLIC, {quote(self.role)}"
        for privilege, grantee, is_grantable in self.grants:
            to = "PUBLIC" if grantee is None else quote(grantee)
            option = " WITH GRANT OPTION" if is_grantable else ""
            yield f"{beginning} GRANT {privilege} ON {self.kind} TO {to}{option}"


def read_default_privileges(connection: Connection) -> tuple[DefaultPrivileges, ...]:
    """Return the default privileges of a database."""
    return tuple(
        DefaultPrivileges(role, schema, _KINDS[kind], tuple((name, to, option) for name, to, option in grants or ()))
        for role, schema, kind, grants in connection.exec_driver_sql(_READ)
        if kind in _KINDS
    )


def set_default_privileges(admin: Connection, wanted: Iterable[DefaultPrivileges]) -> None:
    """Give a database default privileges.

    Args:
        admin: in autocommit, as a superuser.
        wanted: of another database; their schemas exist.
    """
    for one in wanted:
        for statement in one.statements():
            execute(admin, statement)
