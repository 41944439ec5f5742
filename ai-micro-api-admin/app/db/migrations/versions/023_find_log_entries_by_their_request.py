"""Find log entries by their request.

Phase: expand. Built and dropped concurrently: reads and writes go on.

- Build index ix_system_logs_request_id on system_logs
- Build index ix_login_logs_request_id on login_logs
- Build index ix_audit_events_request_id on audit_events

Revision ID: 023
Revises: 022
Create Date: 2026-11-28 08:00:01+00:00
"""

from collections.abc import Sequence

from alembic_rollout import operations

revision: str = "023"
down_revision: str | Sequence[str] | None = "022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("system_logs", "login_logs", "audit_events")


def upgrade() -> None:
    for table in TABLES:
        operations.create_index_concurrently(f"ix_{table}_request_id", table, ["request_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        operations.drop_index_concurrently(f"ix_{table}_request_id")
