"""`alembic-rollout status`: where a database is, and what stands between it and the head."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.history.attempt import HistoryRow
from alembic_rollout.observation import Migrations
from alembic_rollout.output import print_json, print_table
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.database_url import url_without_password
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.releases.phases import by_reason
from alembic_rollout.releases.schema import Schema
from alembic_rollout.wording.durations import format_duration

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


@dataclass(frozen=True, slots=True)
class Status:
    """What `status` shows; `--json` has the same names.

    Attributes:
        service: the project's service.
        database: its database, without a password.
        current: its revision; None before the first migration.
        head: the newest revision of this code.
        required: the last one that this code cannot do without.
        ready: True if this code can run on the database.
        reason: why it cannot; empty where it can.
        pending: what an upgrade would apply.
        held: the pending revisions that are held, each with the connections that hold it.
        releases: the releases that are connected.
        migrating: who holds the run lock.
        blocked_by: the sessions that the process that migrates waits for.
        changed: files of applied revisions that are not what was applied.
        never_applied: files that an applied revision is built on, and that were never applied.
        last: the newest attempt.
    """

    service: str
    database: str
    current: str | None
    head: str
    required: str
    ready: bool
    reason: str
    pending: tuple[str, ...]
    held: dict[str, list[str]]
    releases: list[str]
    migrating: str | None
    blocked_by: list[str]
    changed: list[str]
    never_applied: list[str]
    last: HistoryRow | None


def show_status(environment: "Environment", *, as_json: bool) -> None:
    """Print where the database is."""
    check_tree(environment.tree)
    engine = environment.engine().execution_options(isolation_level="AUTOCOMMIT")
    with wait_for_database(engine, seconds=environment.settings.wait) as connection:
        found = read_status(environment, connection)
    if as_json:
        print_json(found)
        return
    print_table((), [(name, cell) for name, cell in _lines(found) if cell])


def read_status(environment: "Environment", connection: Connection) -> Status:
    """Return where the database of a connection in autocommit is."""
    seen = Migrations(Schema.of(environment)).status(connection, with_drift=False)
    return Status(
        service=seen.service,
        database=url_without_password(connection.engine.url),
        current=seen.current,
        head=seen.head,
        required=seen.required,
        ready=seen.ready,
        reason=seen.reason,
        pending=tuple(pending.revision for pending in seen.pending),
        held={pending.revision: list(pending.held_by) for pending in seen.pending if pending.held_by},
        releases=[str(release) for release in seen.releases],
        migrating=seen.migrating,
        blocked_by=list(seen.blocked_by),
        changed=list(seen.changed_files),
        never_applied=list(seen.never_applied),
        last=seen.last_attempt,
    )


def _lines(status: Status) -> list[tuple[str, str]]:
    return [
        ("service", status.service),
        ("database", status.database),
        ("current", status.current or "empty: nothing is applied"),
        ("head", status.head),
        ("required", f"{status.required} ({'ready' if status.ready else 'not ready'})"),
        ("pending", ", ".join(status.pending) or "nothing"),
        ("held", _held(status)),
        ("connected", "; ".join(status.releases)),
        ("migrating now", status.migrating or ""),
        ("blocked by", "; ".join(status.blocked_by)),
        ("changed files", ", ".join(status.changed)),
        ("never applied", ", ".join(status.never_applied)),
        ("not ready", status.reason),
        ("last attempt", _last(status)),
    ]


def _held(status: Status) -> str:
    held = by_reason(status.held).items()
    return "; ".join(f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} held by {whom}" for whom, names in held)


def _last(status: Status) -> str:
    row = status.last
    if row is None:
        return "none is recorded"
    if row.outcome == "running":
        return f"{row.direction} {row.revision} is under way since {row.started_at:%Y-%m-%d %H:%M:%S} UTC"
    took = f" in {format_duration(row.duration_ms / 1000)}" if row.duration_ms is not None else ""
    why = f": {row.error}" if row.error else ""
    often = f", {row.occurrences} times in a row" if row.occurrences > 1 else ""
    return f"{row.direction} {row.revision} {row.outcome}{took}, {row.started_at:%Y-%m-%d %H:%M:%S} UTC{often}{why}"
