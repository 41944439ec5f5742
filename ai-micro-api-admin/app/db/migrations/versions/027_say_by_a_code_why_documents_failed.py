"""Say by a code why documents failed.

Phase: expand. Nullable columns without a default: nothing is rewritten, and the locks last for milliseconds. The
running release leaves them null, and what failed before has none.

- Add documents.error_code
- Add document_renewals.error_code

Revision ID: 027
Revises: 026
Create Date: 2026-11-28 15:30:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "027"
down_revision: str | Sequence[str] | None = "026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("document_renewals", sa.Column("error_code", sa.String(length=50), nullable=True))
    op.add_column("documents", sa.Column("error_code", sa.String(length=50), nullable=True))


def downgrade() -> None:
    op.drop_column("documents", "error_code")
    op.drop_column("document_renewals", "error_code")
