"""The refresh token as a value: 48 random bytes that mean nothing to their holder."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

_SELECTOR_BYTES = 16
_SECRET_BYTES = 32


def new_nonce() -> bytes:
    """Return what a successor is made with, new for each rotation."""
    return secrets.token_bytes(_SECRET_BYTES)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token.

    Attributes:
        selector: the same in all tokens of a family; finds its row.
        secret: new in each token.
    """

    selector: UUID
    secret: bytes

    @classmethod
    def new(cls) -> "RefreshToken":
        """Return the first token of a family."""
        return cls(uuid4(), secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> "RefreshToken | None":
        """Return the token that a client sent, or None when it is none."""
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if len(raw) != _SELECTOR_BYTES + _SECRET_BYTES:
            return None
        return cls(UUID(bytes=raw[:_SELECTOR_BYTES]), raw[_SELECTOR_BYTES:])

    def successor(self, nonce: bytes) -> "RefreshToken":
        """Return the next token of the family.

        The same for the same nonce, so that a client that asks twice gets one successor. Who has only the token, or
        only the nonce of the database, cannot make it.
        """
        return RefreshToken(self.selector, hmac.digest(self.secret, nonce, "sha256"))

    def hash(self) -> bytes:
        """Return what is stored. SHA-256 is enough: 256 random bits cannot be guessed."""
        return hashlib.sha256(self.selector.bytes + self.secret).digest()

    def __str__(self) -> str:
        """Return the text that a client gets."""
        return base64.urlsafe_b64encode(self.selector.bytes + self.secret).decode()

    def __repr__(self) -> str:
        """Return nothing that a log must not hold."""
        return "RefreshToken(...)"
