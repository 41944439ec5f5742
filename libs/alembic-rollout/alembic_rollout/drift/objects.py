"""What Alembic does not compare (functions, views, types, triggers, extensions, ...), and what is broken."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData

from alembic_rollout.drift.differences import DriftFinding, identity_of_quoted
from alembic_rollout.drift.mentions import Mentions
from alembic_rollout.drift.models import constraints_of

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_QUERY = Path(__file__).with_suffix(".sql")


@dataclass(frozen=True, slots=True)
class _Live:
    """A row of `objects.sql`."""

    kind: str
    name: str
    schema: str | None
    bare: str
    parent: str | None
    remark: str | None
    quoted: str

    def finding(self, fact: str) -> DriftFinding:
        identities = (identity_of_quoted(self.kind, self.quoted),)
        return DriftFinding(self.kind, self.name, f"{self.subject} {fact}", fact, identities)

    @property
    def subject(self) -> str:
        on = {None: "", "constraint": f"table {self.parent}: ", "index": f"table {self.parent}: "}
        before = on.get(self.kind, "") if self.parent else ""
        after = f" on table {self.parent}" if self.parent and not before else ""
        return f"{before}{self.kind} {self.name}{after}"


def compare_objects(
    environment: "Environment",
    connection: Connection,
    metadata: Sequence[MetaData],
    *,
    hidden: Collection[int],
    reported: Collection[str],
) -> list[DriftFinding]:
    """Return what is broken, and what neither the models nor a revision mentions.

    Args:
        environment: whose revisions count, and whose options say which schemas and tables do.
        connection: to the database.
        metadata: of the models, each.
        hidden: oids of Alembic's and our own tables.
        reported: tables that have a finding already: what stands on them goes with them.
    """
    rows = connection.exec_driver_sql(_QUERY.read_text(), {"hidden": list(hidden)})
    live = [_Live(*row) for row in rows]
    looking = _Looking(environment, metadata, str(connection.dialect.default_schema_name))
    findings = [
        looking.broken(one) if one.remark else looking.foreign(one) for one in live if one.parent not in reported
    ]
    return [finding for finding in findings if finding is not None]


class _Looking:
    def __init__(self, environment: "Environment", metadata: Sequence[MetaData], default_schema: str) -> None:
        self._mentions = Mentions(environment, metadata)
        self._options = environment.configure_options()
        self._default_schema = default_schema
        self._meant_unvalidated = {
            constraint.name
            for one in metadata
            for table in one.tables.values()
            for constraint in constraints_of(table)
            if constraint.dialect_options["postgresql"].get("not_valid")
        }

    def broken(self, one: _Live) -> DriftFinding | None:
        if one.kind == "constraint" and one.bare in self._meant_unvalidated:
            return None
        return one.finding(str(one.remark))

    def foreign(self, one: _Live) -> DriftFinding | None:
        if (one.kind == "table" and self._is_for_alembic(one)) or one.bare in self._mentions:
            return None
        return one.finding("is in the database, and neither the models nor a revision mentions it")

    def _is_for_alembic(self, one: _Live) -> bool:
        """Return True if Alembic has compared this table, or env.py leaves it out."""
        if self._options.get("include_schemas") or one.schema == self._default_schema:
            return True
        include_name = self._options["include_name"]
        parents = {"schema_name": one.schema, "schema_qualified_table_name": f"{one.schema}.{one.bare}"}
        return not (include_name(one.schema, "schema", {}) and include_name(one.bare, "table", parents))
