"""`/.well-known/jwks.json`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict

from app.keys.ring import PUBLISHED_SECONDS, KeyRing
from service_kit.http.schemas import ResponseModel

router = APIRouter(tags=["keys"])


class PublicKey(ResponseModel):
    """One public key (RFC 7517 section 4, RFC 7518 section 6.3.1)."""

    kty: str
    use: str
    alg: str
    kid: str
    n: str
    e: str


class KeySet(ResponseModel):
    """The public keys that access tokens are checked with."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "keys": [
                        {
                            "kty": "RSA",
                            "use": "sig",
                            "alg": "RS256",
                            "kid": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
                            "n": "0vx7agoebGcQ...",
                            "e": "AQAB",
                        }
                    ]
                }
            ]
        }
    )

    keys: list[PublicKey]


async def key_ring(request: Request) -> KeyRing:
    """Return the application's keys."""
    ring: KeyRing = request.app.state.key_ring
    return ring


Keys = Annotated[KeyRing, Depends(key_ring)]


@router.get("/.well-known/jwks.json", response_model=KeySet)
async def jwks(keys: Keys, response: Response) -> dict[str, object]:
    """Return the public keys; keep them for as long as `Cache-Control` says."""
    # Without a thread: other services need the keys also when this one has more to do than it can.
    response.headers["Cache-Control"] = f"public, max-age={PUBLISHED_SECONDS}"
    return keys.jwks()
