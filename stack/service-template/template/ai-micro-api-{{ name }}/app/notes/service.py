"""The rules of notes."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.notes.models import Note
from app.notes.problems import NoteNotFound
from app.notes.repository import NoteRepository
from app.notes.schemas import NoteIn, NoteOut
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.tokens.verification import Subject


class NoteService:
    """Creates, changes and finds notes.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, body: NoteIn, *, by: Subject) -> Note:
        """Create a note of the caller's own."""
        with self._database.session() as session:
            return NoteRepository(session).add(by.id, body.title, body.body)

    def page(self, text: str | None, page: PageRequest, *, by: Subject) -> Slice[Note]:
        """Return a page of the caller's notes that contain a text, or of all of them."""
        with self._database.session() as session:
            return NoteRepository(session).page(by, text, page)

    def get(self, note_id: UUID, *, by: Subject) -> Note:
        """Return a note.

        Raises:
            NoteNotFound: there is none, or it is another user's: the answer is the same.
        """
        with self._database.session() as session:
            note = NoteRepository(session).get(note_id, by)
        if note is None:
            raise NoteNotFound
        return note

    def replace(self, note_id: UUID, body: NoteIn, condition: Precondition, *, by: Subject) -> Note:
        """Replace what a note says.

        Raises:
            NoteNotFound: there is none that the caller may see.
            PreconditionFailed: it is not as the caller has read it.
        """
        with self._database.session() as session:
            notes = NoteRepository(session)
            return notes.update(_locked(notes, note_id, condition, by), body.title, body.body)

    def delete(self, note_id: UUID, condition: Precondition, *, by: Subject) -> None:
        """Delete a note.

        Raises:
            NoteNotFound: there is none that the caller may see.
            PreconditionFailed: it is not as the caller has read it.
        """
        with self._database.session() as session:
            notes = NoteRepository(session)
            notes.delete(_locked(notes, note_id, condition, by))


def _locked(notes: NoteRepository, note_id: UUID, condition: Precondition, subject: Subject) -> Note:
    note = notes.get_locked(note_id, subject)
    if note is None:
        raise NoteNotFound
    condition.check(lambda: NoteOut.model_validate(note))
    return note


async def note_service(database: DatabaseDep) -> NoteService:
    """Return the service."""
    return NoteService(database)


Notes = Annotated[NoteService, Depends(note_service)]
