"""The list of models: the one place that imports them all, so that `Base.metadata` misses none."""

from app.notes.models import Note
from service_kit.database.models import Base

__all__ = ["Base", "Note"]
