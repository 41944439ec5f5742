"""The rules of one's own sessions."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.audit_trail import TRAIL, Act
from app.sessions.devices import describe
from app.sessions.problems import SessionNotFound
from app.sessions.repository import SessionRepository
from app.sessions.schemas import SessionOut
from app.tokens.models import RefreshTokenFamily
from app.tokens.repository import RefreshTokenRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.tokens.verification import Subject


class SessionService:
    """Lists and ends the caller's sessions.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, page: PageRequest, *, by: Subject) -> Slice[SessionOut]:
        """Return a page of the caller's sessions, newest first."""
        with self._database.session() as session:
            found = SessionRepository(session).page(by.id, page)
            return Slice([shown(item, by) for item in found.items], found.next_cursor, found.total)

    def end(self, session_id: UUID, *, by: Subject) -> None:
        """End one of the caller's sessions; its access tokens are refused everywhere within five seconds.

        Raises:
            SessionNotFound: the caller has no such session.
        """
        with self._database.session() as session:
            if not RefreshTokenRepository(session).end_own(session_id, user_id=by.id):
                raise SessionNotFound
            TRAIL.record(session, Act.SESSION_ENDED, by=by, target=Target(TargetType.SESSION, session_id))


def shown(family: RefreshTokenFamily, by: Subject) -> SessionOut:
    """Return what the account that has a session is shown of it."""
    return SessionOut(
        id=family.id,
        device=describe(family.user_agent),
        network=family.network,
        created_at=family.created_at,
        last_used_at=family.updated_at,
        expires_at=family.expires_at,
        is_current=family.id == by.session_id,
    )


async def session_service(database: DatabaseDep) -> SessionService:
    """Return the service."""
    return SessionService(database)


Sessions = Annotated[SessionService, Depends(session_service)]
