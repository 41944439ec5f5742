"""`/auth/sessions`; all of them end by `/auth/logout-all`."""

from uuid import UUID

from fastapi import APIRouter

from app.sessions.problems import SessionNotFound
from app.sessions.schemas import SessionOut
from app.sessions.service import Sessions
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/auth/sessions", tags=["sessions"], route_class=Route)


@router.get("", response_model=Page[SessionOut], responses=problems(InvalidCursor))
def list_sessions(subject: CurrentSubject, sessions: Sessions, page: Paging) -> Slice[SessionOut]:
    """List where one is signed in, newest first."""
    return sessions.list(page, by=subject)


@router.delete("/{session_id}", status_code=204, responses=problems(SessionNotFound))
def end(session_id: UUID, subject: CurrentSubject, sessions: Sessions) -> None:
    """Sign one of one's clients out, this one too."""
    sessions.end(session_id, by=subject)
