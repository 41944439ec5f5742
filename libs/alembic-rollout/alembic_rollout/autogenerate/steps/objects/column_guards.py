"""Declared objects that hold on to a column or table which changes.

PostgreSQL refuses another type for a column that a view, a trigger's condition or a policy uses: these are dropped in
front of it and made again behind it, in the same transaction. A column or table that goes has to be out of the files.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from alembic.operations import ops

from alembic_rollout.autogenerate.chain import Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, column_name, table_of
from alembic_rollout.autogenerate.renaming import RenameColumnOp
from alembic_rollout.autogenerate.steps.objects.object_code import create_step, drop_step, only_downgrade
from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.sql.tokens import unquote
from alembic_rollout.sql_objects.declared import parent_of
from alembic_rollout.sql_objects.dependencies import Dependencies
from alembic_rollout.sql_objects.live_objects import Dependent, code_of_type, dependents_of_column, dependents_of_table
from alembic_rollout.sql_objects.sql_changes import SqlObjects
from alembic_rollout.sql_objects.sql_object import SqlObject

_LOCKED = (
    "{} is computed again while the table of the changed column is locked. Where that takes long, take it out of the"
    " files in a release before, and put it back in one behind"
)


def declared_users(source: ChangeSource, table: str, column: str) -> set[str] | None:
    """Return the declared objects that depend on a column; None where something does that no file declares."""
    objects = source.objects
    if objects is None:
        return None
    found = {one.name for one in dependents_of_column(source.connection, table, column)}
    return found if found <= objects.applied.keys() else None


@dataclass(frozen=True, slots=True)
class Retyped:
    """A column that gets another type, or a type that is replaced by another of its name.

    Attributes:
        kind: of the revision in which it does.
        table: its table, or the type, as SQL.
        column: its name; empty for a type.
        in_downgrade_alone: the upgrade leaves it, as one that adds labels to an enum.
    """

    kind: Kind
    table: str
    column: str
    in_downgrade_alone: bool = False


def guarded(source: ChangeSource, steps: Sequence[Step], retyped: Iterable[Retyped]) -> list[Step]:
    """Return steps with those in front of them and behind them that let columns change.

    Args:
        source: the change.
        steps: of tables and columns.
        retyped: columns that get another type.

    Raises:
        UsageError: an object that stays uses a column or table that goes.
    """
    objects = source.objects
    if objects is None or not (objects.applied or objects.declared):
        return list(steps)
    going = list(_going(source))
    _refuse_kept_users(objects, going)
    guarded_names: dict[tuple[Kind, bool], set[str]] = {}
    for one in retyped:
        names = guarded_names.setdefault((one.kind, one.in_downgrade_alone), set())
        if one.column:
            names |= declared_users(source, one.table, one.column) or set()
        else:
            names |= code_of_type(source.connection, one.table)
    # Views of `*` lose the column without a change of their text.
    stars = {user for one in going for user in one.users if one.is_star(objects.declared.get(user))}
    guarded_names.setdefault((Kind.CONTRACT, False), set()).update(stars)
    before, after = list[Step](), list[Step]()
    for (kind, in_downgrade_alone), names in guarded_names.items():
        # The objects have changed by the time of the contract.
        dropped, made = _again(objects.declared if kind is Kind.CONTRACT else objects.applied, names, kind)
        before += map(only_downgrade, dropped) if in_downgrade_alone else dropped
        after += map(only_downgrade, made) if in_downgrade_alone else made
    return [*before, *steps, *after]


def _again(objects: Mapping[str, SqlObject], names: set[str], kind: Kind) -> tuple[list[Step], list[Step]]:
    """Return the steps that drop objects and what uses them, and those that make them again."""
    uses = Dependencies(objects)
    again = {name for name in names if name in objects}
    again |= uses.certain_users(again)
    order = [name for name in uses.order if name in again]

    def with_parent(name: str) -> bool:
        parent = parent_of(objects[name], objects)
        return parent is not None and parent.name in again

    dropped = [drop_step(kind, objects[name], again=True, with_parent=with_parent(name)) for name in reversed(order)]
    made = [
        create_step(
            kind,
            one,
            again=True,
            with_parent=with_parent(one.name),
            left=_LOCKED.format(one.title) if one.kind == "materialized view" else "",
        )
        for one in map(objects.__getitem__, order)
    ]
    return dropped, made


@dataclass(frozen=True, slots=True)
class _Going:
    """A column or a table that goes.

    Attributes:
        shown: what a sentence calls it.
        column: its name; empty for a table.
        users: what depends on it directly.
    """

    shown: str
    column: str
    users: set[str]

    def is_star(self, user: SqlObject | None) -> bool:
        """Return True if an object has the column as one of all, without its name."""
        if user is None or not self.column or "*" not in user.tokens:
            return False
        return self.column not in (unquote(word) for word in user.tokens)


def _refuse_kept_users(objects: SqlObjects, going: Iterable[_Going]) -> None:
    """Refuse a change that drops what an object still uses, which the files declare as it was."""
    kept = objects.applied.keys() - {change.old.name for change in objects.changes if change.old is not None}
    for gone in going:
        for one in (objects.declared[name] for name in sorted(gone.users & kept)):
            if not gone.is_star(one):
                raise UsageError(
                    f"{one.place}: {one.title} uses {gone.shown}, which this change drops. Change the file, or keep"
                    f" {gone.shown}. No revision was written."
                )


def _going(source: ChangeSource) -> Iterator[_Going]:
    """Yield the columns and tables that the change drops."""
    connection = source.connection
    for one in source.operations:
        if isinstance(one, ops.DropColumnOp):
            table, column = table_of(one), column_name(one)
            yield _Going(f"{table}.{column}", column, _direct(dependents_of_column(connection, table, column)))
        elif isinstance(one, RenameColumnOp):
            table, column = qualified(one.schema, one.table_name), one.rename.old
            yield _Going(f"{table}.{column}", column, _direct(dependents_of_column(connection, table, column)))
    for table in sorted(source.dropped_tables()):
        yield _Going(table, "", _direct(dependents_of_table(connection, table)))


def _direct(found: Iterable[Dependent]) -> set[str]:
    return {one.name for one in found if one.is_direct}
