"""Signed tokens for tests, and a real JWKS endpoint that publishes their key."""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from service_kit.settings.service_settings import WITHDRAWALS_PATH
from service_kit.tokens.keys import ALGORITHM
from service_kit.tokens.verification import TYPE
from service_kit.tokens.withdrawals import Withdrawals

ISSUER = AUDIENCE = "ai-micro-service"


class TokenIssuer:
    """Signs what a test asks for, right or wrong."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = uuid4().hex

    def jwks(self) -> dict[str, Any]:
        """Return the public key as a JWKS document."""
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": ALGORITHM}]}

    def token(
        self,
        subject: UUID | None = None,
        *,
        roles: object = ("user",),
        headers: Mapping[str, Any] | None = None,
        **claims: object,
    ) -> str:
        """Return a signed access token.

        Args:
            subject: the account's id; a new one by default.
            roles: the account's roles.
            headers: replace members of the JOSE header.
            claims: replace claims; None leaves one out.
        """
        now = int(time.time())
        payload = {
            "sub": str(subject or uuid4()),
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 900,
            "jti": uuid4().hex,
            "scope": "",
            "roles": roles,
            **claims,
        }
        return jwt.encode(
            {name: value for name, value in payload.items() if value is not None},
            self.key,
            algorithm=ALGORITHM,
            headers={"typ": TYPE, "kid": self.kid, **(headers or {})},
        )

    def authorization(self, subject: UUID | None = None, *, roles: Sequence[str] = ("user",)) -> dict[str, str]:
        """Return an Authorization header with a good token."""
        return {"Authorization": f"Bearer {self.token(subject, roles=roles)}"}


class JwksServer:
    """Serves a JWKS document on loopback, or `body` where it is set, and remembers the headers of each fetch.

    `withdrawals` is what `/auth/withdrawals` answers with; None, as in releases that have none, is 404. `polls` are the
    statuses that it has answered with.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.body: bytes | None = None
        self.headers: list[dict[str, str]] = []
        self.withdrawals: Withdrawals | None = None
        self.polls: list[int] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == WITHDRAWALS_PATH:
                    self._answer_withdrawals(owner.withdrawals)
                    return
                owner.headers.append({name.lower(): value for name, value in self.headers.items()})
                body = json.dumps(owner.document).encode() if owner.body is None else owner.body
                self._answer(200, body)

            def _answer_withdrawals(self, withdrawals: Withdrawals | None) -> None:
                etag = withdrawals.etag if withdrawals else None
                unchanged = etag is not None and self.headers.get("If-None-Match") == etag
                status = 304 if unchanged else 200 if withdrawals else 404
                self._answer(status, withdrawals.body if withdrawals and not unchanged else b"", etag=etag)
                owner.polls.append(status)

            def _answer(self, status: int, body: bytes, *, etag: str | None = None) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if etag is not None:
                    self.send_header("ETag", etag)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/.well-known/jwks.json"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def fetches(self) -> int:
        """How often it was fetched."""
        return len(self.headers)

    def close(self) -> None:
        """Stop serving; the port refuses connections from now on."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="session")
def tokens() -> TokenIssuer:
    """Signs tokens that the service under test believes."""
    return TokenIssuer()


@pytest.fixture
def jwks_server(tokens: TokenIssuer) -> Iterator[JwksServer]:
    """The JWKS endpoint of the auth service's stand-in."""
    server = JwksServer(tokens.jwks())
    yield server
    server.close()
