"""Tag documents and index them again indexes.

Phase: expand. Built and dropped concurrently: reads and writes go on.

- Build index ix_documents_index_version on documents
- Build index ix_documents_tags on documents

Revision ID: 012
Revises: 011
Create Date: 2026-11-27 18:00:34.732718+00:00
"""

from collections.abc import Sequence

from alembic_rollout import operations

revision: str = "012"
down_revision: str | Sequence[str] | None = "011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The previous release runs while this is applied: what it would not survive declares itself a contract, and is held.
# Structure or data, never both, because the locks of the one would last as long as the other. downgrade() undoes
# exactly what upgrade() did, so that a bad release can be reverted. What takes long on a table in use has a helper in
# alembic_rollout.operations, which continues where it was interrupted: docs/writing-revisions.md has them all, and
# how to accept a finding of the linter with its reason.


def upgrade() -> None:
    operations.create_index_concurrently(
        "ix_documents_index_version",
        "documents",
        ["index_version"],
        where="status = 'ready'",
    )
    operations.create_index_concurrently("ix_documents_tags", "documents", ["tags"], using="gin")


def downgrade() -> None:
    operations.drop_index_concurrently("ix_documents_tags")
    operations.drop_index_concurrently("ix_documents_index_version")
