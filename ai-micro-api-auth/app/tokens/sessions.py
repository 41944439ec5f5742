"""Starting a session and going on with it: an access token and a refresh token at a time."""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.audit_trail import TRAIL, Act
from app.limits.origin import Origin
from app.tokens.access import AccessTokenIssuer, AccessTokens
from app.tokens.policy import SessionPolicy
from app.tokens.refresh_token import RefreshToken, new_nonce
from app.tokens.repository import Family, RefreshTokenRepository
from app.tokens.rotation import Use, judge
from app.tokens.schemas import TokensOut
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Actor, Target

logger = structlog.get_logger(__name__)


class SessionTokens:
    """Gives out the tokens of sessions, in the caller's transaction.

    Args:
        access_tokens: signs the access tokens.
        policy: the limits of sessions.
    """

    def __init__(self, access_tokens: AccessTokenIssuer, policy: SessionPolicy) -> None:
        self._access_tokens = access_tokens
        self._policy = policy

    def start(self, session: Session, user_id: UUID, roles: list[str], *, origin: Origin) -> TokensOut:
        """Sign a client in to an account with these roles. The caller has locked the account."""
        token = RefreshToken.new()
        session_id, seconds = RefreshTokenRepository(session).start(user_id, token, policy=self._policy, origin=origin)
        return self._tokens(user_id, roles, session_id, token, seconds)

    def refresh(self, session: Session, token: RefreshToken, *, origin: Origin) -> TokensOut | None:
        """Return the next tokens of a client, or None after its session was ended because the token is not good."""
        families = RefreshTokenRepository(session)
        family = families.lock(token)
        if family is None:
            return None
        use = judge(token, family.line, now=family.now, grace=self._policy.grace) if family.is_active else Use.TOO_LATE
        if use is Use.FIRST:
            nonce = new_nonce()
            successor = token.successor(nonce)
            seconds = families.rotate(family, successor, nonce, policy=self._policy, origin=origin)
            _log("session_refreshed", family)
            return self._tokens(family.user_id, family.roles, family.session_id, successor, seconds)
        if use is Use.AGAIN_IN_TIME and family.line.successor_nonce is not None:
            seconds = (family.line.expires_at - family.now).total_seconds()
            successor = token.successor(family.line.successor_nonce)
            _log("session_refreshed", family)
            return self._tokens(family.user_id, family.roles, family.session_id, successor, seconds)
        self._end(session, families, family, use)
        return None

    def _end(self, session: Session, families: RefreshTokenRepository, family: Family, use: Use) -> None:
        families.end(family.session_id)
        _log("refresh_refused", family)
        if use is Use.REUSE:
            actor = Actor(family.user_id, family.session_id)
            target = Target(TargetType.SESSION, family.session_id)
            TRAIL.record(session, Act.REFRESH_TOKEN_REUSED, by=actor, target=target)
            logger.warning("refresh_token_reused", user_id=str(family.user_id), session_id=str(family.session_id))

    def _tokens(
        self, user_id: UUID, roles: list[str], session_id: UUID, refresh_token: RefreshToken, seconds: float
    ) -> TokensOut:
        # An access token that outlived its session could not be withdrawn with it.
        ttl_seconds = max(1, min(self._access_tokens.ttl_seconds, int(seconds)))
        return TokensOut(
            access_token=self._access_tokens.issue(
                user_id, roles=roles, session_id=session_id, ttl_seconds=ttl_seconds
            ),
            refresh_token=str(refresh_token),
            expires_in=ttl_seconds,
        )


def _log(event: str, family: Family) -> None:
    logger.info(event, user_id=str(family.user_id), session_id=str(family.session_id))


async def session_tokens(request: Request, access_tokens: AccessTokens) -> SessionTokens:
    """Return the application's."""
    return SessionTokens(access_tokens, SessionPolicy.of(request.app.state.settings))


Sessions = Annotated[SessionTokens, Depends(session_tokens)]
