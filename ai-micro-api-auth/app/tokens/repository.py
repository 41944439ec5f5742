"""Queries on refresh tokens. What is no longer good is deleted, so a row is always a client that is signed in."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, insert, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.tokens.models import RefreshTokenFamily
from app.tokens.refresh_token import RefreshToken


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose tokens a family's are.

    Attributes:
        session_id: the family's id.
        user_id: the account.
        roles: its roles at this moment.
    """

    session_id: UUID
    user_id: UUID
    roles: list[str]


class RefreshTokenRepository:
    """Starts, rotates and revokes families in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, user_id: UUID, token: RefreshToken, *, ttl_seconds: int) -> UUID:
        """Start a family with its first token, and forget those of the account that have expired.

        Returns:
            The family's id.
        """
        self._session.execute(
            delete(RefreshTokenFamily).where(
                RefreshTokenFamily.user_id == user_id, RefreshTokenFamily.expires_at <= func.now()
            )
        )
        statement = (
            insert(RefreshTokenFamily)
            .values(
                user_id=user_id,
                selector=token.selector,
                token_hash=token.hash(),
                expires_at=func.now() + timedelta(seconds=ttl_seconds),
            )
            .returning(RefreshTokenFamily.id)
        )
        return self._session.execute(statement).scalar_one()

    def rotate(self, token: RefreshToken, successor: RefreshToken, *, ttl_seconds: int) -> SignedIn | None:
        """Put a successor in the place of a token, if that is the newest of its family and the account is active.

        One statement: of two that come with the same token, the second waits for the row and then finds another hash.
        """
        statement = (
            update(RefreshTokenFamily)
            .where(
                RefreshTokenFamily.selector == token.selector,
                RefreshTokenFamily.token_hash == token.hash(),
                RefreshTokenFamily.expires_at > func.now(),
                RefreshTokenFamily.user_id == User.id,
                User.is_active,
            )
            .values(token_hash=successor.hash(), expires_at=func.now() + timedelta(seconds=ttl_seconds))
            .returning(RefreshTokenFamily.id, User.id, User.roles)
        )
        row = self._session.execute(statement, execution_options={"synchronize_session": False}).one_or_none()
        return SignedIn(*row) if row is not None else None

    def revoke(self, token: RefreshToken) -> UUID | None:
        """End the family that a token, new or used, belongs to; return whose it was, or None when it is unknown."""
        statement = (
            delete(RefreshTokenFamily)
            .where(RefreshTokenFamily.selector == token.selector)
            .returning(RefreshTokenFamily.user_id)
        )
        return self._session.execute(statement).scalar_one_or_none()

    def revoke_all(self, user_id: UUID, *, but: UUID | None = None) -> None:
        """End every family of an account.

        Args:
            user_id: the account.
            but: the family that stays.
        """
        statement = delete(RefreshTokenFamily).where(RefreshTokenFamily.user_id == user_id)
        if but is not None:
            statement = statement.where(RefreshTokenFamily.id != but)
        self._session.execute(statement)
