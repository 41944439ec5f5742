"""Identity columns of tables in use: an identity that comes, goes or changes, in place of a default or of none."""

import re
from collections.abc import Iterator
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column, DefaultClause, Identity

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, Kind, Step
from alembic_rollout.autogenerate.change_source import column_name, table_of
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.project.server_defaults import written_default
from alembic_rollout.project.written_sql import DIALECT

_SERIAL = re.compile(r"nextval\('((?:[^']|'')+)'::regclass\)")
"""The default of a serial column, as PostgreSQL words it."""
_OPTIONS = (("increment", "INCREMENT BY", 1), ("minvalue", "MINVALUE", None), ("maxvalue", "MAXVALUE", None))


def identity_step(operation: ops.AlterColumnOp, former: object, *, nullable: bool | None) -> Step | None:
    """Return the step of a changed identity; None where neither the former nor the new default is one.

    No row is read. ALWAYS refuses inserts that give a value, which the previous release may make. An identity is NOT
    NULL: it comes after that, and goes before the column may be NULL. A default goes, and with that of a serial column
    its sequence, which a statement of the previous release may name; the numbers go on where they were.

    Args:
        operation: about the column.
        former: the default that the column has; None where it has none.
        nullable: the column may be NULL from now on, or may not any more; None where that does not change.
    """
    wanted = operation.modify_server_default
    old, new = (one if isinstance(one, Identity) else None for one in (former, wanted))
    if old is None and new is None:
        return None
    table, name = table_of(operation), column_name(operation)
    replaces = isinstance(former, DefaultClause)
    refuses = new is None or (new.always and not (old and old.always)) or nullable is False or replaces
    place = (operation.table_name, name)
    lets = new is None and nullable is True
    let = call("op.alter_column", *place, nullable=True, schema=operation.schema)
    undo = call("operations.set_not_null", *place, schema=operation.schema)
    return Step(
        Kind.CONTRACT if refuses else Kind.STRUCTURE,
        f"Change the identity of {table}.{name}",
        upgrade=(*_alterations(operation, former, wanted, has_sequence=True), *([let] if lets else [])),
        downgrade=tuple(_alterations(operation, wanted, former, has_sequence=False)),
        downgrade_helpers=(undo,) if lets else (),
        locks={table: ACCESS_EXCLUSIVE},
    )


def is_identity_involved(operation: ops.AlterColumnOp) -> bool:
    """Return True if a column is an identity, was one or becomes one."""
    return any(
        isinstance(one, Identity) for one in (operation.existing_server_default, operation.modify_server_default)
    )


def _alterations(operation: ops.AlterColumnOp, old: object, new: object, *, has_sequence: bool) -> Iterator[str]:
    """Yield the statements that put one identity or default of a column in place of another.

    Args:
        operation: about the column.
        old: what it has.
        new: what it is to have.
        has_sequence: a sequence that the new default names is there.
    """
    table, name = table_of(operation), column_name(operation)
    column = f"ALTER TABLE {table} ALTER COLUMN {qualified(None, name)}"
    numbers = f"pg_get_serial_sequence({_text(table)}, {_text(name)})"
    if not isinstance(new, Identity):
        default = _default(operation, new)
        statements = _from_identity(operation, column, default, numbers=None if has_sequence else numbers)
    elif isinstance(old, Identity):
        statements = iter([" ".join([f"{column} SET GENERATED {_kind(new)}", *_options(new, "SET ")])])
    else:
        statements = _to_identity(column, _default(operation, old), new, numbers=numbers)
    for sql in statements:
        yield call("op.execute", sql)


def _to_identity(column: str, default: str | None, new: Identity, *, numbers: str) -> Iterator[str]:
    """Yield SQL that makes an identity of a column with a default, or with none."""
    sequence = _sequence_of(default)
    if sequence:
        yield f"ALTER SEQUENCE {sequence} OWNED BY NONE"
    if default is not None:
        yield f"{column} DROP DEFAULT"
    options = " ".join(_options(new, ""))
    yield f"{column} ADD GENERATED {_kind(new)} AS IDENTITY" + (f" ({options})" if options else "")
    if sequence:
        yield f"SELECT setval({numbers}, nextval({_text(sequence)}), false)"
        yield f"DROP SEQUENCE {sequence}"


def _from_identity(
    operation: ops.AlterColumnOp, column: str, default: str | None, *, numbers: str | None
) -> Iterator[str]:
    """Yield SQL that gives a column a default, or none, in place of its identity.

    Args:
        operation: about the column.
        column: what alters it.
        default: the new one.
        numbers: the identity's sequence as SQL, where one has to be made for the default; None where none has.
    """
    sequence = _sequence_of(default) if numbers else ""
    if sequence:
        type_ = operation.existing_type.compile(DIALECT) if operation.existing_type is not None else "bigint"
        yield f"CREATE SEQUENCE {sequence} AS {type_}"
        yield f"SELECT setval({_text(sequence)}, nextval({numbers}), false)"
    yield f"{column} DROP IDENTITY"
    if default is not None:
        yield f"{column} SET DEFAULT {default}"
    if sequence:
        owner = f"{table_of(operation)}.{qualified(None, column_name(operation))}"
        yield f"ALTER SEQUENCE {sequence} OWNED BY {owner}"


def _sequence_of(default: str | None) -> str:
    """Return the sequence of a serial column's default as SQL; empty where it is another default."""
    serial = _SERIAL.fullmatch(default or "")
    return serial[1] if serial else ""


def _kind(identity: Identity) -> str:
    return "ALWAYS" if identity.always else "BY DEFAULT"


def _default(operation: ops.AlterColumnOp, default: object) -> str | None:
    """Return a default as SQL; None where it is none."""
    if not isinstance(default, DefaultClause):
        return None
    column: Column[Any] = Column(column_name(operation), operation.existing_type)
    column.server_default = default
    return written_default(column)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _options(identity: Identity, prefix: str) -> list[str]:
    """Return the options of an identity as SQL; to change one, each is named."""
    found = []
    if prefix or identity.start is not None:
        found.append(f"{prefix}START WITH {1 if identity.start is None else identity.start}")
    for attribute, words, default in _OPTIONS:
        value = getattr(identity, attribute)
        if value is not None:
            found.append(f"{prefix}{words} {value}")
        elif prefix:
            found.append(f"{prefix}{words} {default}" if default is not None else f"{prefix}NO {words}")
    if prefix or identity.cache is not None:
        found.append(f"{prefix}CACHE {1 if identity.cache is None else identity.cache}")
    if prefix or identity.cycle:
        found.append(f"{prefix}{'' if identity.cycle else 'NO '}CYCLE")
    return found
