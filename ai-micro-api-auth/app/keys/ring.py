"""The keys in use: all of the folder's are published, one signs.

A new key is published before it signs: other services keep the JWKS for `PUBLISHED_SECONDS`, and would refuse a token
of a key that they have not seen yet. So the signing key is the newest that was published for that long, or the first
one where none was. Another replica, or `python -m app.keys rotate`, may add or remove files at any time; the
folder is looked at again every few seconds while there are requests.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt import PyJWK
from jwt.algorithms import RSAAlgorithm

from app.keys.folder import KeyFile, KeyFolder, KeyFolderError
from service_kit.tokens.keys import ALGORITHM

PUBLISHED_SECONDS = 300
_LOOK_AGAIN_SECONDS = 5.0

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair.

    Attributes:
        kid: the thumbprint of the public key (RFC 7638).
        private: signs.
        public_jwk: the public half as published.
        modified_at: when its file was written, seconds since the epoch.
    """

    kid: str
    private: rsa.RSAPrivateKey
    public_jwk: dict[str, Any]
    modified_at: float

    @classmethod
    def of(cls, private: rsa.RSAPrivateKey, modified_at: float) -> "SigningKey":
        """Return the pair that a private key belongs to."""
        public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
        members = {name: public[name] for name in ("e", "kty", "n")}
        kid = thumbprint(members)
        return cls(kid, private, {**members, "kid": kid, "use": "sig", "alg": ALGORITHM}, modified_at)


def thumbprint(members: dict[str, str]) -> str:
    """Return the JWK thumbprint of an RSA public key (RFC 7638 section 3).

    Args:
        members: `e`, `kty` and `n`, nothing else.
    """
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).decode().rstrip("=")


class KeyRing:
    """The keys of a folder, as issuer, JWKS endpoint and verifier need them.

    Args:
        folder: where the keys are; gets its first key here when it has none.
        clock: the time, seconds since the epoch.

    Raises:
        KeyFolderError: the folder or a file in it cannot be used.
    """

    def __init__(self, folder: KeyFolder, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._loaded: dict[KeyFile, SigningKey] = {}
        self._public: dict[str, PyJWK] = {}
        self._published_at: dict[str, float] = {}
        folder.add_first()
        self._load()
        self._looked_at = time.monotonic()

    def signing_key(self) -> SigningKey:
        """Return the key to sign with."""
        keys = self._current()
        published_at = self._published_at
        now = self._clock()
        seen_by_all = [key for key in keys if now - published_at.get(key.kid, key.modified_at) >= PUBLISHED_SECONDS]
        return seen_by_all[-1] if seen_by_all else keys[0]

    def note_published(self, seconds: Mapping[str, float]) -> None:
        """Take over for how long each key is published, which the replicas agree on; until then its file says it.

        Args:
            seconds: by the id of the key.
        """
        now = self._clock()
        self._published_at = {kid: now - age for kid, age in seconds.items()}

    def jwks(self) -> dict[str, Any]:
        """Return the JWKS document (RFC 7517 section 5) with every key, oldest first."""
        return {"keys": [key.public_jwk for key in self._current()]}

    async def key(self, kid: str) -> PyJWK | None:
        """Return the public key with this id, or None; see `service_kit.tokens.keys.KeySource`."""
        self._current()
        return self._public.get(kid)

    def _current(self) -> list[SigningKey]:
        with self._lock:
            if time.monotonic() - self._looked_at >= _LOOK_AGAIN_SECONDS:
                self._looked_at = time.monotonic()
                try:
                    self._load()
                except KeyFolderError as error:
                    # What was good a moment ago still is; stopping would sign all accounts out.
                    logger.warning("signing_keys_unusable", error=str(error))
            return list(self._loaded.values())

    def _load(self) -> None:
        files = self._folder.files()
        if not files:
            raise KeyFolderError(
                f"JWT_KEYS_DIR: {self._folder.path} holds no *.pem file any more; add one, or restart to make one."
            )
        self._loaded = {
            file: self._loaded.get(file) or SigningKey.of(self._folder.read(file), file.modified_at) for file in files
        }
        self._public = {key.kid: PyJWK(key.public_jwk) for key in self._loaded.values()}
