"""Make texts unique, checked at commit."""

from alembic import op

revision = "002"
down_revision = "001"


def upgrade() -> None:
    op.execute("ALTER TABLE notes ADD CONSTRAINT uq_notes_text UNIQUE (text) DEFERRABLE INITIALLY DEFERRED")


def downgrade() -> None:
    op.drop_constraint("uq_notes_text", "notes")
