"""The relations of a database at one moment, and the locks that sessions have on them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.project.catalogue import oids

# From the weakest to the strongest, https://www.postgresql.org/docs/current/explicit-locking.html
MODES = {
    "AccessShareLock": "ACCESS SHARE",
    "RowShareLock": "ROW SHARE",
    "RowExclusiveLock": "ROW EXCLUSIVE",
    "ShareUpdateExclusiveLock": "SHARE UPDATE EXCLUSIVE",
    "ShareLock": "SHARE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE",
    "ExclusiveLock": "EXCLUSIVE",
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
}
ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"
_STRENGTH = {mode: strength for strength, mode in enumerate(MODES.values())}

_RELATIONS = """
    SELECT c.oid, c.oid::regclass::text, relkind::text, pg_relation_filenode(c.oid), indrelid
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace LEFT JOIN pg_index ON indexrelid = c.oid
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND relkind <> 'c'
      AND coalesce(indrelid, c.oid) <> ALL (%s::oid[])
"""
_LOCKS = """
    SELECT DISTINCT relation, mode, granted FROM pg_locks
    WHERE locktype = 'relation' AND pid = ANY (%s::int[])
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, an index, a sequence, ...

    Attributes:
        name: as the search path finds it.
        kind: `pg_class.relkind`.
        file_node: the number of its file; another one means that it was rewritten.
        table: oid of the table that an index belongs to.
    """

    name: str
    kind: str
    file_node: int | None
    table: int | None


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that was taken or asked for."""

    relation: str
    mode: str

    @property
    def is_access_exclusive(self) -> bool:
        """Return True if it blocks even sessions that only read."""
        return self.mode == ACCESS_EXCLUSIVE


def read_relations(connection: Connection, *, without: Collection[str]) -> dict[int, Relation]:
    """Return the relations of the user, by oid.

    Args:
        connection: to the database.
        without: tables to leave out with their indexes.
    """
    found = connection.exec_driver_sql(_RELATIONS, (oids(connection, without),))
    return {oid: Relation(*facts) for oid, *facts in found}


def read_locks(
    connection: Connection, pids: Iterable[int], relations: Mapping[int, Relation]
) -> tuple[set[Lock], set[Lock]]:
    """Return the locks of sessions on certain relations: those that they have, and those that they wait for."""
    held: set[Lock] = set()
    awaited: set[Lock] = set()
    for oid, mode, is_granted in connection.exec_driver_sql(_LOCKS, (list(pids),)):
        relation, name = relations.get(oid), MODES.get(mode)  # there are predicate locks besides, which block nothing
        if relation and name:
            (held if is_granted else awaited).add(Lock(relation.name, name))
    return held, awaited


def strongest_first(locks: Iterable[Lock], relations: Mapping[int, Relation]) -> list[Lock]:
    """Return locks by relation, those on the relation with the strongest one first.

    Locks on an index that add nothing to a lock on its table are left out.
    """
    by_relation: dict[str, list[Lock]] = {}
    for lock in sorted(locks, key=lambda lock: (-_STRENGTH[lock.mode], lock.relation)):
        by_relation.setdefault(lock.relation, []).append(lock)
    strongest = {name: _STRENGTH[group[0].mode] for name, group in by_relation.items()}
    for relation in relations.values():
        table = relations.get(relation.table or 0)
        if table and strongest.get(relation.name, -1) <= strongest.get(table.name, -1):
            by_relation.pop(relation.name, None)
    return [lock for group in by_relation.values() for lock in group]


def rewritten(before: Mapping[int, Relation], after: Mapping[int, Relation]) -> list[str]:
    """Return the tables of before that have another file now: ALTER TABLE rewrote them, or TRUNCATE emptied them."""
    return sorted(
        relation.name
        for oid, relation in before.items()
        if relation.kind in "rm" and oid in after and after[oid].file_node != relation.file_node
    )
