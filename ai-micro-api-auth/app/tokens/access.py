"""Access tokens: short-lived, signed, checked by every service on its own (RFC 9068)."""

import time
from collections.abc import Iterable
from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

import jwt
from fastapi import Depends, Request

from app.keys.ring import KeyRing
from service_kit.tokens.keys import ALGORITHM
from service_kit.tokens.verification import TYPE


class AccessTokenIssuer:
    """Signs access tokens.

    Args:
        keys: one of them signs.
        issuer: the `iss` claim.
        audience: the `aud` claim: one string, or the names of the services that a user's token is for.
        ttl_seconds: how long a token is good.
    """

    def __init__(self, keys: KeyRing, *, issuer: str, audience: str | list[str], ttl_seconds: int) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self.ttl_seconds = ttl_seconds

    def issue(
        self,
        subject: UUID,
        *,
        roles: Iterable[str] = (),
        scope: str = "",
        session_id: UUID | None = None,
        audience: str | None = None,
        ttl_seconds: int | None = None,
    ) -> str:
        """Return a signed token.

        Args:
            subject: the account, or the service that calls another one.
            roles: of the account.
            scope: what a service's token may be used for, separated by spaces.
            session_id: the sign-in that it comes from, the `sid` claim.
            audience: the one service that it is for; that of users' tokens by default.
            ttl_seconds: how long it is good; as long as any by default.
        """
        key = self._keys.signing_key()
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self._issuer,
            "aud": audience or self._audience,
            "sub": str(subject),
            "iat": now,
            "exp": now + (self.ttl_seconds if ttl_seconds is None else ttl_seconds),
            "jti": str(uuid4()),
            "scope": scope,
            "roles": list(roles),
        }
        if session_id is not None:
            claims["sid"] = str(session_id)
        return jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"typ": TYPE, "kid": key.kid})


class OwnToken:
    """This service's own token for another one, kept for half of its life: signing takes as long as a delivery does.

    Args:
        issuer: signs it.
        subject: this service.
        scope: what it is for.
        audience: the service that it is for.
    """

    def __init__(self, issuer: AccessTokenIssuer, subject: UUID, *, scope: str, audience: str) -> None:
        self._issue = partial(issuer.issue, subject, scope=scope, audience=audience)
        self._kept_seconds = issuer.ttl_seconds / 2
        self._token = ""
        self._kept_until = 0.0

    async def get(self) -> str:
        """Return a token that is good for some time yet."""
        if time.monotonic() >= self._kept_until:
            self._token = self._issue()
            self._kept_until = time.monotonic() + self._kept_seconds
        return self._token

    def forget(self) -> None:
        """Sign a new one next time: the one that is kept was refused."""
        self._kept_until = 0.0


async def access_token_issuer(request: Request) -> AccessTokenIssuer:
    """Return the application's issuer."""
    issuer: AccessTokenIssuer = request.app.state.access_tokens
    return issuer


AccessTokens = Annotated[AccessTokenIssuer, Depends(access_token_issuer)]
