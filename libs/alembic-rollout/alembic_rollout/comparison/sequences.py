"""Sequences that the models name: those that the database lacks, and those with other options.

Alembic compares none, and creates none. One that only the database has may be anyone's, and stays.
"""

from collections.abc import Iterator
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Sequence
from sqlalchemy.schema import CreateSequence

from alembic_rollout.comparison.compared_sides import compared_sides
from alembic_rollout.comparison.ddl_operation import DdlOp
from alembic_rollout.comparison.sqlalchemy_private import sequences_of
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.project.written_sql import written

_LIVE = """
    SELECT CASE WHEN nspname = %s THEN NULL ELSE nspname::text END, relname::text, seqstart, seqincrement, seqmin,
        seqmax, seqcache, seqcycle
    FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid JOIN pg_namespace n ON n.oid = relnamespace
"""
_OPTIONS = {
    "start": "START WITH",
    "increment": "INCREMENT BY",
    "minvalue": "MINVALUE",
    "maxvalue": "MAXVALUE",
    "cache": "CACHE",
    "cycle": "CYCLE",
}
"""Arguments of SQLAlchemy's, in the order of `_LIVE`, and what SQL calls them."""


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic; its operations come before those of tables."""
    plugin.add_autogenerate_comparator(
        _compare, "schema", "sequences", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _compare(context: AutogenContext, operations: ops.UpgradeOps, schemas: set[str | None]) -> PriorityDispatchResult:
    connection, default, metadata = compared_sides(context)
    wanted = {
        (None if one.schema == default else one.schema, str(one.name)): one
        for each in metadata
        for one in sequences_of(each)
    }
    if not wanted:
        return PriorityDispatchResult.CONTINUE
    live = {
        (schema, name): dict(zip(_OPTIONS, options, strict=True))
        for schema, name, *options in connection.exec_driver_sql(_LIVE, (default,))
    }
    for key in sorted(wanted.keys(), key=str, reverse=True):
        if key[0] not in schemas or wanted[key].optional:
            continue
        if key not in live:
            operations.ops.insert(0, _creation(key, wanted[key]))
        else:
            operations.ops[:0] = _changes(key, wanted[key], live[key])
    return PriorityDispatchResult.CONTINUE


def _creation(key: tuple[str | None, str], sequence: Sequence) -> DdlOp:
    name = qualified(*key)
    return DdlOp(
        f"sequence {name}",
        "Create",
        [written(CreateSequence(sequence))],
        [f"DROP SEQUENCE {name}"],
        fact="is in the models and not in the database",
    )


def _changes(key: tuple[str | None, str], sequence: Sequence, live: dict[str, Any]) -> Iterator[DdlOp]:
    """Yield the change of the options that the models give; what they leave out is PostgreSQL's."""
    given = {option: value for option in _OPTIONS if (value := getattr(sequence, option)) is not None}
    other = {option: value for option, value in given.items() if value != live[option]}
    if other:
        name = qualified(*key)
        wanted, former = _clauses(other), _clauses({option: live[option] for option in other})
        yield DdlOp(
            f"sequence {name}",
            "Change",
            [f"ALTER SEQUENCE {name} {wanted}"],
            [f"ALTER SEQUENCE {name} {former}"],
            fact=f"has {wanted} in the models and {former} in the database",
        )


def _clauses(options: dict[str, Any]) -> str:
    return " ".join(
        f"{'' if value else 'NO '}CYCLE" if option == "cycle" else f"{_OPTIONS[option]} {value}"
        for option, value in options.items()
    )
