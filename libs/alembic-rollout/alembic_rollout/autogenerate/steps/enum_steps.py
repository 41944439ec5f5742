"""Enum types: created before what uses them, dropped after it; labels that come, and labels that go."""

from collections.abc import Iterator

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource
from alembic_rollout.autogenerate.label_renaming import RenameLabelOp
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.autogenerate.steps.objects.column_guards import Retyped
from alembic_rollout.comparison.types.enum_types import EnumOp, Labels, additions, creation, quoted_label, users
from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.identifiers import qualified


def enum_steps(source: ChangeSource, operation: EnumOp | RenameLabelOp) -> Iterator[Step]:
    """Create a type, drop it, or change its labels."""
    if isinstance(operation, RenameLabelOp):
        yield _renamed_label_step(source, operation)
        return
    name, former, wanted = operation.sql_name, operation.former, operation.wanted
    create, drop = (call("op.execute", creation(name, former or wanted or ())), call("op.execute", f"DROP TYPE {name}"))
    if former is None:
        yield Step(Kind.STRUCTURE, f"Create type {name}", upgrade=(create,), downgrade=(drop,))
    elif wanted is None:
        yield Step(Kind.CONTRACT, f"Drop type {name}", upgrade=(drop,), downgrade=(create,))
    else:
        yield from _label_steps(source, name, former, wanted)


def retyped_enums(source: ChangeSource) -> Iterator[Retyped]:
    """Yield types that are replaced, and their columns: labels that go, or in the downgrade labels that have come."""
    for one in source.operations:
        if isinstance(one, EnumOp) and one.former is not None and one.wanted is not None:
            gone, new = set(one.former) - set(one.wanted), set(one.wanted) - set(one.former)
            columns = [
                (qualified(schema, table), column)
                for schema, table, column, *_ in users(source.connection, one.sql_name)
            ]
            for table, column in [(one.sql_name, ""), *columns]:
                if gone:
                    yield Retyped(Kind.CONTRACT, table, column)
                if new:
                    yield Retyped(Kind.LABELS, table, column, in_downgrade_alone=True)


def _renamed_label_step(source: ChangeSource, operation: RenameLabelOp) -> Step:
    """Rename a label: every row has the new one at once, which the previous release does not know.

    Raises:
        UsageError: a declared object begins to write the new label, and would come before it.
    """
    name, labels = operation.type_name, [quoted_label(label) for label in (operation.old, operation.new)]
    up, down = (
        call("op.execute", f"ALTER TYPE {name} RENAME VALUE {one} TO {other}") for one, other in (labels, labels[::-1])
    )
    return Step(
        Kind.CONTRACT,
        f"Rename label {operation.old} of type {name} to {operation.new}",
        upgrade=(up,),
        downgrade=(down,),
        left=f"no label of type {name} can have two names: rows have {operation.old} until the contract is applied, and"
        f" {operation.new} afterwards; make sure that the new release reads both, and writes {operation.new} only then"
        + _writers_of(source, operation),
    )


def _writers_of(source: ChangeSource, operation: RenameLabelOp) -> str:
    """Name the declared objects that write the old label: PostgreSQL renames it in no function's text."""
    if source.objects is None:
        return ""
    old, new = quoted_label(operation.old), quoted_label(operation.new)
    for change in source.objects.changes:
        if change.new is not None and change.new.writes(new):
            raise UsageError(
                f"{change.new.place}: {change.title} writes {new}, and would come before the label has this name."
                " Rename the label without this change; where the object has to outlive it, let it compare the label's"
                " text (::text) with both names, in a release before. No revision was written."
            )
    writers = [one.title for one in source.objects.declared.values() if one.writes(old)]
    return f"; {', '.join(writers)}: where {old} is this label, compare its text (::text) with both" if writers else ""


def _label_steps(source: ChangeSource, name: str, former: Labels, wanted: Labels) -> Iterator[Step]:
    """Add labels first; those that go are still written by the previous release."""
    added = tuple(additions(name, former, wanted))
    between = _merged(former, wanted)
    if added:
        yield Step(
            Kind.LABELS,
            f"Add labels to type {name}",
            upgrade=tuple(call("op.execute", sql) for sql in added),
            downgrade=tuple(_replacement(source, name, former)),
        )
    if set(former) - set(wanted):
        tables = {qualified(schema, table) for schema, table, *_ in users(source.connection, name)}
        yield Step(
            Kind.CONTRACT,
            f"Remove labels from type {name}",
            upgrade=tuple(_replacement(source, name, wanted)),
            downgrade=tuple(_replacement(source, name, between)),
            locks=dict.fromkeys(sorted(tables), ACCESS_EXCLUSIVE),
            left=f"PostgreSQL cannot remove a label of type {name}: its columns are rewritten under ACCESS EXCLUSIVE;"
            " keep the label, or accept changing-column-type where the tables are small",
            blocks=True,
        )


def _merged(former: Labels, wanted: Labels) -> Labels:
    """Return the labels of a type after those that are new were added."""
    labels = list(former)
    for number, label in enumerate(wanted):
        if label in labels:
            continue
        after = next((other for other in reversed(wanted[:number]) if other in labels), None)
        before = next((other for other in wanted[number:] if other in labels), None)
        place = labels.index(after) + 1 if after else labels.index(before) if before else len(labels)
        labels.insert(place, label)
    return tuple(labels)


def _replacement(source: ChangeSource, name: str, labels: Labels) -> Iterator[str]:
    """Yield the statements that put a type of other labels in place of one, and rewrite its columns."""
    bare = name.rpartition(".")[2].strip('"')
    former = f"{bare}_former"
    yield call("op.execute", f"ALTER TYPE {name} RENAME TO {qualified(None, former)}")
    yield call("op.execute", creation(name, labels))
    for schema, table, column, default, is_array in users(source.connection, name):
        column_sql, array = qualified(None, column), "[]" if is_array else ""
        parts = [f"ALTER COLUMN {column_sql} DROP DEFAULT"] if default else []
        parts.append(f"ALTER COLUMN {column_sql} TYPE {name}{array} USING {column_sql}::text{array}::{name}{array}")
        parts += [f"ALTER COLUMN {column_sql} SET DEFAULT {default}"] if default else []
        shown = table if schema == source.connection.dialect.default_schema_name else f"{schema}.{table}"
        yield call("op.execute", f"ALTER TABLE {_quoted(shown)} {', '.join(parts)}")
    prefix = f"{name.rpartition('.')[0]}." if "." in name else ""
    yield call("op.execute", f"DROP TYPE {prefix}{qualified(None, former)}")


def _quoted(table: str) -> str:
    schema, _, name = table.rpartition(".")
    return qualified(schema or None, name)
