"""`Base` with every model of this service: the one place that imports them all, so that Alembic misses none."""

from app.db.base_class import Base
from app.profiles.models import Profile

__all__ = ["Base", "Profile"]
