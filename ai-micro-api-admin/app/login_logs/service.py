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
from service_kit.outbox.batches import Enclosed


class LoginLogService:
    """Takes and finds login attempts.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, attempt: LoginLogCreate, *, request_id: str | None) -> tuple[LoginLog, bool]:
        """Add an attempt, unless it is there already.

        Args:
            attempt: the attempt.
            request_id: of the request that it was.

        Returns:
            The attempt as it is stored, and whether it is new.
        """
        with self._database.session() as session:
            return LoginLogRepository(session).add({**attempt.model_dump(), "request_id": request_id})

    def add_all(self, attempts: Sequence[Enclosed[LoginLogCreate]]) -> None:
        """Add attempts, except those that are there already."""
        rows = [{**enclosed.message.model_dump(), "request_id": enclosed.origin} for enclosed in attempts]
        with self._database.session() as session:
            LoginLogRepository(session).add_all(rows)

    def page(
        self,
        text: str | None,
        page: PageRequest,
        *,
        user_id: UUID | None,
        email: str | None,
        succeeded: bool | None,
        request_id: str | None,
    ) -> Slice[LoginLog]:
        """Return a page of attempts, the latest first, of one account, email, outcome or request if that is asked for.

        With a text, of those whose email contains it.
        """
        with self._database.session() as session:
            return LoginLogRepository(session).page(
                text, page, user_id=user_id, email=email, succeeded=succeeded, request_id=request_id
            )


async def login_log_service(database: DatabaseDep) -> LoginLogService:
    """Return the service."""
    return LoginLogService(database)


LoginLogs = Annotated[LoginLogService, Depends(login_log_service)]
