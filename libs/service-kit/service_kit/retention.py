"""Deletes rows that are older than a setting allows, in the background, in small batches."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog
from sqlalchemy import CursorResult, Table, delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from service_kit.database import Database

BATCH = 1000
SECONDS_BETWEEN = 3600.0

logger = structlog.get_logger(__name__)


class Retention:
    """Deletes old rows of one table: when the service starts, and every hour.

    Args:
        database: where the table is.
        table: has one column as its primary key.
        moment: name of the column that says how old a row is.
        days: older rows are deleted.
    """

    def __init__(self, database: Database, table: Table, moment: str, *, days: int) -> None:
        self._database = database
        self._table = table
        (key,) = table.primary_key.columns
        # What another replica is deleting, or delivering, is left alone.
        old = (
            select(key)
            .where(table.c[moment] < func.now() - timedelta(days=days))
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        self._statement = delete(table).where(key.in_(old.scalar_subquery()))

    @asynccontextmanager
    async def applied(self) -> AsyncIterator[None]:
        """Apply it while inside."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            try:
                deleted = await asyncio.to_thread(self.apply)
            except SQLAlchemyError as error:
                logger.warning("retention_postponed", table=self._table.name, error=str(error).splitlines()[0])
            else:
                if deleted:
                    logger.info("retention_applied", table=self._table.name, rows=deleted)
            await asyncio.sleep(SECONDS_BETWEEN)

    def apply(self) -> int:
        """Delete what is too old now.

        Returns:
            How many rows.
        """
        deleted = 0
        while True:
            with self._database.session() as session:
                result = session.execute(self._statement)
                assert isinstance(result, CursorResult)  # noqa: S101 - what a DELETE gives
            deleted += result.rowcount
            if result.rowcount < BATCH:
                return deleted
