"""A project of plain Alembic that adopts the library: what stays the same."""
