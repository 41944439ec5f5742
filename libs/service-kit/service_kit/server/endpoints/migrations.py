"""`/migrations`: where the service's database is, what was done to it, and what holds a revision up.

For administrators. What is read is the database's own state at that moment; nothing is migrated here.
"""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from service_kit.database.schema import Attempt, Migrations
from service_kit.database.sessions import DatabaseDep
from service_kit.http.problems import Problem, problems
from service_kit.http.schemas import ResponseModel
from service_kit.lists.pagination import InvalidCursor, NumberedPaging, Page, Slice
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator

router = APIRouter(prefix="/migrations", tags=["migrations"], route_class=Route)


class AttemptOut(ResponseModel):
    """An attempt to apply, revert or stamp a revision."""

    id: int
    revision: str
    direction: Literal["upgrade", "downgrade", "stamp"]
    phase: Literal["expand", "contract"]
    outcome: Literal["applied", "failed", "held", "running"]
    started_at: datetime
    duration_ms: int | None
    lock_wait_ms: int = Field(description="How long another process that migrated was waited for.")
    attempts: int = Field(description="How often it was tried, because a lock was not to be had in time.")
    occurrences: int = Field(description="How often it ended so: a start that fails again and again is one attempt.")
    last_started_at: datetime
    error: str | None = Field(description="Why it failed or is held, or what is to be known of it.")
    cause: str | None = Field(
        description="Of a failure, the SQLSTATE or class of the error; null where its process ended too soon to say."
    )
    statement: str | None = Field(description="The statement that failed, without values.")
    app_version: str | None = Field(description="The release that migrated.")
    host: str
    os_user: str
    db_user: str
    backup: str | None = Field(description="The backup that was taken before.")


class PendingOut(ResponseModel):
    """A revision that the database has not applied."""

    revision: str
    title: str
    phase: Literal["expand", "contract"]
    held_by: list[str] = Field(description="Connections of older releases that hold it; empty where none does.")
    held_since: datetime | None


class ReleaseOut(ResponseModel):
    """A connection of a live release."""

    name: str = Field(description="`<service>@<head of its revisions>`.")
    pid: int = Field(description="The server's process.")
    address: str | None
    seconds: float | None = Field(description="How long it has been connected.")


class ChangeOut(ResponseModel):
    """Something that no migration changed."""

    kind: str
    name: str
    text: str


class DriftOut(ResponseModel):
    """What was changed in the schema since the last migration."""

    compared: bool
    reason: str = Field(description="Why the two could not be compared; empty where they were.")
    changes: list[ChangeOut]
    compared_at: datetime


class MigrationsOut(ResponseModel):
    """Where the database is, and what stands between it and the newest revision."""

    service: str
    current: str | None = Field(description="The database's revision; null before the first migration.")
    head: str = Field(description="The newest revision of this release.")
    required: str = Field(description="The last one that this release cannot do without.")
    ready: bool
    reason: str = Field(description="Why this release cannot run on the database; empty where it can.")
    pending: list[PendingOut] = Field(description="Oldest first.")
    releases: list[ReleaseOut]
    migrating: str | None = Field(description="The process that migrates at this moment; null where none does.")
    blocked_by: list[str] = Field(description="The sessions whose locks that process waits for.")
    changed_files: list[str] = Field(description="Files of applied revisions that are not what was applied.")
    never_applied: list[str] = Field(description="Files that an applied revision is built on, and were never applied.")
    last_attempt: AttemptOut | None
    drift: DriftOut


class LockOut(ResponseModel):
    """A lock on a table that was there before the revision."""

    table: str
    mode: str = Field(description="As PostgreSQL calls it, such as `ACCESS EXCLUSIVE`.")


class StatementOut(ResponseModel):
    """A statement of a revision."""

    sql: str
    in_transaction: bool
    line: int | None = Field(description="Of the revision's file.")
    locks: list[LockOut]


class DirectionOut(ResponseModel):
    """What applying or reverting a revision runs."""

    statements: list[StatementOut]
    note: str = Field(description="Why a real run may do more or something else; empty where it does not.")


class FindingOut(ResponseModel):
    """What the linter finds."""

    rule: str
    is_warning: bool
    line: int
    message: str
    remedy: str
    statement: str | None
    accepted: str | None = Field(description="Why the revision accepts it; null where it does not.")


class RevisionOut(ResponseModel):
    """A revision of this release, as its file says it."""

    revision: str
    down_revision: str | None = Field(description="What it is built on.")
    phase: Literal["expand", "contract"]
    file: str
    text: str = Field(description="The first paragraph of the file's docstring.")
    upgrade: DirectionOut
    downgrade: DirectionOut
    findings: list[FindingOut]


class PlanOut(ResponseModel):
    """What `alembic upgrade head` of this release would do on the database as it is now."""

    current: str | None
    runs: list[str] = Field(description="The revisions that would run, in order.")
    held: list[str] = Field(description="Those that would wait for older releases to go.")
    backup: str | None = Field(description="Why a backup would be taken first; null where none would.")
    refusal: str | None = Field(description="What it would end with before it changes anything.")
    notice: str = Field(description="What it would say where there is nothing to do.")
    warning: str = Field(description="What it would say besides.")


class RevisionNotFound(Problem, status=404, code="REVISION_NOT_FOUND"):
    """This release has no such revision."""


async def _migrations(request: Request) -> Migrations:
    migrations: Migrations = request.app.state.migrations
    return migrations


MigrationsDep = Annotated[Migrations, Depends(_migrations)]


@router.get("", response_model=MigrationsOut)
def status(_: Administrator, database: DatabaseDep, migrations: MigrationsDep) -> object:
    """Return where the database is; administrators only."""
    with database.reading() as connection:
        return migrations.status(connection)


@router.get("/history", response_model=Page[AttemptOut], responses=problems(InvalidCursor))
def history(
    _: Administrator,
    database: DatabaseDep,
    migrations: MigrationsDep,
    page: NumberedPaging,
    revision: Annotated[str | None, Query(max_length=128, description="Only those of this revision.")] = None,
) -> Slice[Attempt]:
    """List the attempts to migrate the database, newest first; administrators only."""
    with database.reading() as connection:
        found = migrations.history(connection, before=page.start or None, revision=revision, limit=page.limit + 1)
        total = migrations.count(connection, revision=revision) if page.total else None
    kept = found[: page.limit]
    return Slice(kept, page.cursors.write(kept[-1].id) if len(found) > page.limit else None, total)


@router.get("/plan", response_model=PlanOut)
def plan(_: Administrator, database: DatabaseDep, migrations: MigrationsDep) -> object:
    """Return what an upgrade would do now; takes a second where revisions are pending. Administrators only."""
    with database.reading() as connection:
        return migrations.plan(connection)


@router.get("/revisions/{revision}", response_model=RevisionOut, responses=problems(RevisionNotFound))
def revision(_: Administrator, migrations: MigrationsDep, revision: str) -> object:
    """Return a revision's SQL, its locks and what the linter finds; administrators only."""
    try:
        return migrations.revision(revision)
    except KeyError:
        raise RevisionNotFound from None
