"""Add the audit trail, insert-only, and take writes on alembic_version from the application role.

Phase: expand. A new table; the running release writes neither to it nor to alembic_version. Default privileges give
the application role every right on the rows of a new table. Which roles those are is read from each table's ACL, so
that no role is named here: each that has rights and is not the owner keeps reading, and inserting audit events.
`REVOKE` waits for no other session and holds ACCESS EXCLUSIVE on no table.

Revision ID: 007
Revises: 006
Create Date: 2026-11-27 05:00:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "007"
down_revision: str | Sequence[str] | None = "006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
accepted = {
    "contract-in-expand": "no release writes alembic_version as the application role: migrations run as the owner"
}

FOR_EACH_OTHER_ROLE = """
DO $$
DECLARE
  other text;
BEGIN
  FOR other IN
    SELECT DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
    FROM pg_class, aclexplode(relacl) AS acl
    WHERE oid = '%(table)s'::regclass AND acl.grantee <> relowner
  LOOP
    EXECUTE '%(rights)s ON %(table)s %(preposition)s ' || other;
  END LOOP;
END
$$
"""
REVOKE_CHANGES = {"rights": "REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER", "preposition": "FROM"}
REVOKE_WRITES = {"rights": "REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER", "preposition": "FROM"}
GRANT_WRITES = {"rights": "GRANT INSERT, UPDATE, DELETE", "preposition": "TO"}


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("service", sa.String(length=50), nullable=False),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("target_type", sa.String(length=50), nullable=True),
        sa.Column("target_id", sa.String(length=200), nullable=True),
        sa.Column("ip_address", sa.String(length=45), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("changes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("occurrences", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("result IN ('done', 'refused')", name=op.f("ck_audit_events_result")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_occurred_at_id"), "audit_events", ["occurred_at", "id"])
    op.create_index(op.f("ix_audit_events_actor_id_occurred_at"), "audit_events", ["actor_id", "occurred_at"])
    op.create_table(
        "audit_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["audit_events.id"], name=op.f("fk_audit_deliveries_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_deliveries")),
    )
    op.create_index(op.f("ix_audit_deliveries_next_attempt_at"), "audit_deliveries", ["next_attempt_at"])
    op.execute(FOR_EACH_OTHER_ROLE % {"table": "audit_events", **REVOKE_CHANGES})
    op.execute(FOR_EACH_OTHER_ROLE % {"table": "alembic_version", **REVOKE_WRITES})


def downgrade() -> None:
    op.execute(FOR_EACH_OTHER_ROLE % {"table": "alembic_version", **GRANT_WRITES})
    op.drop_table("audit_deliveries")
    op.drop_table("audit_events")
