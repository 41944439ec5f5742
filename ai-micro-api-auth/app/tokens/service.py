"""The rules of refresh tokens.

Decision: a refresh token is good exactly once, and a second use ends the whole family, without a period of grace.
Context: RFC 9700 section 4.14.2. When a used token comes back, either a thief has it or the client never got the
answer to its first try; nobody can tell which. A period of grace, in which a used token is answered again, would hide
the thief for as long as it lasts, and lets two clients live side by side. Consequences: a client whose answer was lost
signs in again; a client makes one refresh at a time (browser tabs share a lock), and tries again only when the request
cannot have arrived, as when the connection was refused, or was answered with 503. A family ends by itself when nobody
refreshed it for `REFRESH_TOKEN_TTL_SEC`.
"""

from typing import Annotated

import structlog
from fastapi import Depends, Request

from app.settings import Settings
from app.tokens.access import AccessTokenIssuer, AccessTokens
from app.tokens.refresh_token import RefreshToken
from app.tokens.repository import RefreshTokenRepository
from app.tokens.schemas import TokensOut
from service_kit.database import Database, DatabaseDep
from service_kit.problems import Problem
from service_kit.tokens import Subject

logger = structlog.get_logger(__name__)


class InvalidRefreshToken(Problem, status=401, code="INVALID_REFRESH_TOKEN"):
    """The refresh token is unknown, used, revoked or expired; sign in again."""

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class TokenService:
    """Rotates and revokes refresh tokens.

    Args:
        database: each call is a transaction of its own; a revocation is kept although the caller gets an error.
        access_tokens: signs the access tokens.
        refresh_ttl_seconds: how long a client may stay away.
    """

    def __init__(self, database: Database, access_tokens: AccessTokenIssuer, *, refresh_ttl_seconds: int) -> None:
        self._database = database
        self._access_tokens = access_tokens
        self._refresh_ttl_seconds = refresh_ttl_seconds

    def refresh(self, text: str) -> TokensOut:
        """Exchange a refresh token for new tokens.

        Raises:
            InvalidRefreshToken: it is not good; if it once was, its family is revoked now.
        """
        token = RefreshToken.parse(text)
        if token is None:
            raise InvalidRefreshToken
        successor = token.successor()
        with self._database.session() as session:
            families = RefreshTokenRepository(session)
            signed_in = families.rotate(token, successor, ttl_seconds=self._refresh_ttl_seconds)
            owner = families.revoke(token) if signed_in is None else None
        if signed_in is None:
            if owner is not None:
                logger.warning("refresh_token_family_revoked", user_id=str(owner))
            raise InvalidRefreshToken
        return TokensOut(
            access_token=self._access_tokens.issue(
                signed_in.user_id, roles=signed_in.roles, session_id=signed_in.session_id
            ),
            refresh_token=str(successor),
            expires_in=self._access_tokens.ttl_seconds,
        )

    def sign_out(self, text: str) -> None:
        """End the family of a refresh token; an unknown one is no error (RFC 7009 section 2.2)."""
        token = RefreshToken.parse(text)
        if token is not None:
            with self._database.session() as session:
                RefreshTokenRepository(session).revoke(token)

    def sign_out_everywhere(self, subject: Subject) -> None:
        """End all families of the caller."""
        with self._database.session() as session:
            RefreshTokenRepository(session).revoke_all(subject.id)


async def token_service(request: Request, database: DatabaseDep, access_tokens: AccessTokens) -> TokenService:
    """Return the service."""
    settings: Settings = request.app.state.settings
    return TokenService(database, access_tokens, refresh_ttl_seconds=settings.refresh_token_ttl_sec)


Tokens = Annotated[TokenService, Depends(token_service)]
