"""Queries on sessions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.tokens.models import RefreshTokenFamily
from service_kit.lists.pagination import PageRequest, Slice, paginate


class SessionRepository:
    """Reads the sessions of one account."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, user_id: UUID, page: PageRequest) -> Slice[RefreshTokenFamily]:
        """Return a page of the sessions that an account has."""
        return paginate(
            self._session,
            self._of(user_id),
            page,
            created_at=RefreshTokenFamily.created_at,
            key=RefreshTokenFamily.id,
        )

    def all_of(self, user_id: UUID) -> Sequence[RefreshTokenFamily]:
        """Return the sessions that an account has; a setting says how many they may be."""
        return self._session.scalars(self._of(user_id).order_by(RefreshTokenFamily.created_at)).all()

    def _of(self, user_id: UUID) -> Select[RefreshTokenFamily]:
        return select(RefreshTokenFamily).where(
            RefreshTokenFamily.user_id == user_id, RefreshTokenFamily.expires_at > func.now()
        )
