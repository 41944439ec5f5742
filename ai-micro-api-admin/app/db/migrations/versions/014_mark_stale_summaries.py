"""Mark knowledge bases whose summary is to be made again, and keep a summary out of their `updated_at`.

Phase: expand. A new table. The trigger is replaced by one that fires for what a reader sees of a knowledge base: it
waits for changes of its rows, then takes milliseconds. The previous release changes only such columns.

Revision ID: 014
Revises: 013
Create Date: 2026-11-27 18:00:00+00:00
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "014"
down_revision: str | Sequence[str] | None = "013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TRIGGER = """
CREATE OR REPLACE TRIGGER knowledge_bases_updated_at BEFORE UPDATE{columns} ON knowledge_bases
FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()
"""


def upgrade() -> None:
    op.create_table(
        "stale_summaries",
        sa.Column("knowledge_base_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["knowledge_base_id"],
            ["knowledge_bases.id"],
            name=op.f("fk_stale_summaries_knowledge_base_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("knowledge_base_id", name=op.f("pk_stale_summaries")),
    )
    op.execute(
        TRIGGER.format(
            columns=" OF name, description, visibility, owner_id, embedding_provider, embedding_model,"
            " embedding_dimensions"
        )
    )


def downgrade() -> None:
    op.execute(TRIGGER.format(columns=""))
    op.drop_table("stale_summaries")
