"""Queries on login logs."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.login_logs.models import LoginLog
from service_kit.database.models import table_of
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains
from service_kit.text.email_addresses import normalise

_ADD = insert(table_of(LoginLog)).on_conflict_do_nothing()


class LoginLogRepository:
    """Reads and writes login logs in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, fields: Mapping[str, Any]) -> tuple[LoginLog, bool]:
        """Insert an attempt, unless it is there already.

        Returns:
            The attempt as it is stored, and whether it is new.
        """
        statement = insert(LoginLog).values(**fields).on_conflict_do_nothing().returning(LoginLog)
        added = self._session.scalars(statement).one_or_none()
        if added is not None:
            return added, True
        return self._session.get_one(LoginLog, fields["id"]), False

    def add_all(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert attempts, except those that are there already."""
        self._session.execute(_ADD, rows)

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
        statement = select(LoginLog).where(
            contains(text, LoginLog.email),
            equals(LoginLog.user_id, user_id),
            equals(LoginLog.email, email and normalise(email)),
            equals(LoginLog.succeeded, succeeded),
            equals(LoginLog.request_id, request_id),
        )
        return paginate(self._session, statement, page, created_at=LoginLog.occurred_at, key=LoginLog.id)

    def of_request(self, request_id: str, *, limit: int) -> Sequence[LoginLog]:
        """Return the first attempts that a request made, oldest first."""
        statement = select(LoginLog).where(LoginLog.request_id == request_id)
        return self._session.scalars(statement.order_by(LoginLog.occurred_at, LoginLog.id).limit(limit)).all()
