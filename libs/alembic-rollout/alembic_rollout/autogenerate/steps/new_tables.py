"""Tables that a change creates, with what is made together with them: not in use yet, so all of it is plain."""

from collections.abc import Iterator, Sequence

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint
from sqlalchemy import Sequence as Numbers
from sqlalchemy.schema import SchemaItem

from alembic_rollout.autogenerate.chain import Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.autogenerate.steps.constraint_code import dropping, name_of, plain_foreign_key, referred_table
from alembic_rollout.autogenerate.steps.constraint_steps import unvalidated_steps
from alembic_rollout.autogenerate.steps.waiting_keys import waits_for_key
from alembic_rollout.comparison.sqlalchemy_private import is_created
from alembic_rollout.postgres.identifiers import qualified

_TRIGGER = """CREATE TRIGGER {name} BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()"""


def table_steps(source: ChangeSource, operation: ops.CreateTableOp) -> Iterator[Step]:
    """Create a table, with its indexes and the trigger that its `updated_at` needs.

    A foreign key on what the same change makes unique in a table in use comes later, behind that; one on a table that
    is created after this one is in `key_steps`.
    """
    keys = [one for one in operation.columns if isinstance(one, ForeignKeyConstraint) and waits_for_key(source, one)]
    whole = _numbered_by_models(_with_checks_of_columns(operation))
    yield _table_step(source, without(whole, [*keys, *_late_keys(source, operation)]))
    for key in keys:
        yield from unvalidated_steps(source, key)


def key_steps(source: ChangeSource) -> Iterator[Step]:
    """Add the foreign keys of new tables that refer to each other, in a circle or by `use_alter`."""
    for operation in source.operations:
        if not isinstance(operation, ops.CreateTableOp):
            continue
        for key in _late_keys(source, operation):
            yield Step(
                Kind.STRUCTURE,
                f"Add foreign key {name_of(key)} to {table_of(operation)}",
                upgrade=(plain_foreign_key(source, key),),
                downgrade=(dropping(key),),
            )


def _late_keys(source: ChangeSource, operation: ops.CreateTableOp) -> list[ForeignKeyConstraint]:
    """Return the foreign keys of a new table that cannot be made with it."""
    created = [table_of(one) for one in source.operations if isinstance(one, ops.CreateTableOp)]
    later = set(created[created.index(table_of(operation)) + 1 :])
    keys = [one for one in operation.columns if isinstance(one, ForeignKeyConstraint)]
    return [one for one in keys if (one.use_alter or referred_table(one) in later) and not waits_for_key(source, one)]


def _with_checks_of_columns(operation: ops.CreateTableOp) -> ops.CreateTableOp:
    """Return what creates a table, with the checks that the models have in a column: Alembic renders none of these."""
    checks = [
        CheckConstraint(one.sqltext, name=one.name)
        for column in operation.columns
        if isinstance(column, Column)
        for one in column.constraints
        if isinstance(one, CheckConstraint) and is_created(one)
    ]
    return _with_columns(operation, [*operation.columns, *checks]) if checks else operation


def _numbered_by_models(operation: ops.CreateTableOp) -> ops.CreateTableOp:
    """Return what creates a table, with no serial where the models take the numbers from a sequence of their own."""
    numbered = {
        column.name
        for column in operation.columns
        if isinstance(column, Column) and isinstance(column.default, Numbers) and not column.default.optional
    }
    if not numbered:
        return operation
    copies = {column.name: column for column in operation.to_table().columns}
    for name in numbered:
        copies[name].autoincrement = False
    columns = [
        copies[one.name] if isinstance(one, Column) and one.name in numbered else one for one in operation.columns
    ]
    return _with_columns(operation, columns)


def without(operation: ops.CreateTableOp, parts: Sequence[SchemaItem]) -> ops.CreateTableOp:
    """Return what creates a table, without some of its parts."""
    if not parts:
        return operation
    return _with_columns(operation, [one for one in operation.columns if all(one is not part for part in parts)])


def _with_columns(operation: ops.CreateTableOp, columns: Sequence[SchemaItem]) -> ops.CreateTableOp:
    return ops.CreateTableOp(
        operation.table_name,
        columns,
        schema=operation.schema,
        _constraints_included=True,
        comment=operation.comment,
        info=operation.info.copy(),
        prefixes=list(operation.prefixes),
        **operation.kw,
    )


def _table_step(source: ChangeSource, operation: ops.CreateTableOp) -> Step:
    table = table_of(operation)
    parts = [one for one in source.operations if _is_part(one, table)]
    lines = [source.render(operation), *(source.render(one) for one in parts)]
    if any(column.name == "updated_at" for column in operation.to_table().columns):
        lines += (create for create, _ in updating_trigger(source, operation.schema, operation.table_name))
    return Step(
        Kind.STRUCTURE,
        f"Create {table}",
        upgrade=tuple(lines),
        downgrade=(source.render(operation.reverse()),),
    )


def updating_trigger(source: ChangeSource, schema: str | None, table: str) -> Iterator[tuple[str, str]]:
    """Yield the statements that create and drop the trigger of `updated_at`; none where the database has no function.

    Args:
        source: whose database has the function that other tables use.
        schema: the table's.
        table: that has a column `updated_at`.
    """
    function = source.updating_function()
    if function is None:
        return
    name = qualified(None, f"{table}_updated_at")
    on = qualified(schema, table)
    create = _TRIGGER.format(name=name, table=on, function=qualified(None, function))
    yield call("op.execute", create), call("op.execute", f"DROP TRIGGER {name} ON {on}")


def _is_part(operation: ops.MigrateOperation, table: str) -> bool:
    parts = (ops.CreateIndexOp, ops.AddConstraintOp, ops.CreateTableCommentOp)
    return isinstance(operation, parts) and table_of(operation) == table
