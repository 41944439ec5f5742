"""What the developer says is renamed: `--rename profiles.first_name=given_name`, or `-x rename=` of Alembic's command.

`--rename profiles=people` is a table's (see `table_renaming`), `--rename mood.sad=unhappy` the label's of an enum (see
`label_renaming`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column

from alembic_rollout.autogenerate.change_source import column_name, table_of
from alembic_rollout.autogenerate.label_renaming import with_label_renamed
from alembic_rollout.autogenerate.table_renaming import TableRename
from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.project.written_sql import DIALECT

# A label may be any text.
_WRITTEN = re.compile(r"(?:(\w+)\.)?(\w+)\.([^=.]+)=([^=]+)")
_TABLE_WRITTEN = re.compile(r"(\w+)=(\w+)")
_HOW = "write --rename TABLE.OLD=NEW for a column, OLD=NEW for a table, TYPE.OLD=NEW for a label"


@dataclass(frozen=True, slots=True)
class Rename:
    """A column that gets another name.

    Attributes:
        schema: the table's; None for the default one.
        table: its table.
        old: its name in the database.
        new: its name in the models.
    """

    schema: str | None
    table: str
    old: str
    new: str


class RenameColumnOp(ops.MigrateOperation):
    """A rename, in place of the add and the drop that Alembic finds.

    Args:
        rename: which.
        added: the column in the models.
        dropped: the column in the database.
    """

    def __init__(self, rename: Rename, added: ops.AddColumnOp, dropped: ops.DropColumnOp) -> None:
        self.rename = rename
        self.schema = rename.schema
        self.table_name = rename.table
        self.added: Column[object] = added.column
        self.dropped: Column[object] = dropped.to_column()


def read_renames(given: Iterable[str]) -> tuple[list[TableRename], list[Rename]]:
    """Read what the command line says: of tables, and of columns and labels.

    Raises:
        UsageError: a text is no rename.
    """
    tables, columns = [], []
    for text in given:
        if match := _TABLE_WRITTEN.fullmatch(text):
            tables.append(TableRename(*match.groups()))
        elif match := _WRITTEN.fullmatch(text):
            columns.append(Rename(*match.groups()))
        else:
            raise UsageError(f"rename={text}: {_HOW}.")
    return tables, columns


def with_renames(operations: Sequence[ops.MigrateOperation], renames: Sequence[Rename]) -> list[ops.MigrateOperation]:
    """Replace the add and the drop of each rename.

    Raises:
        UsageError: a rename names nothing that the change adds and drops.
    """
    changed = list(operations)
    for rename in renames:
        labels = with_label_renamed(changed, rename.schema, rename.table, rename.old, rename.new)
        if labels is not None:
            changed = labels
            continue
        table = qualified(rename.schema, rename.table)
        added = _find(changed, ops.AddColumnOp, table, rename.new)
        dropped = _find(changed, ops.DropColumnOp, table, rename.old)
        if not isinstance(added, ops.AddColumnOp) or not isinstance(dropped, ops.DropColumnOp):
            raise _nothing_renamed(changed, rename, table, is_added=added is not None)
        changed[changed.index(added)] = RenameColumnOp(rename, added, dropped)
        changed.remove(dropped)
    return changed


def _nothing_renamed(
    operations: Iterable[ops.MigrateOperation], rename: Rename, table: str, *, is_added: bool
) -> UsageError:
    changed = {table_of(one) for one in operations if isinstance(one, ops.AddColumnOp | ops.DropColumnOp)}
    if table not in changed:
        known = f" Those with columns that come or go: {', '.join(sorted(changed))}." if changed else ""
        missing = f"no column of a table {table} comes or goes.{known} Correct the table's name"
    elif is_added:
        missing = f"the models do not drop {table}.{rename.old}. Correct the column's name"
    else:
        missing = f"the models do not add {table}.{rename.new}. Correct the column's name"
    return UsageError(f"rename={table}.{rename.old}={rename.new}: {missing}.")


def possible_renames(operations: Sequence[ops.MigrateOperation]) -> list[str]:
    """Return, for the drops and adds of one type in one table, how to say which of them is a rename."""
    alike: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for one in operations:
        if isinstance(one, ops.DropColumnOp):
            key = table_of(one), _family(one.to_column())
            alike.setdefault(key, ([], []))[0].append(column_name(one))
        elif isinstance(one, ops.AddColumnOp):
            key = table_of(one), _family(one.column)
            alike.setdefault(key, ([], []))[1].append(column_name(one))
    return [_hint(table, old, new) for (table, _), (old, new) in alike.items() if old and new]


def _hint(table: str, old: Sequence[str], new: Sequence[str]) -> str:
    is_one_pair = len(old) == len(new) == 1
    column, former = " or ".join(new), " or ".join(sorted(old))
    typed = f"{table}.{former}={column}" if is_one_pair else f"{table}.OLD=NEW"
    return (
        f"If {column} of {table} is {former} under another name, delete these files and type"
        f" alembic-rollout revision --autogenerate --rename {typed}: else its values are lost."
    )


def _family(column: Column[Any]) -> str:
    """Return a column's type without its limit."""
    return str(column.type.compile(dialect=DIALECT)).partition("(")[0]


def _find(
    operations: Sequence[ops.MigrateOperation], kind: type[ops.MigrateOperation], table: str, column: str
) -> ops.MigrateOperation | None:
    return next(
        (one for one in operations if isinstance(one, kind) and table_of(one) == table and column_name(one) == column),
        None,
    )
