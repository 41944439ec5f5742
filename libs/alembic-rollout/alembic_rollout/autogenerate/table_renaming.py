"""Tables that the developer says are renamed: models and database are compared as if they were renamed already.

Alembic would see a table that goes and one that comes. So the rename is made in the database, in the transaction of the
comparison, and rolled back after it: what else differs is found under the new name.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, Table

from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.identifiers import for_driver, qualified
from alembic_rollout.project.alembic_private import final_name
from alembic_rollout.project.undone import undone

_MARK = "alembic_rollout_renames"
# Constraints of NOT NULL (PostgreSQL 18) have names that no model knows.
_PARTS = """
    SELECT 'CONSTRAINT', conname::text FROM pg_constraint
    WHERE conrelid = to_regclass(%s) AND contype IN ('c', 'f', 'p', 'u', 'x')
    UNION ALL SELECT 'INDEX', relname::text FROM pg_index i JOIN pg_class c ON c.oid = indexrelid
    WHERE indrelid = to_regclass(%s) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
    ORDER BY 1, 2
"""

_COLUMNS = """
    SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
    ORDER BY attnum
"""


@dataclass(frozen=True, slots=True)
class TableRename:
    """A table of the default schema that gets another name.

    Attributes:
        old: its name in the database.
        new: its name in the models.
    """

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RenamedTable:
    """A table that was renamed, with what is named after it.

    Attributes:
        rename: which.
        columns: in the database.
        parts: constraints and indexes that the models name after the new table: kind, former name, name.
    """

    rename: TableRename
    columns: tuple[str, ...]
    parts: tuple[tuple[str, str, str], ...]

    def part_statements(self, *, back: bool = False) -> list[str]:
        """Return SQL that renames the parts, while the table has its new name.

        Args:
            back: to their former names.
        """
        table = qualified(None, self.rename.new)
        found = []
        for kind, former, name in self.parts:
            one, other = (qualified(None, each) for each in ((name, former) if back else (former, name)))
            found.append(
                f"ALTER INDEX {one} RENAME TO {other}"
                if kind == "INDEX"
                else f"ALTER TABLE {table} RENAME CONSTRAINT {one} TO {other}"
            )
        return found


@contextmanager
def renamed(
    connection: Connection, renames: Sequence[TableRename], models: Iterable[MetaData]
) -> Iterator[list[RenamedTable]]:
    """Rename tables until the end of the block.

    Args:
        connection: in a transaction.
        renames: what the developer says.
        models: what they are compared with.

    Raises:
        UsageError: a rename names no table of the database, or none of the models.
    """
    if not renames:
        yield []
        return
    tables = {str(table.name): table for one in models for table in one.tables.values() if table.schema is None}
    with undone(connection, _MARK):
        yield [_rename(connection, rename, tables) for rename in renames]


def _rename(connection: Connection, rename: TableRename, tables: dict[str, Table]) -> RenamedTable:
    old, new = qualified(None, rename.old), qualified(None, rename.new)
    is_there = "SELECT to_regclass(%s) IS NOT NULL"
    wrong = None
    if rename.new not in tables:
        wrong = f"the models have no table {rename.new}"
    elif rename.old in tables:
        wrong = f"the models have a table {rename.old} too"
    elif not connection.exec_driver_sql(is_there, (old,)).scalar():
        wrong = f"the database has no table {rename.old}"
    elif connection.exec_driver_sql(is_there, (new,)).scalar():
        wrong = f"the database has {rename.new} already"
    if wrong:
        raise UsageError(f"rename={rename.old}={rename.new}: {wrong}. Correct the name.")
    connection.exec_driver_sql(for_driver(f"ALTER TABLE {old} RENAME TO {new}"))
    model = tables[rename.new]
    wanted = {final_name(one, connection.dialect) for one in model.constraints} | {
        str(one.name) for one in model.indexes
    }
    present = [tuple(row) for row in connection.exec_driver_sql(_PARTS, (new, new))]
    found = RenamedTable(
        rename,
        tuple(connection.exec_driver_sql(_COLUMNS, (new,)).scalars()),
        tuple(
            (kind, name, after)
            for kind, name in present
            if name not in wanted and (after := name.replace(rename.old, rename.new)) in wanted
        ),
    )
    for statement in found.part_statements():
        connection.exec_driver_sql(for_driver(statement))
    return found
