"""Which objects of a database belong to which role, and giving them to another.

Statements are made of the catalogue's own quoted names. They run no code of the database: an owner is changed without
evaluating anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.identifiers import quote
from alembic_rollout.postgres.sqlstates import (
    INSUFFICIENT_PRIVILEGE,
    INVALID_SCHEMA_NAME,
    UNDEFINED_FUNCTION,
    UNDEFINED_OBJECT,
    UNDEFINED_TABLE,
)

_MISSING = (UNDEFINED_TABLE, UNDEFINED_FUNCTION, UNDEFINED_OBJECT, INVALID_SCHEMA_NAME)
# Oids from 16384 on are not initdb's. Members of extensions belong to the extension's owner.
_OWNED = """
    SELECT kind, (pg_catalog.pg_identify_object(class, oid, 0)).identity, pg_catalog.pg_get_userbyid(owner)
    FROM (
        SELECT 1 AS rank, 'SCHEMA' AS kind, 'pg_catalog.pg_namespace'::pg_catalog.regclass AS class, oid,
               nspowner AS owner
        FROM pg_catalog.pg_namespace
        UNION ALL
        SELECT 2, 'TYPE', 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, typowner
        FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_class c ON c.oid = typrelid
        WHERE typtype IN ('e', 'd', 'r') OR relkind = 'c'
        UNION ALL
        SELECT 3, 'ROUTINE', 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, proowner FROM pg_catalog.pg_proc
        UNION ALL
        SELECT CASE relkind WHEN 'S' THEN 5 ELSE 4 END, 'TABLE', 'pg_catalog.pg_class'::pg_catalog.regclass, oid,
               relowner
        FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    ) AS object
    WHERE oid >= 16384 AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d WHERE d.classid = class AND d.objid = oid AND d.deptype IN ('e', 'i')
    )
    ORDER BY rank, oid
"""


@dataclass(frozen=True, slots=True)
class OwnedObject:
    """An object and its owner.

    Attributes:
        kind: what `ALTER` calls it; a view or a sequence is a TABLE there.
        identity: its name as SQL, with its schema and, of a function, its arguments.
        owner: the role.
    """

    kind: str
    identity: str
    owner: str

    def __str__(self) -> str:
        return f"{self.kind.lower()} {self.identity} (of {self.owner})"

    def give_to(self, role: str) -> str:
        """Return the statement that makes it a role's own."""
        return f"ALTER {self.kind} {self.identity} OWNER TO {quote(role)}"


def read_owned(connection: Connection) -> Iterator[OwnedObject]:
    """Yield the schemas, types, functions and relations of a database, without those of extensions."""
    for kind, identity, owner in connection.exec_driver_sql(_OWNED).all():
        yield OwnedObject(kind, identity, owner)


def give(connection: Connection, owners: Mapping[OwnedObject, str]) -> list[OwnedObject]:
    """Give objects to roles, where this is possible; what is not there is passed over.

    Args:
        connection: in autocommit.
        owners: each object's new owner.

    Returns:
        The objects that the role of the connection may not give away.
    """
    refused = []
    for owned, role in owners.items():
        try:
            execute(connection, owned.give_to(role))
        except DBAPIError as error:
            state = sqlstate(error)
            if state == INSUFFICIENT_PRIVILEGE:
                refused.append(owned)
            elif state not in _MISSING:
                raise
    return refused


def owned_by_others(objects: Iterable[OwnedObject], role: str) -> list[OwnedObject]:
    """Return the objects that do not belong to a role."""
    return [owned for owned in objects if owned.owner != role]
