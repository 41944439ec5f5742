"""The tables of the audit trail; a service copies them into its own metadata with `to_metadata`.

`audit_events` is insert-only: the revision that makes it takes UPDATE, DELETE and TRUNCATE from every role but its
owner. So what changes, the state of a delivery, is in a table of its own. Old events go by the function
`delete_old_audit_events`, which those revisions make too.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from service_kit.database.models import NAMING_CONVENTION

_METADATA = MetaData(naming_convention=NAMING_CONVENTION)

AUDIT_EVENTS = Table(
    "audit_events",
    _METADATA,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    Column("service", String(50), nullable=False),
    Column("action", String(100), nullable=False),
    Column("result", String(10), nullable=False),
    Column("reason", String(100)),
    Column("actor_id", Uuid),
    Column("session_id", Uuid),
    Column("target_type", String(50)),
    Column("target_id", String(200)),
    Column("ip_address", String(45)),
    Column("request_id", String(64)),
    Column("changes", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("occurrences", Integer, nullable=False, server_default=text("1")),
    Column("occurred_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    CheckConstraint("result IN ('done', 'refused')", name="result"),
    Index(None, "occurred_at", "id"),
    Index(None, "actor_id", "occurred_at"),
)
AUDIT_DELIVERIES = Table(
    "audit_deliveries",
    _METADATA,
    Column("id", Uuid, ForeignKey("audit_events.id", ondelete="CASCADE"), primary_key=True),
    Column("traceparent", String(55)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", DateTime(timezone=True), nullable=False, server_default=text("now()"), index=True),
)
