"""The list of models: the one place that imports them all, so that `Base.metadata` misses none."""

from app.profiles.models import Profile
from service_kit.audit.tables import AUDIT_DELIVERIES, AUDIT_EVENTS
from service_kit.database.models import Base

AUDIT_EVENTS.to_metadata(Base.metadata)
AUDIT_DELIVERIES.to_metadata(Base.metadata)

__all__ = ["Base", "Profile"]
