"""Add users.is_approved.

Phase: expand. A constant default: no rewrite, ACCESS EXCLUSIVE for milliseconds. The previous release approves every
account that it creates.

Revision ID: 005
Revises: 004
Create Date: 2026-11-27 04:50:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "005"
down_revision: str | Sequence[str] | None = "004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("users", sa.Column("is_approved", sa.Boolean(), server_default=sa.text("true"), nullable=False))


def downgrade() -> None:
    op.drop_column("users", "is_approved")
