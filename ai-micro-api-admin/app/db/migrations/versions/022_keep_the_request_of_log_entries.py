"""Keep the request of log entries.

Phase: expand. Nullable columns without a default: nothing is rewritten, and each lock lasts for milliseconds. The
running release leaves them null. No transaction of any release writes to both tables, so that this one cannot deadlock.

- Add system_logs.request_id
- Add login_logs.request_id

Revision ID: 022
Revises: 021
Create Date: 2026-11-28 08:00:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "022"
down_revision: str | Sequence[str] | None = "021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("system_logs", sa.Column("request_id", sa.String(length=64), nullable=True))
    op.add_column("login_logs", sa.Column("request_id", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("login_logs", "request_id")
    op.drop_column("system_logs", "request_id")
