"""A statement in the revision's own transaction, whose names may have any sign in them."""

from alembic import op

from alembic_rollout.postgres.identifiers import for_text


def execute(sql: str) -> None:
    """Run a statement that has no parameters."""
    op.execute(for_text(sql))
