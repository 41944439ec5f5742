"""What this service forgets when an account is deleted."""

from uuid import UUID

from app.audit_trail import TRAIL, Act
from app.profiles.repository import ProfileRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.sessions import Database
from service_kit.tokens.verification import Subject


def erase(database: Database, user_id: UUID, by: Subject) -> None:
    """Delete the profile of an account that was deleted."""
    with database.session() as session:
        if ProfileRepository(session).erase(user_id):
            TRAIL.record(session, Act.PROFILE_DELETED, by=by, target=Target(TargetType.PROFILE, user_id))
