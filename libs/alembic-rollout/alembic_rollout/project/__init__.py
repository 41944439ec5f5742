"""A project as Alembic sees it: its settings, its tree of revision files, their SQL, its database's catalogue."""
