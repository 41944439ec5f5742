"""Keep the trace of a request with what it puts into an outbox, and let old audit events be deleted.

Phase: expand. Nullable columns without a default rewrite nothing and hold ACCESS EXCLUSIVE for milliseconds; the
running release neither reads them nor knows the function.

Revision ID: 009
Revises: 008
Create Date: 2026-11-27 07:45:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "009"
down_revision: str | Sequence[str] | None = "008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Security definer: the application role cannot delete events, and this deletes old ones only, whatever it is asked for.
DELETE_OLD_EVENTS = """
CREATE FUNCTION delete_old_audit_events(days integer, at_most integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH old AS (
    SELECT id FROM public.audit_events
    WHERE occurred_at < now() - make_interval(days => greatest(days, 90))
    ORDER BY occurred_at LIMIT at_most FOR UPDATE SKIP LOCKED
  ), deleted AS (
    DELETE FROM public.audit_events USING old WHERE audit_events.id = old.id RETURNING 1
  )
  SELECT count(*)::integer FROM deleted
$$
"""
# A role that may add events may let old ones go; no other may.
GRANT_EXECUTE = """
DO $$
DECLARE
  other text;
BEGIN
  REVOKE EXECUTE ON FUNCTION delete_old_audit_events(integer, integer) FROM PUBLIC;
  FOR other IN
    SELECT DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
    FROM pg_class, aclexplode(relacl) AS acl
    WHERE oid = 'audit_events'::regclass AND acl.grantee <> relowner AND acl.privilege_type = 'INSERT'
  LOOP
    EXECUTE 'GRANT EXECUTE ON FUNCTION delete_old_audit_events(integer, integer) TO ' || other;
  END LOOP;
END
$$
"""


def upgrade() -> None:
    op.add_column("login_events", sa.Column("request_id", sa.String(length=64), nullable=True))
    op.add_column("login_events", sa.Column("traceparent", sa.String(length=55), nullable=True))
    op.add_column("audit_deliveries", sa.Column("traceparent", sa.String(length=55), nullable=True))
    op.execute(DELETE_OLD_EVENTS)
    op.execute(GRANT_EXECUTE)


def downgrade() -> None:
    op.execute("DROP FUNCTION delete_old_audit_events(integer, integer)")
    op.drop_column("audit_deliveries", "traceparent")
    op.drop_column("login_events", "traceparent")
    op.drop_column("login_events", "request_id")
