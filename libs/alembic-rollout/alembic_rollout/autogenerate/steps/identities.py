"""Identity columns of tables in use: an identity that comes, goes or changes."""

from alembic.operations import ops
from sqlalchemy import Identity

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, Kind, Step
from alembic_rollout.autogenerate.change_source import column_name, table_of
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.postgres.identifiers import qualified

_OPTIONS = (("increment", "INCREMENT BY", 1), ("minvalue", "MINVALUE", None), ("maxvalue", "MAXVALUE", None))


def identity_step(operation: ops.AlterColumnOp, *, nullable: bool | None) -> Step | None:
    """Return the step of a changed identity; None where neither the former nor the new default is one.

    No row is read. ALWAYS refuses inserts that give a value, which the previous release may make. An identity is NOT
    NULL: it comes after that, and goes before the column may be NULL.

    Args:
        operation: about the column.
        nullable: the column may be NULL from now on, or may not any more; None where that does not change.
    """
    former, wanted = operation.existing_server_default, operation.modify_server_default
    old, new = (one if isinstance(one, Identity) else None for one in (former, wanted))
    if old is None and new is None:
        return None
    table, name = table_of(operation), column_name(operation)
    refuses = new is None or (new.always and not (old and old.always)) or nullable is False
    place = (operation.table_name, name)
    lets = new is None and nullable is True
    let = call("op.alter_column", *place, nullable=True, schema=operation.schema)
    undo = call("operations.set_not_null", *place, schema=operation.schema)
    return Step(
        Kind.CONTRACT if refuses else Kind.STRUCTURE,
        f"Change the identity of {table}.{name}",
        upgrade=(_alteration(table, name, old, new), *([let] if lets else [])),
        downgrade=(_alteration(table, name, new, old),),
        downgrade_helpers=(undo,) if lets else (),
        locks={table: ACCESS_EXCLUSIVE},
    )


def is_identity_involved(operation: ops.AlterColumnOp) -> bool:
    """Return True if a column is an identity, was one or becomes one."""
    return any(
        isinstance(one, Identity) for one in (operation.existing_server_default, operation.modify_server_default)
    )


def _alteration(table: str, name: str, old: Identity | None, new: Identity | None) -> str:
    column = f"ALTER TABLE {table} ALTER COLUMN {qualified(None, name)}"
    if new is None:
        return call("op.execute", f"{column} DROP IDENTITY")
    kind = "ALWAYS" if new.always else "BY DEFAULT"
    if old is None:
        options = " ".join(_options(new, ""))
        return call("op.execute", f"{column} ADD GENERATED {kind} AS IDENTITY" + (f" ({options})" if options else ""))
    return call("op.execute", " ".join([f"{column} SET GENERATED {kind}", *_options(new, "SET ")]))


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
