"""A label of an enum that gets another name: `--rename mood.sad=unhappy`."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from alembic.operations import ops
from sqlalchemy import ARRAY, Enum

from alembic_rollout.comparison.types.enum_types import EnumOp
from alembic_rollout.errors import UsageError

_STRING = re.compile(r"'((?:[^']|'')*)'")


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
        UsageError: other labels of the type change too, or a default becomes the new label that was not the old one.
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
        if isinstance(operation, ops.AlterColumnOp) and _is_default_of(operation, enum):
            before, after = _labels_of(operation.existing_server_default), _labels_of(operation.modify_server_default)
            if [new if label == old else label for label in before] == after:
                operation.modify_server_default = False  # PostgreSQL keeps it by its id
            elif new in after:
                raise UsageError(
                    f"rename={enum.sql_name}.{old}={new}: the default of {operation.table_name}.{operation.column_name}"
                    f" becomes {new} too, and was not {old}. Rename the label alone, and change the default in a"
                    " release behind it."
                )
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


def _is_default_of(operation: ops.AlterColumnOp, enum: EnumOp) -> bool:
    """Return True if the default of a column changes whose type is an enum, or an array of it."""
    type_ = operation.existing_type
    type_ = type_.item_type if isinstance(type_, ARRAY) else type_
    is_of_enum = isinstance(type_, Enum) and (type_.schema, type_.name) == (enum.schema, enum.name)
    return bool(operation.modify_server_default) and is_of_enum


def _labels_of(default: Any) -> list[str]:  # noqa: ANN401 - what SQLAlchemy keeps of a server default
    """Return the labels that a default has: `'sad'::mood` and `'{sad}'::mood[]` as SQL, `sad` as a string."""
    value = getattr(default, "arg", None)
    written = _STRING.findall(str(getattr(value, "text", "")))
    texts = [value] if isinstance(value, str) else [text.replace("''", "'") for text in written]
    return [label for text in texts for label in (_elements(text) if text[:1] == "{" else [text])]


def _elements(array: str) -> list[str]:
    return [element.strip(' "') for element in array.strip("{}").split(",")]
