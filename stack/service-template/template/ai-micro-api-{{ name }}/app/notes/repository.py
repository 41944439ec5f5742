"""Queries on notes. `readable_by` decides who may see which rows; everything starts from there."""

from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.notes.models import Note
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains
from service_kit.tokens.verification import Subject


class NoteRepository:
    """Reads and writes notes in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def readable_by(self, subject: Subject) -> Select[Note]:
        """Return the notes that a subject may see: their own."""
        return select(Note).where(Note.owner_id == subject.id)

    def get(self, note_id: UUID, subject: Subject) -> Note | None:
        """Return a note, or None."""
        return self._session.scalars(self.readable_by(subject).where(Note.id == note_id)).one_or_none()

    def get_locked(self, note_id: UUID, subject: Subject) -> Note | None:
        """Return a note for changing it, locked against a concurrent change, or None."""
        statement = self.readable_by(subject).where(Note.id == note_id).with_for_update()
        return self._session.scalars(statement).one_or_none()

    def page(self, subject: Subject, text: str | None, page: PageRequest) -> Slice[Note]:
        """Return a page of the notes that contain a text, or of all."""
        statement = self.readable_by(subject).where(contains(text, Note.title, Note.body))
        return paginate(self._session, statement, page, created_at=Note.created_at, key=Note.id)

    def add(self, owner_id: UUID, title: str, body: str) -> Note:
        """Insert a note and return it as the database now holds it."""
        note = Note(owner_id=owner_id, title=title, body=body)
        self._session.add(note)
        return self._stored(note)

    def update(self, note: Note, title: str, body: str) -> Note:
        """Replace what a note says and return it as the database now holds it."""
        note.title, note.body = title, body
        return self._stored(note)

    def delete(self, note: Note) -> None:
        """Delete a note."""
        self._session.delete(note)

    def erase(self, owner_id: UUID) -> None:
        """Delete the notes of an account that is no more."""
        self._session.execute(delete(Note).where(Note.owner_id == owner_id))

    def _stored(self, note: Note) -> Note:
        self._session.flush()
        self._session.refresh(note)
        return note
