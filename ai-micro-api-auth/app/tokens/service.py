"""The rules of refresh tokens; what each use of one means is in `app.tokens.rotation`."""

from typing import Annotated

from fastapi import Depends

from app.audit_trail import TRAIL, Act
from app.limits.origin import Origin
from app.tokens.problems import InvalidRefreshToken
from app.tokens.refresh_token import RefreshToken
from app.tokens.repository import RefreshTokenRepository
from app.tokens.schemas import TokensOut
from app.tokens.sessions import Sessions, SessionTokens
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Actor, Target
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.tokens.verification import Subject


class TokenService:
    """Exchanges refresh tokens and ends sessions.

    Args:
        database: each call is a transaction of its own; an end is kept although the caller gets an error.
        sessions: gives out tokens.
    """

    def __init__(self, database: Database, sessions: SessionTokens) -> None:
        self._database = database
        self._sessions = sessions

    def refresh(self, text: str, *, origin: Origin) -> TokensOut:
        """Exchange a refresh token for new tokens.

        Raises:
            InvalidRefreshToken: it is not good; if it once was, its session has ended now.
        """
        token = RefreshToken.parse(text)
        tokens = None
        if token is not None:
            with self._database.session() as session:
                tokens = self._sessions.refresh(session, token, origin=origin)
        if tokens is None:
            raise InvalidRefreshToken
        return tokens

    def sign_out(self, text: str) -> None:
        """End the session of a refresh token; an unknown one is no error (RFC 7009 section 2.2)."""
        token = RefreshToken.parse(text)
        if token is not None:
            with self._database.session() as session:
                families = RefreshTokenRepository(session)
                family = families.lock(token)
                if family is not None:
                    families.end(family.session_id)
                    actor = Actor(family.user_id, family.session_id)
                    TRAIL.record(
                        session, Act.SESSION_ENDED, by=actor, target=Target(TargetType.SESSION, family.session_id)
                    )

    def sign_out_everywhere(self, subject: Subject) -> None:
        """End all sessions of the caller."""
        with self._database.session() as session:
            RefreshTokenRepository(session).revoke_all(subject.id)
            TRAIL.record(session, Act.ALL_SESSIONS_ENDED, by=subject, target=Target(TargetType.ACCOUNT, subject.id))


async def token_service(database: DatabaseDep, sessions: Sessions) -> TokenService:
    """Return the service."""
    return TokenService(database, sessions)


Tokens = Annotated[TokenService, Depends(token_service)]
