"""A service with one table, made of nothing but the kit: what the kit's tests talk to."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, FastAPI, Form, Query, Response
from prometheus_client.registry import Collector
from pydantic import ConfigDict
from sqlalchemy import DateTime, String, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from sample.schema import SampleMigrations, SampleSchema
from service_kit.application import Description, create_application
from service_kit.database.admission import AdmittedDep
from service_kit.database.models import Base, UuidPrimaryKey
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Conditional, Precondition, Resource
from service_kit.http.problems import Problem, problems
from service_kit.http.schemas import RequestModel, Text
from service_kit.lists.pagination import NumberedPaging, Page, Paging, Slice, paginate
from service_kit.lists.text_search import SearchText, contains
from service_kit.server.routing import Route
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.tokens.verification import Administrator, CurrentSubject, remote_verifier

ALEMBIC_INI = Path(__file__).parent / "alembic.ini"


class Note(UuidPrimaryKey, Base):
    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("text", deferrable=True, initially="DEFERRED"),)

    text: Mapped[str] = mapped_column(String(100))
    number: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class NoteIn(RequestModel):
    text: str
    number: int = 0


class NoteOut(Resource):
    id: UUID
    text: str
    number: int
    created_at: datetime


class NoteMissing(Problem, status=404, code="NOTE_MISSING"):
    """There is no such note.

    This paragraph is for readers of the code.
    """


router = APIRouter(prefix="/notes", route_class=Route)


@router.post("", status_code=201, response_model=NoteOut)
def create(body: NoteIn, database: DatabaseDep) -> Note:
    note = Note(text=body.text, number=body.number)
    with database.session() as session:
        session.add(note)
        session.flush()
        session.refresh(note)
    return note


@router.get("", response_model=Page[NoteOut])
def list_notes(database: DatabaseDep, page: Paging, q: SearchText = None) -> Slice[Note]:
    statement = select(Note).where(contains(q, Note.text))
    with database.session() as session:
        return paginate(session, statement, page, created_at=Note.created_at, key=Note.id)


@router.get("/{note_id}/words", response_model=Page[str])
def list_words(note_id: UUID, database: DatabaseDep, page: NumberedPaging) -> Slice[str]:
    with database.session() as session:
        return page.of(session.get_one(Note, note_id).text.split())


@router.get("/{note_id}", response_model=NoteOut, responses=problems(NoteMissing))
def get(note_id: UUID, database: DatabaseDep) -> Response:
    with database.reading() as connection:
        row = connection.execute(select(Note.__table__).where(Note.id == note_id)).one_or_none()
    if row is None:
        raise NoteMissing
    return NoteOut.respond(row)


def locked(session: Session, note_id: UUID, condition: Precondition) -> Note:
    note = session.scalars(select(Note).where(Note.id == note_id).with_for_update()).one_or_none()
    if note is None:
        raise NoteMissing
    condition.check(lambda: NoteOut.model_validate(note))
    return note


@router.put("/{note_id}", response_model=NoteOut, responses=problems(NoteMissing))
def replace(note_id: UUID, body: NoteIn, condition: Conditional, database: DatabaseDep) -> Note:
    with database.session() as session:
        note = locked(session, note_id, condition)
        note.text, note.number = body.text, body.number
    return note


@router.delete("/{note_id}", status_code=204, responses=problems(NoteMissing))
def delete(note_id: UUID, condition: Conditional, database: DatabaseDep) -> None:
    with database.session() as session:
        session.delete(locked(session, note_id, condition))


@router.post("/form")
def form(text: Annotated[Text, Form()], tags: Annotated[list[Text] | None, Form()] = None) -> str:
    return " ".join([text, *(tags or [])])


class Grant(RequestModel):
    model_config = ConfigDict(extra="ignore")

    grant_type: str


@router.post("/lenient-form")
def lenient_form(form: Annotated[Grant, Form()]) -> str:
    return form.grant_type


@router.get("/filtered/now")
def filtered(number: Annotated[list[int] | None, Query()] = None, word: str | None = None) -> str:
    return f"{number} {word}"


@router.post("/raw")
def insert_unchecked(text: Annotated[str, Query()], database: DatabaseDep) -> None:
    with database.session() as session:
        session.add(Note(text=text))


@router.get("/failing/now")
def fail() -> None:
    raise RuntimeError("a secret that must not leave the process")


@router.get("/slow/now")
def slow(database: DatabaseDep) -> None:
    with database.reading() as connection:
        connection.execute(text("SELECT pg_sleep(60)"))


@router.get("/whoami/now")
async def whoami(subject: CurrentSubject) -> str:
    return str(subject.id)


@router.get("/all/now", response_model=Page[NoteOut])
def list_all(_: Administrator, database: DatabaseDep, page: Paging) -> Slice[Note]:
    with database.session() as session:
        return paginate(session, select(Note), page, created_at=Note.created_at, key=Note.id)


@router.get("/locked/now")
def locked_now(database: DatabaseDep) -> None:
    with database.reading() as connection:
        connection.execute(text("SELECT pg_advisory_lock(1), pg_advisory_unlock(1)"))


@router.get("/partly/now")
async def partly(admitted: AdmittedDep, database: DatabaseDep) -> int:
    def one() -> int:
        with database.reading() as connection:
            return connection.scalar(text("SELECT 1")) or 0

    return await admitted(one)


@router.get("/administrators/only")
async def administrators_only(subject: Administrator) -> str:
    return str(subject.id)


def __getattr__(name: str) -> FastAPI:
    if name == "app":
        return create_app(TokenCheckingSettings.load())
    raise AttributeError(name)


def create_app(
    settings: TokenCheckingSettings, *, schema: SampleSchema | None = None, collectors: Sequence[Collector] = ()
) -> FastAPI:
    schema = schema or SampleSchema()
    return create_application(
        Description(name="sample", title="sample", summary="A sample."),
        settings,
        database=Database(settings, application_name=schema.application_name),
        token_verifier=remote_verifier(settings, service="sample"),
        routers=[router],
        schema=schema,
        migrations=SampleMigrations(),
        collectors=collectors,
        release="1.4.0",
    )
