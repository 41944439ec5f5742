"""Fill profiles.given_name of the rows from before 004.

Expand: release 1 does not look at given_name, and release 2 serves only when this is done. Batches of rows, each locked
for a fraction of a second; interrupted, the next start goes on behind the last batch. Rows that are written meanwhile
are the trigger's affair.

Revision ID: 005
Revises: 004
Create Date: 2026-02-02 09:05:00+00:00
"""

from collections.abc import Sequence

from alembic_rollout import operations

revision: str = "005"
down_revision: str | Sequence[str] | None = "004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    operations.backfill("profiles", set_="given_name = first_name", where="given_name IS DISTINCT FROM first_name")


def downgrade() -> None:
    """Leave the values: they are right at 004 too, and go with the column at 003."""
