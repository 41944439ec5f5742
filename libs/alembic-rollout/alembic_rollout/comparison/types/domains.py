"""Domains: those that only the models have, those that differ, and those that nothing uses any more.

Alembic compares none. They are compared in PostgreSQL's words: what it makes of the models' domain when it creates it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, MetaData
from sqlalchemy.dialects.postgresql import DOMAIN, CreateDomainType

from alembic_rollout.comparison.compared_sides import compared_sides
from alembic_rollout.comparison.ddl_operation import DdlOp
from alembic_rollout.comparison.types.enum_types import EnumOp, is_unused, type_parts
from alembic_rollout.comparison.wordings import can_ask
from alembic_rollout.postgres.identifiers import qualified, quote
from alembic_rollout.project.undone import undone
from alembic_rollout.project.written_sql import written

Key = tuple[str | None, str]
"""A schema, None for the default one, and a name."""

_MARK = "alembic_rollout_domains"
_RAW = {"no_parameters": True}  # the driver takes a % as it is
_COPY = "alembic_rollout_domain"
_LIVE = """
    SELECT CASE WHEN nspname = %s THEN NULL ELSE nspname::text END, typname::text
    FROM pg_type y JOIN pg_namespace n ON n.oid = typnamespace
    WHERE typtype = 'd' AND nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_type'::regclass AND objid = y.oid AND deptype = 'e')
"""
_DEFINITION = """
    SELECT format_type(typbasetype, typtypmod) || coalesce(' COLLATE ' || nullif(typcollation, (
            SELECT b.typcollation FROM pg_type b WHERE b.oid = y.typbasetype))::regcollation::text, ''),
        typnotnull, pg_get_expr(typdefaultbin, 0),
        ARRAY(SELECT ARRAY[conname::text, pg_get_constraintdef(oid)] FROM pg_constraint
            WHERE contypid = y.oid AND contype = 'c' ORDER BY conname)
    FROM pg_type y WHERE y.oid = to_regtype(%s)
"""


@dataclass(frozen=True, slots=True)
class _Definition:
    """A domain in PostgreSQL's words.

    Attributes:
        base: its type.
        not_null: it refuses NULL.
        default: SQL, or None.
        checks: definitions by name.
    """

    base: str
    not_null: bool
    default: str | None
    checks: dict[str, str]

    def statement(self, name: str) -> str:
        """Return SQL that creates it."""
        default = "" if self.default is None else f" DEFAULT {self.default}"
        checks = "".join(f" CONSTRAINT {quote(key)} {check}" for key, check in self.checks.items())
        return f"CREATE DOMAIN {name} AS {self.base}{default}{' NOT NULL' if self.not_null else ''}{checks}"

    def changes(self, to: "_Definition", name: str) -> Iterator[str]:
        """Yield the statements that make this definition another one of the same type."""
        if self.default != to.default:
            yield f"ALTER DOMAIN {name} " + ("DROP DEFAULT" if to.default is None else f"SET DEFAULT {to.default}")
        if self.not_null != to.not_null:
            yield f"ALTER DOMAIN {name} {'SET' if to.not_null else 'DROP'} NOT NULL"
        for key in sorted(self.checks.keys() | to.checks.keys()):
            if self.checks.get(key) == to.checks.get(key):
                continue
            if key in self.checks:
                yield f"ALTER DOMAIN {name} DROP CONSTRAINT {quote(key)}"
            if key in to.checks:
                yield f"ALTER DOMAIN {name} ADD CONSTRAINT {quote(key)} {to.checks[key]}"


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic; it comes after that of enums, which a domain may be made of."""
    plugin.add_autogenerate_comparator(
        _compare, "schema", "domains", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _compare(context: AutogenContext, operations: ops.UpgradeOps, schemas: set[str | None]) -> PriorityDispatchResult:
    connection, default, metadata = compared_sides(context)
    wanted = dict(_wanted(metadata, default))
    live = {(schema, name) for schema, name in connection.exec_driver_sql(_LIVE, (default,))}
    may_compare = not wanted.keys() & live or can_ask(connection, "domains")
    place = sum(1 for one in operations.ops if isinstance(one, EnumOp) and one.wanted is not None)
    found = [
        change
        for key, domain in wanted.items()
        if key[0] in schemas and (may_compare or key not in live)
        for change in (_changes(connection, key, domain) if key in live else [_creation(key, domain)])
    ]
    operations.ops[place:place] = found
    for key in sorted(live - wanted.keys(), key=str):
        if key[0] in schemas and is_unused(connection, operations, qualified(*key), str(default)):
            operations.ops.append(_removal(connection, key))
    return PriorityDispatchResult.CONTINUE


def _wanted(metadata: list[MetaData], default: str | None) -> Iterator[tuple[Key, DOMAIN]]:
    """Yield the models' domains, each behind those that it is made of."""
    for one in metadata:
        for table in one.sorted_tables:
            for column in table.columns:
                for part in type_parts(column.type):
                    if isinstance(part, DOMAIN) and part.name:
                        yield (None if part.schema == default else part.schema, str(part.name)), part


def _creation(key: Key, domain: DOMAIN) -> DdlOp:
    name = qualified(*key)
    return DdlOp(
        f"domain {name}",
        "Create",
        [written(CreateDomainType(domain)).strip()],
        [f"DROP DOMAIN {name}"],
        fact="is in the models and not in the database",
    )


def _removal(connection: Connection, key: Key) -> DdlOp:
    name = qualified(*key)
    return DdlOp(
        f"domain {name}",
        "Drop",
        [f"DROP DOMAIN {name}"],
        [_definition(connection, name).statement(name)],
        fact="is in the database, and no column of the models has it",
        is_contract=True,
    )


def _changes(connection: Connection, key: Key, domain: DOMAIN) -> Iterator[DdlOp]:
    name = qualified(*key)
    former, model = _definition(connection, name), _models_definition(connection, domain)
    if former == model:
        return
    if former.base != model.base:
        yield DdlOp(
            f"domain {name}",
            "Change",
            [],
            [],
            fact=f"is {model.base} in the models and {former.base} in the database",
            left="PostgreSQL cannot change the type of a domain: give the models' domain another name",
        )
        return
    up, down = list(former.changes(model, name)), list(model.changes(former, name))
    is_stricter = model.not_null > former.not_null or bool(model.checks.items() - former.checks.items())
    yield DdlOp(
        f"domain {name}",
        "Change",
        up,
        down,
        fact=f"is not the same in the models and in the database: {'; '.join(up)}",
        is_contract=is_stricter,
        left=f"PostgreSQL reads every row of every column of domain {name} while writes wait: for small tables only"
        if is_stricter
        else "",
    )


def _models_definition(connection: Connection, domain: DOMAIN) -> _Definition:
    copy = DOMAIN(
        _COPY,
        domain.data_type,
        schema="pg_temp",
        collation=domain.collation,
        collation_schema=domain.collation_schema,
        default=domain.default,
        constraint_name=domain.constraint_name,
        not_null=domain.not_null,
        check=domain.check,
    )
    with undone(connection, _MARK):
        connection.exec_driver_sql(written(CreateDomainType(copy)), execution_options=_RAW)
        made = _definition(connection, f"pg_temp.{_COPY}")
    named = {
        f"{domain.name}{key.removeprefix(_COPY)}" if key.startswith(_COPY) else key: check
        for key, check in made.checks.items()
    }
    return _Definition(made.base, made.not_null, made.default, named)


def _definition(connection: Connection, name: str) -> _Definition:
    base, not_null, default, checks = connection.exec_driver_sql(_DEFINITION, (name,)).one()
    return _Definition(base, not_null, default, dict(checks))
