"""Declared objects that hold on to a column or table which changes.

PostgreSQL refuses another type for a column that a view, a trigger's condition or a policy uses: these are dropped in
front of it and made again behind it, in the same transaction. A column or table that goes has to be out of the files.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from alembic.operations import ops

from alembic_rollout.autogenerate.chain import Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, column_name, table_of
from alembic_rollout.autogenerate.renaming import RenameColumnOp
from alembic_rollout.autogenerate.steps.objects.object_code import create_step, drop_step
from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.sql_objects.declared import parent_of
from alembic_rollout.sql_objects.dependencies import Dependencies
from alembic_rollout.sql_objects.live_objects import dependents_of_column, dependents_of_table
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


def guarded(source: ChangeSource, steps: Sequence[Step], retyped: Iterable[tuple[Kind, str, str]]) -> list[Step]:
    """Return steps with those in front of them and behind them that let columns change.

    Args:
        source: the change.
        steps: of tables and columns.
        retyped: columns that get another type: the kind of the revision, table and column.

    Raises:
        UsageError: an object that stays uses a column or table that goes.
    """
    if source.objects is None or not (source.objects.applied or source.objects.declared):
        return list(steps)
    _refuse_kept_users(source, source.objects)
    before, after = list[Step](), list[Step]()
    by_kind: dict[Kind, set[str]] = {}
    for kind, table, column in retyped:
        by_kind.setdefault(kind, set()).update(declared_users(source, table, column) or ())
    for kind, names in by_kind.items():
        # The objects have changed by the time of the contract.
        objects = source.objects.declared if kind is Kind.CONTRACT else source.objects.applied
        dropped, made = _again(objects, names, kind)
        before += dropped
        after += made
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


def _refuse_kept_users(source: ChangeSource, objects: SqlObjects) -> None:
    """Refuse a change that drops what an object still uses, which the files declare as it was."""
    kept = objects.applied.keys() - {change.old.name for change in objects.changes if change.old is not None}
    for shown, users in _dropped(source):
        for name in sorted(users & kept):
            one = objects.declared[name]
            raise UsageError(
                f"{one.place}: {one.title} uses {shown}, which this change drops. Change the file, or keep"
                f" {shown}. No revision was written."
            )


def _dropped(source: ChangeSource) -> Iterator[tuple[str, set[str]]]:
    """Yield the columns and tables that go, each with what uses them."""
    connection = source.connection
    for one in source.operations:
        if isinstance(one, ops.DropColumnOp):
            table, column = table_of(one), column_name(one)
            yield f"{table}.{column}", {each.name for each in dependents_of_column(connection, table, column)}
        elif isinstance(one, RenameColumnOp):
            table, column = qualified(one.schema, one.table_name), one.rename.old
            yield f"{table}.{column}", {each.name for each in dependents_of_column(connection, table, column)}
    for table in sorted(source.dropped_tables()):
        yield table, {each.name for each in dependents_of_table(connection, table)}
