"""The labels of enum types in the models against those in the database; Alembic compares none."""

from collections.abc import Sequence

from sqlalchemy import Connection, MetaData

from alembic_rollout.comparison.types.enum_types import enums_in
from alembic_rollout.drift.differences import DriftFinding, identity

_LABELS = """
    SELECT nspname, typname, format_type(y.oid, NULL), array_agg(enumlabel::text ORDER BY enumsortorder)
    FROM pg_enum JOIN pg_type y ON y.oid = enumtypid JOIN pg_namespace n ON n.oid = typnamespace GROUP BY 1, 2, 3
"""


def compare_enums(connection: Connection, metadata: Sequence[MetaData]) -> list[DriftFinding]:
    """Return the enum types whose labels are not those of the models, whatever their order.

    Args:
        connection: to the database; a type that it does not have is missed with the column that has it.
        metadata: of the models, each.
    """
    default_schema = connection.dialect.default_schema_name
    wanted = {
        (enum.schema or default_schema, str(enum.name)): list(enum.enums)
        for one in metadata
        for table in one.tables.values()
        for column in table.columns
        for enum in enums_in(column.type)
    }
    findings = []
    for schema, bare, name, labels in connection.exec_driver_sql(_LABELS):
        models = wanted.get((schema, bare), labels)
        if set(models) != set(labels):
            fact = f"has the labels {_listed(models)} in the models and {_listed(labels)} in the database"
            findings.append(DriftFinding("type", name, f"type {name} {fact}", fact, (identity("type", schema, bare),)))
    return findings


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(f"'{label}'" for label in labels)
