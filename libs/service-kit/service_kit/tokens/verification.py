"""Access tokens: what a service believes of `Authorization: Bearer ...`.

RS256 by an allow-list of one, `typ: at+jwt` (RFC 9068), keys only from our own JWKS: a token's `jku`, `x5u` and `jwk`
headers are never read (RFC 8725 sections 3.1, 3.5, 3.11).
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import jwt
import structlog
from fastapi import Depends, Request
from fastapi.openapi.models import OAuth2, OAuthFlowPassword, OAuthFlows
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param

from service_kit.http.problems import Forbidden, Unauthorized
from service_kit.settings.service_settings import ServiceSettings, TokenCheckingSettings
from service_kit.tokens.keys import ALGORITHM, KeySource, RemoteKeys
from service_kit.tokens.withdrawals import (
    CLOCK_LEEWAY_SECONDS,
    RemoteWithdrawals,
    Withdrawals,
    WithdrawalsWatch,
    digest,
)

TYPE = "at+jwt"
ADMINISTRATOR_ROLE = "admin"
REQUIRED_CLAIMS = ["exp", "iat", "iss", "aud", "sub", "jti"]
_REMEMBERED_TOKENS = 4096
_REASONS: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "not valid yet",
    jwt.InvalidSignatureError: "wrong signature",
    jwt.InvalidIssuerError: "another issuer",
    jwt.MissingRequiredClaimError: "a claim is missing",
    jwt.DecodeError: "unreadable",
}

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is asking.

    Attributes:
        id: the account's id, the token's `sub`.
        roles: the account's roles.
        scopes: what the token may be used for, the `scope` claim split.
        session_id: the sign-in that the token comes from, the `sid` claim; None in a service's token.
    """

    id: UUID
    roles: frozenset[str]
    scopes: frozenset[str]
    session_id: UUID | None = None

    @property
    def is_admin(self) -> bool:
        """Return True if the account is an administrator's."""
        return ADMINISTRATOR_ROLE in self.roles


@dataclass(frozen=True, slots=True)
class Audience:
    """Which `aud` claims mean this service.

    Attributes:
        own: the service's name; a token may name other services beside it (RFC 7519 section 4.1.3).
        shared: the one string that tokens of an auth service of an older release carry for every service; None where
            it is not accepted.
    """

    own: str
    shared: str | None = None

    @classmethod
    def of(cls, settings: ServiceSettings, service: str) -> "Audience":
        """Return the audience of a service with these settings."""
        return cls(service, None if settings.jwt_aud_per_service else settings.jwt_aud)

    def is_meant_by(self, claim: object) -> bool:
        """Return True if an `aud` claim names this service."""
        if isinstance(claim, str):
            return claim in (self.own, self.shared)
        return isinstance(claim, list) and self.own in claim


class _RefusedError(Exception):
    """A token is not believed; the message says why, without a word of the token."""


@dataclass(frozen=True, slots=True)
class _CheckedToken:
    """What is remembered of a token whose signature and claims are right."""

    kid: str
    issued_at: float
    expires_at: float
    subject: Subject
    session: str | None
    account: str

    def is_withdrawn(self, withdrawals: Withdrawals) -> bool:
        """Return True if the token's session or account was withdrawn."""
        return withdrawals.include(session=self.session, account=self.account, issued_at=self.issued_at)


class TokenVerifier:
    """Checks access tokens, and logs why one is refused.

    A token that was checked is remembered until it expires, by its SHA-256: the same bytes have the same signature,
    and a signature check costs ten times what a look-up does.

    Args:
        keys: where public keys come from.
        issuer: the `iss` that is believed.
        audience: the `aud` that must be meant.
        withdrawals: tokens that are refused although they have not expired.
    """

    def __init__(self, keys: KeySource, *, issuer: str, audience: Audience, withdrawals: WithdrawalsWatch) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self.withdrawals = withdrawals
        self._remembered: OrderedDict[bytes, _CheckedToken] = OrderedDict()

    async def verify(self, token: str) -> Subject:
        """Return whom a token speaks for.

        Args:
            token: the compact JWS from the Authorization header.

        Raises:
            Unauthorized: the token is not acceptable; the detail says why in general terms.
            KeysUnavailable: the keys cannot be had, so nothing can be said about the token.
        """
        fingerprint = sha256(token.encode("utf-8", "surrogateescape")).digest()
        known = self._remembered.get(fingerprint)
        # The key must still be published: withdrawing it withdraws every token that it signed.
        if known and known.expires_at > time.time() and await self._keys.key(known.kid) is not None:
            checked = known
        else:
            self._remembered.pop(fingerprint, None)
            try:
                checked = await self._check(token)
            except _RefusedError as error:
                raise _refusal(str(error)) from error
            self._remember(fingerprint, checked)
        if checked.is_withdrawn(self.withdrawals.current):
            raise _refusal("withdrawn")
        return checked.subject

    async def _check(self, token: str) -> _CheckedToken:
        kid = _key_id(token)
        key = await self._keys.key(kid)
        if key is None:
            raise _RefusedError("unknown key")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                leeway=CLOCK_LEEWAY_SECONDS,
                options={"require": REQUIRED_CLAIMS, "verify_aud": False},
            )
            issued_at, expires_at = float(claims["iat"]), float(claims["exp"])
        # ArithmeticError: a time that no number can hold
        except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError) as error:
            raise _RefusedError(_REASONS.get(type(error), "unusable claims")) from error
        if not self._audience.is_meant_by(claims["aud"]):
            raise _RefusedError("another audience")
        subject = _subject(claims)
        session = None if subject.session_id is None else digest(subject.session_id)
        return _CheckedToken(kid, issued_at, expires_at, subject, session, digest(subject.id))

    def _remember(self, fingerprint: bytes, checked: _CheckedToken) -> None:
        self._remembered[fingerprint] = checked
        if len(self._remembered) > _REMEMBERED_TOKENS:
            self._remembered.popitem(last=False)


def remote_verifier(settings: TokenCheckingSettings, *, service: str) -> TokenVerifier:
    """Return the verifier of a service that checks tokens with what the auth service publishes.

    Args:
        settings: where that is, and which issuer is believed.
        service: its name, which is its audience.
    """
    return TokenVerifier(
        RemoteKeys(str(settings.jwks_url)),
        issuer=settings.jwt_iss,
        audience=Audience.of(settings, service),
        withdrawals=WithdrawalsWatch(RemoteWithdrawals(settings.withdrawals_address)),
    )


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise _RefusedError("not a token") from error
    kid = header.get("kid")
    if header.get("typ") != TYPE or header.get("alg") != ALGORITHM or not isinstance(kid, str):
        raise _RefusedError("another kind of token")
    return kid


def _subject(claims: dict[str, Any]) -> Subject:
    roles, scope, session_id = claims.get("roles", []), claims.get("scope", ""), claims.get("sid")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise _RefusedError("roles is not a list of strings")
    if not isinstance(scope, str):
        raise _RefusedError("scope is not a string")
    if "sid" in claims and not isinstance(session_id, str):
        raise _RefusedError("sid is not a string")
    try:
        return Subject(
            UUID(claims["sub"]),
            frozenset(roles),
            frozenset(scope.split()),
            None if session_id is None else UUID(session_id),
        )
    except ValueError:
        raise _RefusedError("sub or sid is not a UUID") from None


def _refusal(reason: str) -> Unauthorized:
    logger.info("token_refused", reason=reason)
    stated = reason if reason == "expired" else "not acceptable"
    # RFC 6750 section 3.1
    return Unauthorized(
        f"The access token is {stated}; sign in again.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )


class AccessToken(SecurityBase):
    """The security scheme that OpenAPI shows, the docs page's Authorize button uses, and endpoints depend on.

    One dependency that also checks the token: each further one costs every request as much as the check does.

    Args:
        token_url: where the button gets its token; `service_kit.server.openapi` puts that of the settings in its place.
    """

    def __init__(self, token_url: str) -> None:
        self.scheme_name = "bearer"
        self.model = OAuth2(flows=OAuthFlows(password=OAuthFlowPassword(tokenUrl=token_url)))

    async def __call__(self, request: Request) -> Subject:
        """Return who is asking.

        Raises:
            Unauthorized: there is no acceptable token.
        """
        scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
        if scheme.lower() != "bearer":
            raise Unauthorized(headers={"WWW-Authenticate": "Bearer"})
        verifier: TokenVerifier = request.app.state.token_verifier
        subject = await verifier.verify(token)
        request.state.subject = subject
        return subject


current_subject = AccessToken("/auth/token")
CurrentSubject = Annotated[Subject, Depends(current_subject)]


async def administrator(subject: CurrentSubject) -> Subject:
    """Return who is asking, an administrator.

    Raises:
        Forbidden: the account has not the role `admin`.
    """
    if not subject.is_admin:
        raise Forbidden
    return subject


Administrator = Annotated[Subject, Depends(administrator)]


async def require_administrator(request: Request) -> None:
    """Refuse a request of anybody but an administrator, from its headers alone.

    Raises:
        Unauthorized: there is no acceptable token.
        Forbidden: the account has not the role `admin`.
    """
    await administrator(await current_subject(request))
