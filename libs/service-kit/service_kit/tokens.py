"""Access tokens: what a service believes of `Authorization: Bearer ...`.

RS256 by an allow-list of one, `typ: at+jwt` (RFC 9068), keys only from our own JWKS: a token's `jku`, `x5u` and `jwk`
headers are never read (RFC 8725 sections 3.1, 3.5, 3.11).
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Protocol
from uuid import UUID

import anyio
import httpx
import jwt
import structlog
from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from jwt import PyJWK, PyJWKSet

from service_kit.problems import Forbidden, KeysUnavailable, Unauthorized

ALGORITHM = "RS256"
TYPE = "at+jwt"
ADMINISTRATOR_ROLE = "admin"
REQUIRED_CLAIMS = ["exp", "iat", "iss", "aud", "sub", "jti"]
_LEEWAY_SECONDS = 5
_REFETCH_SECONDS = 30.0
_KEYS_FRESH_SECONDS = 300.0
_FETCH_TIMEOUT_SECONDS = 3.0
_REMEMBERED_TOKENS = 4096

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
        """Whether the account is an administrator's."""
        return ADMINISTRATOR_ROLE in self.roles


class KeySource(Protocol):
    """Where the public keys come from."""

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key with this id, or None when there is none.

        Raises:
            KeysUnavailable: the keys cannot be had right now.
        """


class RemoteKeys:
    """The auth service's JWKS, cached.

    Keys are fetched again after five minutes, and when a token names an unknown `kid`, at most once in 30 seconds:
    a flood of forged tokens must not become a flood of requests. Keys that were known stay good while the auth
    service is away.

    Args:
        url: of the JWKS document.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._lock: anyio.Lock = anyio.Lock()

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key with this id; see `KeySource.key`."""
        if not self._is_settled(kid):
            async with self._lock:
                if not self._is_settled(kid):
                    await self._fetch()
        if not self._keys:
            raise KeysUnavailable
        return self._keys.get(kid)

    def _is_settled(self, kid: str) -> bool:
        now = time.monotonic()
        fresh = kid in self._keys and now - self._fetched_at < _KEYS_FRESH_SECONDS
        # Without any key there is nothing to lose by asking again at once: the auth service may just have started.
        recently_tried = bool(self._keys) and now - self._tried_at < _REFETCH_SECONDS
        return fresh or recently_tried

    async def _fetch(self) -> None:
        self._tried_at = time.monotonic()
        try:
            # trust_env=False: a proxy of the environment has no business between our own services.
            async with httpx.AsyncClient(timeout=_FETCH_TIMEOUT_SECONDS, trust_env=False) as client:
                response = await client.get(self._url)
            response.raise_for_status()
            keys = PyJWKSet.from_dict(response.json())
        except (httpx.HTTPError, jwt.PyJWTError, ValueError, AttributeError) as error:
            logger.warning("jwks_unavailable", url=self._url, error=str(error) or type(error).__name__)
            return
        self._keys = {key.key_id: key for key in keys.keys if key.key_id is not None}
        self._fetched_at = time.monotonic()


class TokenVerifier:
    """Checks access tokens.

    A token that was checked is remembered until it expires, by its SHA-256: the same bytes have the same signature,
    and a signature check costs ten times what a look-up does.

    Args:
        keys: where public keys come from.
        issuer: the `iss` that is believed.
        audience: the `aud` that must be meant.
    """

    def __init__(self, keys: KeySource, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._remembered: OrderedDict[bytes, tuple[float, str, Subject]] = OrderedDict()

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
        if known and known[0] > time.time() and await self._keys.key(known[1]) is not None:
            return known[2]
        self._remembered.pop(fingerprint, None)
        kid = self._key_id(token)
        key = await self._keys.key(kid)
        if key is None:
            raise _invalid_token("signed with an unknown key")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": REQUIRED_CLAIMS, "strict_aud": True},
            )
            subject = Subject(
                UUID(claims["sub"]),
                frozenset(claims.get("roles", ())),
                frozenset(claims.get("scope", "").split()),
                UUID(claims["sid"]) if "sid" in claims else None,
            )
        except jwt.ExpiredSignatureError as error:
            raise _invalid_token("expired") from error
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
            raise _invalid_token("not acceptable") from error
        self._remember(fingerprint, (float(claims["exp"]), kid, subject))
        return subject

    def _key_id(self, token: str) -> str:
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError) as error:
            raise _invalid_token("not a token") from error
        kid = header.get("kid")
        if header.get("typ") != TYPE or header.get("alg") != ALGORITHM or not isinstance(kid, str):
            raise _invalid_token("of another kind")
        return kid

    def _remember(self, fingerprint: bytes, entry: tuple[float, str, Subject]) -> None:
        self._remembered[fingerprint] = entry
        if len(self._remembered) > _REMEMBERED_TOKENS:
            self._remembered.popitem(last=False)


def _invalid_token(reason: str) -> Unauthorized:
    # RFC 6750 section 3.1
    return Unauthorized(
        f"The access token is {reason}; sign in again.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )


def bearer_scheme(token_url: str) -> OAuth2PasswordBearer:
    """Return the security scheme that OpenAPI shows and the docs page's Authorize button uses."""
    return OAuth2PasswordBearer(tokenUrl=token_url, scheme_name="bearer", auto_error=False)


# The address in the scheme is put in by `service_kit.openapi`, from the settings.
_bearer = bearer_scheme("/auth/token")


async def current_subject(request: Request, token: Annotated[str | None, Depends(_bearer)]) -> Subject:
    """Return who is asking.

    Raises:
        Unauthorized: there is no acceptable token.
    """
    if token is None:
        raise Unauthorized(headers={"WWW-Authenticate": "Bearer"})
    verifier: TokenVerifier = request.app.state.token_verifier
    return await verifier.verify(token)


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
    await administrator(await current_subject(request, await _bearer(request)))
