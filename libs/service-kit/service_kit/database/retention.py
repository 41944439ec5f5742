"""Deletes rows that are older than settings allow, in the background, in small batches."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from sqlalchemy import CursorResult, Table, delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service_kit.background import in_background
from service_kit.database.sessions import Database

BATCH = 1000
SECONDS_BETWEEN = 3600.0
# After a failure: a database that restarts, or was busy, is asked again soon.
SECONDS_AFTER_A_FAILURE = 60.0
# What `delete_old_audit_events` keeps whatever it is asked for: the revisions that make it say so too.
LEAST_AUDIT_DAYS = 90

logger = structlog.get_logger(__name__)

Rule = Callable[[Session], int]
"""Deletes up to `BATCH` old rows and returns how many they were."""


def old_rows(table: Table, moment: str, *, days: int) -> Rule:
    """Return the rule that deletes the rows of a table that are older than this.

    Args:
        table: has one column as its primary key.
        moment: name of the column that says how old a row is.
        days: older rows are deleted.
    """
    (key,) = table.primary_key.columns
    # What another replica is deleting, or delivering, is left alone.
    old = (
        select(key)
        .where(table.c[moment] < func.now() - timedelta(days=days))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    statement = delete(table).where(key.in_(old.scalar_subquery()))

    def delete_batch(session: Session) -> int:
        result = session.execute(statement)
        assert isinstance(result, CursorResult)  # noqa: S101 - what a DELETE gives
        return result.rowcount

    return delete_batch


def old_audit_events(*, days: int) -> Rule:
    """Return the rule that deletes audit events that are older than this, and than `LEAST_AUDIT_DAYS`.

    The application role may not delete there: a function of the owner's does it.
    """
    statement = select(func.delete_old_audit_events(days, BATCH))
    return lambda session: session.scalars(statement).one()


class Retention:
    """Applies rules when the service starts, and every hour; after a failure, a minute later.

    Args:
        database: where the tables are.
        rules: by the name of the table.
    """

    def __init__(self, database: Database, rules: Mapping[str, Rule]) -> None:
        self._database = database
        self._rules = rules

    @asynccontextmanager
    async def applied(self) -> AsyncIterator[None]:
        """Apply them while inside."""
        async with in_background(self._run()):
            yield

    async def _run(self) -> None:
        while True:
            applied = [await self._applied(table, rule) for table, rule in self._rules.items()]
            await asyncio.sleep(SECONDS_BETWEEN if all(applied) else SECONDS_AFTER_A_FAILURE)

    async def _applied(self, table: str, rule: Rule) -> bool:
        try:
            deleted = await asyncio.to_thread(self._apply, rule)
        except SQLAlchemyError as error:
            logger.warning("retention_postponed", table=table, error=str(error).splitlines()[0])
            return False
        if deleted:
            logger.info("retention_applied", table=table, rows=deleted)
        return True

    def apply(self) -> int:
        """Delete what is too old now, and return how many rows that were."""
        return sum(map(self._apply, self._rules.values()))

    def _apply(self, rule: Rule) -> int:
        deleted = 0
        while True:
            with self._database.session() as session:
                batch = rule(session)
            deleted += batch
            if batch < BATCH:
                return deleted
