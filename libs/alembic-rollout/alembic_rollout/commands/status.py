"""`alembic-rollout status`: where a database is, and what stands between it and the head."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.durations import format_duration
from alembic_rollout.history.table import INTERRUPTED, HistoryRow, history_of
from alembic_rollout.output import print_json, print_table
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.run_lock import lock_holder, lock_key
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.releases.phases import held_contracts
from alembic_rollout.releases.presence import live_releases
from alembic_rollout.releases.schema import Schema
from alembic_rollout.upgrade.checks import changed_files

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
        ready: whether this code can run on the database.
        pending: what an upgrade would apply.
        held: the pending contract revisions that wait, each with whom they wait for.
        releases: the releases that are connected.
        migrating: who holds the run lock.
        changed: files of applied revisions that have changed since.
        last: the newest attempt.
    """

    service: str
    database: str
    current: str | None
    head: str
    required: str
    ready: bool
    pending: tuple[str, ...]
    held: dict[str, list[str]]
    releases: list[str]
    migrating: str | None
    changed: list[str]
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
    schema = Schema.of(environment)
    state = schema.state(connection)
    history = history_of(environment)
    rows = history.rows(connection, limit=1) if history.exists(connection) else []
    current = tuple(state.current.split(",")) if state.current else ()
    key = lock_key(str(environment.engine().url.database), environment.version_table)
    held = held_contracts(environment, connection, state.pending) if current else []
    return Status(
        service=schema.service,
        database=connection.engine.url.render_as_string(hide_password=True),
        current=state.current,
        head=schema.head,
        required=schema.required,
        ready=state.sufficient,
        pending=state.pending,
        held={contract.revision: contract.reasons for contract in held},
        releases=[str(release) for release in live_releases(connection, environment.settings.service)],
        migrating=lock_holder(connection, key),
        changed=list(changed_files(environment, connection, current)),
        last=rows[0] if rows else None,
    )


def _lines(status: Status) -> list[tuple[str, str]]:
    return [
        ("service", status.service),
        ("database", status.database),
        ("current", status.current or "empty: nothing is applied"),
        ("head", status.head),
        ("required", f"{status.required} ({'ready' if status.ready else 'not ready'})"),
        ("pending", ", ".join(status.pending) or "nothing"),
        ("held", "; ".join(f"{revision} waits for {', '.join(whom)}" for revision, whom in status.held.items())),
        ("connected", "; ".join(status.releases)),
        ("migrating now", status.migrating or ""),
        ("changed files", ", ".join(status.changed)),
        ("last attempt", _last(status)),
    ]


def _last(status: Status) -> str:
    row = status.last
    if row is None:
        return "none is recorded"
    if status.migrating and row.error == INTERRUPTED:
        return f"{row.direction} {row.revision} is under way since {row.started_at:%Y-%m-%d %H:%M:%S} UTC"
    took = f" in {format_duration(row.duration_ms / 1000)}" if row.duration_ms is not None else ""
    why = f": {row.error}" if row.error else ""
    return f"{row.direction} {row.revision} {row.outcome}{took}, {row.started_at:%Y-%m-%d %H:%M:%S} UTC{why}"
