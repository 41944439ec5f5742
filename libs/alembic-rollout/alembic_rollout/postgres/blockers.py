"""The sessions that block another one: read while it waits, because afterwards they are unknown."""

from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.wording.durations import format_duration

_QUERY_LENGTH = 120

_BLOCKERS = """
    SELECT pid, application_name, state,
           extract(epoch FROM clock_timestamp() - coalesce(xact_start, backend_start))::float8, query
    FROM pg_stat_activity
    WHERE pid IN (SELECT unnest(pg_blocking_pids(waiting)) FROM unnest(%s::int[]) AS waiting)
    ORDER BY xact_start NULLS LAST, pid
"""
_SESSIONS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"


@dataclass(frozen=True, slots=True)
class Blocker:
    """A session that holds what another one waits for; what this role may not read is None.

    Attributes:
        pid: the server's process.
        application_name: what the session calls itself.
        state: such as `idle in transaction`.
        seconds: how long its transaction has been open.
        query: its present or last statement without its values, cut to one line.
    """

    pid: int
    application_name: str
    state: str | None
    seconds: float | None
    query: str | None

    def __str__(self) -> str:
        parts = [f"pid {self.pid}", self.application_name or "no name"]
        if self.state:
            parts.append(self.state)
        if self.seconds is not None:
            parts.append(f"transaction open for {format_duration(self.seconds)}")
        if self.query:
            parts.append(f"query: {self.query}")
        return ", ".join(parts)


def blockers_of(connection: Connection, *pids: int) -> list[Blocker]:
    """Return the sessions that the server's processes `pids` wait for now, the oldest transaction first."""
    rows = connection.exec_driver_sql(_BLOCKERS, (list(pids),)).all()
    return [Blocker(row[0], row[1], row[2], row[3], _shown(row[4])) for row in rows]


def blockers_of_program(connection: Connection, application_name: str) -> list[Blocker]:
    """Return the sessions that those of a program in this database wait for now.

    Args:
        connection: of any role: who blocks whom is open to all.
        application_name: what the program's sessions call themselves.
    """
    return blockers_of(connection, *connection.exec_driver_sql(_SESSIONS, (application_name,)).scalars())


def _shown(query: str | None) -> str | None:
    if query is None or query == "<insufficient privilege>":
        return None
    from alembic_rollout.redaction.texts import statement_line  # noqa: PLC0415 - a run that is not blocked does not need it

    return statement_line(query, longest=_QUERY_LENGTH)
