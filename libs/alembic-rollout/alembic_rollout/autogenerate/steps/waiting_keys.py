"""Foreign keys on columns that become unique in the same change: they come behind the index that they need."""

from collections.abc import Iterator

from alembic.operations import ops
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint

from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.postgres.identifiers import qualified


def waits_for_key(source: ChangeSource, constraint: ForeignKeyConstraint) -> bool:
    """Return True if the change makes the columns that a foreign key names unique, in a table in use."""
    referred = constraint.referred_table
    table = qualified(referred.schema, referred.name)
    names = {str(element.column.name) for element in constraint.elements}
    return table not in source.new_tables() and names in _new_keys(source, table)


def _new_keys(source: ChangeSource, table: str) -> Iterator[set[str]]:
    for operation in source.operations:
        if isinstance(operation, ops.CreateIndexOp) and operation.unique and table_of(operation) == table:
            yield {str(getattr(one, "name", "")) for one in operation.to_index().expressions}
        elif isinstance(operation, ops.AddConstraintOp) and table_of(operation) == table:
            constraint = operation.to_constraint()
            if isinstance(constraint, UniqueConstraint):
                yield {str(column.name) for column in constraint.columns}
