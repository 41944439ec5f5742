"""What this service forgets when an account is deleted."""

from uuid import UUID

from app.notes.repository import NoteRepository
from service_kit.database.sessions import Database
from service_kit.tokens.verification import Subject


def erase(database: Database, user_id: UUID, _: Subject) -> None:
    """Delete the notes of an account that was deleted."""
    with database.session() as session:
        NoteRepository(session).erase(user_id)
