"""The public keys that access tokens are checked with: RSA keys of 2048 bits or more that are meant for signatures."""

import time
from collections.abc import Iterator
from typing import Any, Protocol

import anyio
import httpx
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK

from service_kit.http.problems import KeysUnavailable
from service_kit.observability.service_client import service_client

ALGORITHM = "RS256"
MIN_KEY_BITS = 2048
_REFETCH_SECONDS = 30.0
_KEYS_FRESH_SECONDS = 300.0
_FETCH_TIMEOUT_SECONDS = 3.0

logger = structlog.get_logger(__name__)


class JwksError(Exception):
    """A JWKS document has no key that can check access tokens."""


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
            async with service_client(timeout=_FETCH_TIMEOUT_SECONDS) as client:
                response = await client.get(self._url)
            response.raise_for_status()
            keys = usable_keys(response.json())
        # RecursionError: JSON that is nested too deeply
        except (httpx.HTTPError, JwksError, ValueError, RecursionError) as error:
            logger.warning("jwks_unavailable", url=self._url, error=str(error) or type(error).__name__)
            return
        self._keys = keys
        self._fetched_at = time.monotonic()


def usable_keys(document: object) -> dict[str, PyJWK]:
    """Return the keys of a JWKS document that may check access tokens, by key id; log why others may not.

    Args:
        document: the parsed JSON (RFC 7517 section 5).

    Raises:
        JwksError: there is none.
    """
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise JwksError("the answer is not a JWKS document")
    keys = dict(_usable(entries))
    if not keys:
        raise JwksError("the JWKS document has no usable key")
    return keys


def _usable(entries: list[object]) -> Iterator[tuple[str, PyJWK]]:
    for entry in entries:
        members = entry if isinstance(entry, dict) else {}
        reason = _unfit_because(members)
        if reason is None:
            try:
                key = PyJWK(members, algorithm=ALGORITHM)
            except (jwt.PyJWTError, ValueError, TypeError):
                reason = "not a public key"
            else:
                reason = _weak_because(key.key)
        if reason is None:
            yield members["kid"], key
        else:
            logger.warning("jwks_key_refused", reason=reason)


def _unfit_because(members: dict[str, Any]) -> str | None:
    """Return why a JWK is not for checking signatures (RFC 7517 section 4), or None."""
    operations = members.get("key_ops", ["verify"])
    if not isinstance(members.get("kid"), str):
        return "no kid"
    if members.get("kty") != "RSA":
        return "kty is not RSA"
    if members.get("alg", ALGORITHM) != ALGORITHM:
        return f"alg is not {ALGORITHM}"
    if members.get("use", "sig") != "sig":
        return "use is not sig"
    if not isinstance(operations, list) or "verify" not in operations:
        return "key_ops has no verify"
    return None


def _weak_because(key: object) -> str | None:
    if not isinstance(key, RSAPublicKey):
        return "not a public key"
    return None if key.key_size >= MIN_KEY_BITS else f"fewer than {MIN_KEY_BITS} bits"
