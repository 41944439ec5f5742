"""Keep the request of renewals of documents.

Phase: expand. A nullable column without a default: nothing is rewritten, and the lock lasts for milliseconds. The
running release leaves it null.

- Add document_renewals.request_id

Revision ID: 025
Revises: 024
Create Date: 2026-11-28 12:15:01+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "025"
down_revision: str | Sequence[str] | None = "024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("document_renewals", sa.Column("request_id", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("document_renewals", "request_id")
