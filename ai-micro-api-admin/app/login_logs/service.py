"""The rules of login logs."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.login_logs.models import LoginLog
from app.login_logs.repository import LoginLogRepository
from app.login_logs.schemas import LoginLogCreate
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.lists.pagination import PageRequest, Slice


class LoginLogService:
    """Takes and finds login attempts.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, attempt: LoginLogCreate) -> tuple[LoginLog, bool]:
        """Add an attempt, unless it is there already.

        Returns:
            The attempt as it is stored, and whether it is new.
        """
        with self._database.session() as session:
            return LoginLogRepository(session).add(attempt.model_dump())

    def add_all(self, attempts: Sequence[LoginLogCreate]) -> None:
        """Add attempts, except those that are there already."""
        with self._database.session() as session:
            LoginLogRepository(session).add_all([attempt.model_dump() for attempt in attempts])

    def page(
        self, text: str | None, page: PageRequest, *, user_id: UUID | None, email: str | None, succeeded: bool | None
    ) -> Slice[LoginLog]:
        """Return a page of attempts, the latest first, of one account, email or outcome where that is asked for.

        With a text, of those whose email contains it.
        """
        with self._database.session() as session:
            return LoginLogRepository(session).page(text, page, user_id=user_id, email=email, succeeded=succeeded)


async def login_log_service(database: DatabaseDep) -> LoginLogService:
    """Return the service."""
    return LoginLogService(database)


LoginLogs = Annotated[LoginLogService, Depends(login_log_service)]
