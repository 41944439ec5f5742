"""Whole databases: creating, renaming and dropping them, their extensions and owners, and PostgreSQL's programs."""
