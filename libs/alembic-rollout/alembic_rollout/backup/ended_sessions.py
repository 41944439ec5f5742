"""The sessions of a database that a restore would end, and what keeps the database from being renamed."""

from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.databases.lifecycle import SESSIONS
from alembic_rollout.errors import RolloutError


@dataclass(frozen=True, slots=True)
class Session:
    """A session that would be ended."""

    pid: int
    role: str
    application: str
    address: str | None
    state: str | None
    may_be_ended: bool

    def __str__(self) -> str:
        facts = (f"pid {self.pid}", self.role, self.application, self.address, self.state)
        return ", ".join(fact for fact in facts if fact)


def sessions_of(admin: Connection, database: str) -> list[Session]:
    """Return the sessions of a database's clients."""
    found = admin.exec_driver_sql(
        "SELECT a.pid, a.usename, a.application_name, host(a.client_addr), a.state,"  # noqa: S608 - of constants
        " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR pg_has_role(a.usesysid, 'USAGE') OR"
        " (pg_has_role('pg_signal_backend', 'USAGE') AND NOT (SELECT rolsuper FROM pg_roles WHERE oid = a.usesysid))"
        f" {SESSIONS} ORDER BY a.pid",
        (database,),
    )
    return [Session(*row) for row in found]


def check_nothing_blocks(admin: Connection, database: str, sessions: list[Session]) -> None:
    """Find out now, not after a long restore, what would keep the database from being renamed.

    Args:
        admin: of another database.
        database: the one.
        sessions: its sessions.

    Raises:
        RolloutError: it has prepared transactions, or sessions that the role may not end.
    """
    prepared = admin.exec_driver_sql("SELECT gid FROM pg_prepared_xacts WHERE database = %s", (database,))
    if gids := prepared.scalars().all():
        raise RolloutError(
            f"{database} has prepared transactions and cannot be renamed: {', '.join(gids)}."
            " Commit them or roll them back (COMMIT PREPARED, ROLLBACK PREPARED)."
        )
    if others := [str(session) for session in sessions if not session.may_be_ended]:
        raise RolloutError(
            f"Only a superuser may end these sessions of {database}: {'; '.join(others)}."
            " End them, or set ROLLOUT_ADMIN_URL to a superuser."
        )
