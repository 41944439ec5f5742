"""`Base` with every model of this service: the one place that imports them all, so that Alembic misses none."""

from app.db.base_class import Base
from app.profiles.models import Profile
from service_kit.audit.tables import AUDIT_DELIVERIES, AUDIT_EVENTS

AUDIT_EVENTS.to_metadata(Base.metadata)
AUDIT_DELIVERIES.to_metadata(Base.metadata)

__all__ = ["Base", "Profile"]
