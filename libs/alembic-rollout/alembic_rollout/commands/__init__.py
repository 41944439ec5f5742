"""One file a verb of `alembic-rollout`: parses, calls, prints; decides nothing."""
