"""`/notes`."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.notes.models import Note
from app.notes.problems import NoteNotFound
from app.notes.schemas import NoteIn, NoteOut
from app.notes.service import Notes
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/notes", tags=["notes"], route_class=Route)


@router.post("", status_code=201, response_model=NoteOut)
def create(body: NoteIn, subject: CurrentSubject, notes: Notes, response: Response) -> Note:
    """Create a note."""
    note = notes.create(body, by=subject)
    response.headers["Location"] = f"/notes/{note.id}"
    return note


@router.get("", response_model=Page[NoteOut], responses=problems(InvalidCursor))
def list_own(subject: CurrentSubject, notes: Notes, page: Paging, q: SearchText = None) -> Slice[Note]:
    """List one's own notes, newest first; `q` is part of a title or a text."""
    return notes.page(q, page, by=subject)


@router.get("/{note_id}", response_model=NoteOut, responses=problems(NoteNotFound))
def get(note_id: UUID, subject: CurrentSubject, notes: Notes) -> Response:
    """Return one of one's own notes."""
    return NoteOut.respond(notes.get(note_id, by=subject))


@router.put("/{note_id}", response_model=NoteOut, responses=problems(NoteNotFound))
def replace(note_id: UUID, body: NoteIn, subject: CurrentSubject, condition: Conditional, notes: Notes) -> Note:
    """Replace what a note says."""
    return notes.replace(note_id, body, condition, by=subject)


@router.delete("/{note_id}", status_code=204, responses=problems(NoteNotFound))
def delete(note_id: UUID, subject: CurrentSubject, condition: Conditional, notes: Notes) -> None:
    """Delete a note."""
    notes.delete(note_id, condition, by=subject)
