"""A restore drill: a backup restored into a throwaway database and held against what it should hold.

The schema is compared with the catalogue that the last migration stored, which is in the backup itself; the rows with
those in the file; the history with that of the live database, which has to go on from it. The live database is read,
and never changed.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from alembic_rollout.backup.archive import rows_in
from alembic_rollout.backup.backups import format_size
from alembic_rollout.backup.restore_plan import RestorePlan
from alembic_rollout.backup.restore_report import left_out
from alembic_rollout.backup.restoring import restored_aside
from alembic_rollout.backup.retention import KeptBackup
from alembic_rollout.drift.catalogue_drift import CatalogueComparison, catalogue_drift
from alembic_rollout.history.catalogue_table import OTHER_VERSION
from alembic_rollout.history.table import History
from alembic_rollout.postgres.connection import create_migration_engine, wait_for_database
from alembic_rollout.postgres.identifiers import for_driver
from alembic_rollout.settings import Settings
from alembic_rollout.wording.durations import format_duration
from alembic_rollout.wording.phrases import plural

_HISTORY_ROWS = 1_000_000
# Partitions have the rows; what belongs to an extension is that extension's.
_TABLES = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.reltuples::bigint
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""


class TableRows(NamedTuple):
    """How many rows a table has: restored, in the file, and in the live database by PostgreSQL's own estimate."""

    table: str
    restored: int
    in_file: int
    live_estimate: int | None


class AppliedRevision(NamedTuple):
    """A row of the history that will never change."""

    revision: str
    direction: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill has found out.

    Attributes:
        file: the backup.
        bytes: its size.
        taken: when it was taken, if its name says so.
        revisions: what the database was at.
        seconds: how long the restore and the comparisons took.
        tables: their rows.
        left_out: what the migrating role could not restore, and why.
        not_compared: why the schema was not, where that is no fault of the backup's; empty where it was.
        findings: what is not as it should be, which what is left out belongs to; empty when the drill passed.
    """

    file: Path
    bytes: int
    taken: datetime | None
    revisions: tuple[str, ...]
    seconds: float
    tables: tuple[TableRows, ...]
    left_out: tuple[str, ...]
    not_compared: str
    findings: tuple[str, ...]


def drill(plan: RestorePlan, settings: Settings, *, longest_age: float | None = None) -> Drilled:
    """Restore a backup into a throwaway database, compare, drop it again.

    Args:
        plan: what would be restored; nothing is swapped.
        settings: name the history's table and how long the live database is waited for.
        longest_age: of the backup, seconds; an older one is a finding.

    Raises:
        RolloutError: it could not be restored.
    """
    started = time.monotonic()
    in_file = rows_in(plan.pg_restore, plan.archive)
    live_rows, live_history = _read_live(plan, settings)
    with restored_aside(plan) as aside:
        restored = aside.connection
        tables = tuple(_counted(restored, in_file, live_rows))
        schema = catalogue_drift(restored, plan.version_table, settings.history_table, ignore=settings.drift_ignore)
        history = _applied(restored, plan, settings)
    kept = KeptBackup.read(plan.archive.path.name)
    taken = kept.taken if kept else None
    not_compared = schema.unknown if schema.unknown.startswith(OTHER_VERSION) else ""
    findings = (
        *_age_findings(taken, longest_age),
        *(() if not_compared else _schema_findings(schema)),
        *_row_findings(tables, in_file),
        *_history_findings(history, live_history),
    )
    return Drilled(
        file=plan.archive.path,
        bytes=plan.archive.path.stat().st_size,
        taken=taken,
        revisions=plan.revisions,
        seconds=time.monotonic() - started,
        tables=tables,
        left_out=tuple(left_out(plan, aside.refused)),
        not_compared=not_compared,
        findings=findings,
    )


def describe_drill(drilled: Drilled) -> str:
    """Return what a drill has found out, a fact a line."""
    rows = plural(sum(table.restored for table in drilled.tables), "row")
    what = f"{rows} in {plural(len(drilled.tables), 'table')} in {format_duration(drilled.seconds)}"
    taken = "" if drilled.taken is None else f", taken {_age(drilled.taken)} ago"
    lines = [
        f"Backup:    {drilled.file} ({format_size(drilled.bytes)}{taken})",
        f"Revision:  {', '.join(drilled.revisions) or 'none'}",
        f"Restored:  {what}, into a database that is dropped again",
        *(f"           {_described(table)}" for table in drilled.tables),
        *(f"Left out:  {what}" for what in drilled.left_out),
    ]
    return "\n".join(lines)


def describe_success(drilled: Drilled) -> str:
    """Return what a drill without findings has shown, and what it has not."""
    if drilled.not_compared:
        return (
            "Passed: rows and history are as they should be. The schema was not compared with the last migration:"
            f" {drilled.not_compared}. Backups after the next migration, or `alembic-rollout drift --accept`, can be."
        )
    return "Passed: schema, rows and history are as they should be."


def _described(rows: TableRows) -> str:
    live = "" if rows.live_estimate is None else f" (live: about {rows.live_estimate})"
    return f"{rows.table}: {rows.restored}{live}"


def _read_live(plan: RestorePlan, settings: Settings) -> tuple[dict[str, int], list[AppliedRevision]]:
    engine = create_migration_engine(plan.migration_url.render_as_string(hide_password=False))
    with wait_for_database(engine, seconds=settings.wait) as connection:
        estimates = {table: estimate for table, estimate in connection.exec_driver_sql(_TABLES) if estimate >= 0}
        return estimates, _applied(connection, plan, settings)


def _applied(connection: Connection, plan: RestorePlan, settings: Settings) -> list[AppliedRevision]:
    table = plan.version_table
    history = History(table.schema, settings.history_table, table.name)
    if not history.exists(connection):
        return []
    rows = history.rows(connection, limit=_HISTORY_ROWS)
    return [AppliedRevision(row.revision, row.direction, row.started_at) for row in rows if row.outcome == "applied"]


def _counted(restored: Connection, in_file: dict[str, int], live: dict[str, int]) -> Iterator[TableRows]:
    for table, _ in restored.exec_driver_sql(_TABLES).all():
        count = restored.exec_driver_sql(f"SELECT count(*) FROM {for_driver(table)}").scalar_one()  # noqa: S608 - quoted by PostgreSQL
        yield TableRows(table, count, in_file.get(table, 0), live.get(table))


def _age_findings(taken: datetime | None, longest: float | None) -> Iterator[str]:
    if longest is None:
        return
    if taken is None:
        yield "The file's name does not say when it was taken."
    elif (datetime.now(UTC) - taken).total_seconds() > longest:
        yield f"The backup is {_age(taken)} old; --max-age is {format_duration(longest)}."


def _schema_findings(schema: CatalogueComparison) -> Iterator[str]:
    if schema.unknown:
        yield f"The schema was not compared with the last migration: {schema.unknown}."
    for finding in schema.findings:
        yield finding.text


def _row_findings(tables: Sequence[TableRows], in_file: dict[str, int]) -> Iterator[str]:
    for table in tables:
        if table.restored != table.in_file:
            yield f"{table.table} has {plural(table.restored, 'row')} and the file has {table.in_file}."
    for missing in sorted(in_file.keys() - {table.table for table in tables}):
        yield f"{missing} is in the file and was not restored."


def _history_findings(restored: Sequence[AppliedRevision], live: Sequence[AppliedRevision]) -> Iterator[str]:
    if strange := set(restored) - set(live):
        newest = max(strange, key=lambda row: row.started_at)
        yield (
            f"The live database's history does not go on from this backup: it has no {newest.direction} of"
            f" {newest.revision} at {newest.started_at:%Y-%m-%d %H:%M:%S %Z}. Was an older backup restored since?"
        )


def _age(taken: datetime) -> str:
    return format_duration((datetime.now(UTC) - taken).total_seconds())
