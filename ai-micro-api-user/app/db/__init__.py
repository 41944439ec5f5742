"""The database: its models in one place, and its migrations."""

from pathlib import Path

ALEMBIC_INI = Path(__file__).parents[2] / "alembic.ini"
