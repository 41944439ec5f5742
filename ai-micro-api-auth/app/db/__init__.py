"""The database: its models in one place, and its migrations."""
