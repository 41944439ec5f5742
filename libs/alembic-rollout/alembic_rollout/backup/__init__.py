"""Backups: pg_dump's archives, how many are kept, and how one takes the place of the database."""
