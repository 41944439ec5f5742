"""The rules of the system log."""

from typing import Annotated

from fastapi import Depends

from app.system_logs.events import Event
from app.system_logs.models import SystemLog
from app.system_logs.repository import Level, SystemLogRepository
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.lists.pagination import PageRequest, Slice


class SystemLogService:
    """Finds entries of the system log.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, text: str | None, page: PageRequest, *, level: Level | None, event: Event | None, request_id: str | None
    ) -> Slice[SystemLog]:
        """Return a page of entries, newest first, of one level, event or request where that is asked for.

        With a text, of those whose message contains it.
        """
        with self._database.session() as session:
            return SystemLogRepository(session).page(text, page, level=level, event=event, request_id=request_id)


async def system_log_service(database: DatabaseDep) -> SystemLogService:
    """Return the service."""
    return SystemLogService(database)


SystemLogs = Annotated[SystemLogService, Depends(system_log_service)]
