"""A column of another type that takes the place of one, with what is built on it, over two releases."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alembic.operations import ops
from sqlalchemy import Index
from sqlalchemy.exc import DBAPIError

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, ROW_EXCLUSIVE, SHARE_UPDATE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, column_name, table_of
from alembic_rollout.autogenerate.python_code import Code, call
from alembic_rollout.autogenerate.steps.expansions.replaced_indexes import (
    NEW,
    exchange,
    indexes_of,
    renaming,
    taking_over,
)
from alembic_rollout.autogenerate.steps.index_steps import creation, removal
from alembic_rollout.lint.rules import FILL_IN
from alembic_rollout.operations.expansions.type_changes import new_column
from alembic_rollout.postgres.identifiers import for_driver, name_beside, qualified
from alembic_rollout.project.undone import undone

_CONVERTED, _RESTORED = "_converted", "_restored"
_MARK = "alembic_rollout_cast"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A column that one of another type replaces.

    Attributes:
        source: of the change.
        operation: Alembic's.
        indexes: of the column in the database, as they are on the new one.
        uniques: unique constraints likewise, as indexes.
    """

    source: ChangeSource
    operation: ops.AlterColumnOp
    indexes: tuple[Index, ...]
    uniques: tuple[Index, ...]

    @classmethod
    def of(cls, source: ChangeSource, operation: ops.AlterColumnOp) -> "Replacement":
        """Read what is built on a column, from the database."""
        indexes, uniques = indexes_of(source, operation.table_name, column_name(operation), operation.schema)
        return cls(source, operation, tuple(indexes), tuple(uniques))

    def steps(self) -> Iterator[Step]:
        """Yield the steps of the whole change."""
        operation, source = self.operation, self.source
        table, name = table_of(operation), column_name(operation)
        former, wanted = (shown(source, type_) for type_ in (operation.existing_type, operation.modify_type))
        new, at = new_column(name), {"schema": operation.schema}
        converted = using(source, operation, wanted)
        conversion = f"; write SQL that converts {{value}} in place of {FILL_IN}" if converted else ""
        yield Step(
            Kind.STRUCTURE,
            f"Add {table}.{new}, to which what is written to {name} is converted",
            upgrade=(self._call("expand_type_change", operation.modify_type, converted),),
            downgrade=(call("operations.undo_type_change", operation.table_name, name, **at),),
            locks={table: ACCESS_EXCLUSIVE},
            left=f"{table}.{name} is {former} until the contract is applied, and {wanted} afterwards: make sure that"
            f" the new release works with both{conversion}",
        )
        yield Step(
            Kind.BACKFILL,
            f"Fill {table}.{new} of the rows from before",
            upgrade_helpers=(self._backfill(),),
            locks={table: ROW_EXCLUSIVE},
        )
        for index in self.indexes:
            yield Step(
                Kind.UNIQUE if index.unique else Kind.INDEXES,
                f"Build index {index.name} on {table}.{new}",
                upgrade_helpers=(creation(source, index, suffix=NEW),),
                downgrade_helpers=(removal(index, suffix=NEW),),
                locks={table: SHARE_UPDATE},
            )
        yield self._all_converted()
        for unique in self.uniques:
            yield Step(
                Kind.UNIQUE,
                f"Build the index of unique constraint {unique.name} on {table}.{new}",
                upgrade_helpers=(creation(source, unique, suffix=NEW),),
                downgrade_helpers=(removal(unique, suffix=NEW),),
                locks={table: SHARE_UPDATE},
            )
        yield self._contract(converted, f"Give {table}.{new} the place of {name}")

    @property
    def _is_required(self) -> bool:
        operation = self.operation
        return not (operation.existing_nullable if operation.modify_nullable is None else operation.modify_nullable)

    def _call(self, helper: str, type_: Any, using: str) -> str:  # noqa: ANN401 - a type of SQLAlchemy
        """Return the call of a helper that converts to a type."""
        operation, source = self.operation, self.source
        rendered = source.render(ops.AlterColumnOp(operation.table_name, "x", existing_type=type_))
        keep = ["updated_at"] if "updated_at" in source.model_columns(operation.schema, operation.table_name) else None
        return call(
            f"operations.{helper}",
            operation.table_name,
            column_name(operation),
            type_=Code(rendered.partition("existing_type=")[2].strip().removesuffix(")")),
            using=using or None,
            keep=keep,
            schema=operation.schema,
        )

    def _backfill(self) -> str:
        name = column_name(self.operation)
        old, new = qualified(None, name), qualified(None, new_column(name))
        return call(
            "operations.backfill",
            self.operation.table_name,
            set_=f"{old} = {old}",
            where=f"{new} IS NULL AND {old} IS NOT NULL",
            schema=self.operation.schema,
        )

    def _completion(self, suffix: str = _CONVERTED) -> str:
        """Return the helper that refuses to go on while a value could not be converted."""
        operation, new = self.operation, new_column(column_name(self.operation))
        if self._is_required:
            return call("operations.set_not_null", operation.table_name, new, schema=operation.schema)
        return call(
            "operations.add_check",
            self._check(suffix),
            operation.table_name,
            self._condition,
            schema=operation.schema,
        )

    def _check(self, suffix: str) -> str:
        return name_beside(f"{self.operation.table_name}_{column_name(self.operation)}", suffix)

    @property
    def _condition(self) -> str:
        name = column_name(self.operation)
        return f"{qualified(None, name)} IS NULL OR {qualified(None, new_column(name))} IS NOT NULL"

    def _all_converted(self) -> Step:
        operation, name = self.operation, column_name(self.operation)
        new, at = new_column(name), {"schema": operation.schema}
        undo = (
            call("op.alter_column", operation.table_name, new, nullable=True, **at)
            if self._is_required
            else self._dropped_check(_CONVERTED)
        )
        return Step(
            Kind.NOT_NULL,
            f"Make sure that every value of {table_of(operation)}.{name} was converted",
            upgrade_helpers=(self._completion(),),
            downgrade=(undo,),
            locks={table_of(operation): ACCESS_EXCLUSIVE},
        )

    def _dropped_check(self, suffix: str) -> str:
        operation = self.operation
        name = Code(call("op.f", self._check(suffix)))
        return call("op.drop_constraint", name, operation.table_name, schema=operation.schema)

    def _contract(self, using: str, what: str) -> Step:
        """Give the new column the old one's name; the downgrade restores both, while the new release goes on."""
        operation, source = self.operation, self.source
        at = {"schema": operation.schema}
        former, default = operation.existing_server_default, operation.modify_server_default
        uniques = [creation(source, index, suffix=NEW) for index in self.uniques]
        back = [
            self._call("expand_type_change", operation.existing_type, ""),
            self._backfill(),
            self._completion(_RESTORED),
            *(creation(source, index, suffix=NEW) for index in self.indexes),
            *uniques,
        ]
        restored = [self._call("swap_type_change", operation.modify_type, using)]
        if not self._is_required:
            restored.append(self._dropped_check(_RESTORED))
            check = Code(call("op.f", self._check(_CONVERTED)))
            restored.append(
                call(
                    "op.create_check_constraint",
                    check,
                    operation.table_name,
                    self._condition,
                    **at,
                    postgresql_not_valid=True,
                )
            )
        for index in self.indexes:
            restored += exchange(index)
        for unique in self.uniques:
            name = Code(call("op.f", str(unique.name)))
            restored += [call("op.drop_constraint", name, operation.table_name, **at), taking_over(unique)]
        # A downgrade has left the check NOT VALID.
        still, dropped = [], []
        if not self._is_required:
            still = [call("operations.validate_constraint", operation.table_name, self._check(_CONVERTED), **at)]
            dropped = [self._dropped_check(_CONVERTED)]
        accepted = {
            "rows-lost": "every value was converted into the column that takes the name, as the revision before checks"
        }
        if self.indexes or self.uniques:
            accepted["downgrade-incomplete"] = (
                "what is built on the old column goes with it, and the downgrade builds it"
            )
        return Step(
            Kind.CONTRACT,
            what,
            upgrade_helpers=(*still, *uniques),
            upgrade=(
                *dropped,
                call("operations.contract_type_change", operation.table_name, column_name(operation), **at),
                *map(renaming, self.indexes),
                *map(taking_over, self.uniques),
                *self._comment(),
                *self._default(former if default is False else default),
            ),
            downgrade_helpers=tuple(back),
            downgrade=(*restored, *self._comment(), *self._default(former)),
            locks={table_of(operation): ACCESS_EXCLUSIVE},
            accepted=accepted,
        )

    def _default(self, default: Any) -> Iterator[str]:  # noqa: ANN401 - a default of SQLAlchemy, or none
        if default is not None and default is not False:
            operation = self.operation
            yield self.source.render(
                ops.AlterColumnOp(
                    operation.table_name,
                    column_name(operation),
                    schema=operation.schema,
                    modify_server_default=default,
                )
            )

    def _comment(self) -> Iterator[str]:
        operation = self.operation
        comment = operation.existing_comment if operation.modify_comment is False else operation.modify_comment
        if comment:
            yield call(
                "op.alter_column",
                operation.table_name,
                column_name(operation),
                comment=comment,
                schema=operation.schema,
            )


def shown(source: ChangeSource, type_: Any) -> str:  # noqa: ANN401 - a type of SQLAlchemy
    """Return a type as SQL."""
    return str(type_.compile(dialect=source.context.dialect))


def using(source: ChangeSource, operation: ops.AlterColumnOp, wanted: str) -> str:
    """Return nothing where PostgreSQL has a cast between the types, else what the developer replaces."""
    try:
        with undone(source.connection, _MARK):
            source.connection.exec_driver_sql(
                for_driver(f"SELECT NULL::{shown(source, operation.existing_type)}::{wanted}")
            )
    except DBAPIError:
        if source.connection.invalidated:
            raise
        return FILL_IN
    return ""
