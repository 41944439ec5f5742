"""A label of an enum that gets another name: `--rename mood.sad=unhappy`."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from alembic.operations import ops
from sqlalchemy import Enum

from alembic_rollout.comparison.enum_types import EnumOp
from alembic_rollout.errors import UsageError

_LABEL = re.compile(r"'((?:[^']|'')*)'(?:::.*)?", re.DOTALL)


class RenameLabelOp(ops.MigrateOperation):
    """A label of an enum that gets another name, in place of the one that goes and the one that comes.

    Args:
        type_name: of the enum, as SQL.
        old: the label in the database.
        new: the label in the models.
    """

    def __init__(self, type_name: str, old: str, new: str) -> None:
        self.type_name = type_name
        self.old = old
        self.new = new


def with_label_renamed(
    operations: Sequence[ops.MigrateOperation], schema: str | None, name: str, old: str, new: str
) -> list[ops.MigrateOperation] | None:
    """Replace the change of a type's labels by a rename, and leave out the defaults that the rename changes by itself.

    Args:
        operations: what Alembic has found.
        schema: of the type; None for the default one.
        name: of the type.
        old: the label in the database.
        new: the label in the models.

    Returns:
        The operations; None where no type of that name loses and gets these labels.

    Raises:
        UsageError: other labels of the type change too.
    """
    enum = _enum_of(operations, schema, name, old, new)
    if enum is None:
        return None
    if {new if label == old else label for label in enum.former or ()} != set(enum.wanted or ()):
        raise UsageError(
            f"rename={enum.sql_name}.{old}={new}: other labels of {enum.sql_name} change too. Rename the label alone,"
            " and change the others in a release before or after it."
        )
    for operation in operations:
        if isinstance(operation, ops.AlterColumnOp) and _renames_default(operation, enum, old, new):
            operation.modify_server_default = False
    renamed = RenameLabelOp(enum.sql_name, old, new)
    return [
        renamed if one is enum else one
        for one in operations
        if not (isinstance(one, ops.AlterColumnOp) and not one.has_changes())
    ]


def _enum_of(
    operations: Iterable[ops.MigrateOperation], schema: str | None, name: str, old: str, new: str
) -> EnumOp | None:
    for one in operations:
        if isinstance(one, EnumOp) and (one.schema, one.name) == (schema, name):
            gone, come = set(one.former or ()) - set(one.wanted or ()), set(one.wanted or ()) - set(one.former or ())
            if old in gone and new in come:
                return one
    return None


def _renames_default(operation: ops.AlterColumnOp, enum: EnumOp, old: str, new: str) -> bool:
    """Return True if a column's default changes from the old label to the new one: PostgreSQL keeps it by its id."""
    return (
        bool(operation.modify_server_default)
        and isinstance(operation.existing_type, Enum)
        and (operation.existing_type.schema, operation.existing_type.name) == (enum.schema, enum.name)
        and _label_of(operation.existing_server_default) == old
        and _label_of(operation.modify_server_default) == new
    )


def _label_of(default: Any) -> str | None:  # noqa: ANN401 - what SQLAlchemy keeps of a server default
    """Return the label that a default is: `'sad'::mood` as SQL, or `sad` as a string of the models."""
    value = getattr(default, "arg", None)
    if isinstance(value, str):
        return value
    match = _LABEL.fullmatch(str(getattr(value, "text", "")))
    return match[1].replace("''", "'") if match else None
