"""The table `alembic_rollout_history`: one row an attempt."""
