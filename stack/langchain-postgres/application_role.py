"""A pytest plugin for the tests of langchain-postgres: they run as the application role, which may drop no table."""

from langchain_postgres import PGVector
from sqlalchemy import text

_DELETE = text("DELETE FROM langchain_pg_collection")


def _delete_all(self: PGVector) -> None:
    with self._make_sync_session() as session:
        session.execute(_DELETE)
        session.commit()


async def _delete_all_asynchronously(self: PGVector) -> None:
    await self.__apost_init__()
    async with self._make_async_session() as session:
        await session.execute(_DELETE)
        await session.commit()


# Where a test drops the tables to begin with empty ones, what is in them goes.
PGVector.drop_tables = _delete_all
PGVector.adrop_tables = _delete_all_asynchronously
