"""Which access tokens a service believes."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from uuid import uuid4

import anyio
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient
from jwt import PyJWK
from sample.application import create_app

from service_kit.http.problems import Unauthorized
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.tokens import JwksServer, TokenIssuer
from service_kit.tokens.keys import usable_keys
from service_kit.tokens.verification import TYPE, Audience, TokenVerifier
from service_kit.tokens.withdrawals import RemoteWithdrawals, WithdrawalsWatch


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _encode(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def signed(tokens: TokenIssuer, header: str, payload: str) -> str:
    """Sign a payload that no library would write."""
    signature = tokens.key.sign(f"{header}.{payload}".encode(), PKCS1v15(), SHA256())
    return f"{header}.{payload}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


class FixedKeys:
    """The issuer's key, without the way over HTTP."""

    def __init__(self, tokens: TokenIssuer) -> None:
        self._keys = usable_keys(tokens.jwks())

    async def key(self, kid: str) -> PyJWK | None:
        return self._keys.get(kid)


def test_a_good_token_says_who_is_asking(client: TestClient, tokens: TokenIssuer) -> None:
    subject = uuid4()
    for _ in range(2):  # the second time from memory
        response = client.get("/notes/whoami/now", headers=tokens.authorization(subject))
        assert (response.status_code, response.json()) == (200, str(subject))


def test_without_a_token_the_answer_says_how_to_authenticate(client: TestClient) -> None:
    response = client.get("/notes/whoami/now")
    assert response.status_code == 401
    assert response.json()["code"] == "UNAUTHORIZED"
    assert response.headers["www-authenticate"] == "Bearer"


NOW = int(time.time())
TIMES = {"exp", "iat", "nbf"}


def _said(claims: dict[str, Any]) -> str:
    """The same words in each of pytest's processes, which start at different seconds."""
    return str(
        {
            name: f"now {value - NOW:+d}" if name in TIMES and isinstance(value, int) else value
            for name, value in claims.items()
        }
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW - 60},
        {"iat": NOW + 600},
        {"nbf": NOW + 600},
        {"iss": "somebody-else"},
        {"aud": "another-system"},
        {"aud": ["ai-micro-service", "another-system"]},
        {"aud": ["another-system"]},
        {"aud": []},
        {"aud": {"sample": True}},
        {"aud": [["sample"]]},
        {"aud": 7},
        {"sub": "not-a-uuid"},
        {"sub": 7},
        {"scope": ["a"]},
        {"scope": None, "roles": "admin"},
        {"roles": {"admin": True}},
        {"roles": "admin"},
        {"roles": [["admin"]]},
        {"roles": ["admin", 7]},
        {"roles": 7},
        {"roles": True},
        {"sid": 7},
        {"sid": "not-a-uuid"},
        {"sid": ["a"]},
        {"exp": "soon"},
        {"exp": [1]},
        {"exp": float("inf")},
        {"iat": float("nan")},
        *({claim: None} for claim in ("exp", "iat", "iss", "aud", "sub", "jti")),
    ],
    ids=_said,
)
def test_a_token_with_wrong_claims_is_refused(client: TestClient, tokens: TokenIssuer, claims: dict[str, Any]) -> None:
    response = client.get("/notes/whoami/now", headers=bearer(tokens.token(**claims)))
    assert response.status_code == 401, claims
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("aud", ["ai-micro-service", "sample", ["sample"], ["another-system", "sample"]], ids=str)
def test_a_token_for_this_service_is_good(client: TestClient, tokens: TokenIssuer, aud: object) -> None:
    assert client.get("/notes/whoami/now", headers=bearer(tokens.token(aud=aud))).status_code == 200


@pytest.mark.parametrize("aud", ["another-service", ["another-service"], ["ai-micro-service"], [], 7], ids=str)
def test_a_token_for_another_service_opens_nothing(client: TestClient, tokens: TokenIssuer, aud: object) -> None:
    assert client.get("/notes/whoami/now", headers=bearer(tokens.token(aud=aud))).status_code == 401


def test_where_tokens_are_per_service_the_shared_audience_opens_nothing(
    settings: TokenCheckingSettings, tokens: TokenIssuer
) -> None:
    with TestClient(create_app(settings.model_copy(update={"jwt_aud_per_service": True}))) as client:
        assert client.get("/notes/whoami/now", headers=bearer(tokens.token(aud="ai-micro-service"))).status_code == 401
        assert client.get("/notes/whoami/now", headers=bearer(tokens.token(aud=["sample"]))).status_code == 200


@pytest.mark.parametrize("claims", [{"iat": NOW + 10}, {"nbf": NOW + 10}, {"exp": NOW - 10}], ids=_said)
def test_a_clock_that_is_10_seconds_off_is_forgiven(tokens: TokenIssuer, claims: dict[str, Any]) -> None:
    # At one moment: how long the test takes to come here must not matter.
    keys = FixedKeys(tokens)
    verifier = TokenVerifier(
        keys,
        issuer="ai-micro-service",
        audience=Audience("sample", "ai-micro-service"),
        withdrawals=WithdrawalsWatch(RemoteWithdrawals("http://127.0.0.1:9")),
    )
    moved: dict[str, Any] = {name: value - NOW + int(time.time()) for name, value in claims.items()}
    assert anyio.run(verifier.verify, tokens.token(**moved)).roles == {"user"}


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": 1_000_000_000}, "expired"),
        ({"iat": 9_000_000_000, "exp": 9_000_000_900}, "not valid yet"),
        ({"iss": "somebody-else"}, "another issuer"),
        ({"aud": "another-system"}, "another audience"),
        ({"jti": None}, "a claim is missing"),
        ({"roles": "admin"}, "roles is not a list of strings"),
        ({"scope": 7}, "scope is not a string"),
        ({"sub": "x"}, "sub or sid is not a UUID"),
        ({"headers": {"typ": "JWT"}}, "another kind of token"),
        ({"headers": {"kid": "unknown"}}, "unknown key"),
    ],
    ids=str,
)
def test_the_reason_of_a_refusal_is_logged_without_the_token(
    client: TestClient, tokens: TokenIssuer, claims: dict[str, Any], reason: str
) -> None:
    token = tokens.token(**claims)
    with structlog.testing.capture_logs() as lines:
        client.get("/notes/whoami/now", headers=bearer(token))
    assert [line["reason"] for line in lines if line["event"] == "token_refused"] == [reason]
    assert not any(part in str(lines) for part in token.split("."))


@pytest.mark.parametrize("depth", [500, 100_000])
def test_deeply_nested_json_in_a_token_is_refused(client: TestClient, tokens: TokenIssuer, depth: int) -> None:
    nested = base64.urlsafe_b64encode(b'{"a":' * depth + b"1" + b"}" * depth).decode().rstrip("=")
    header, _, signature = tokens.token().split(".")
    verify = client.app.state.token_verifier.verify  # type: ignore[attr-defined]  # past the limit of headers
    for token in (f"{nested}.e30.{signature}", f"{header}.{nested}.{signature}", signed(tokens, header, nested)):
        with pytest.raises(Unauthorized):
            anyio.run(verify, token)


@pytest.mark.parametrize("headers", [{"typ": "JWT"}, {"typ": None}, {"kid": "unknown"}, {"kid": None}], ids=str)
def test_a_token_of_another_kind_or_key_is_refused(
    client: TestClient, tokens: TokenIssuer, headers: dict[str, object]
) -> None:
    token = tokens.token(headers={name: value for name, value in headers.items() if value is not None})
    if None in headers.values():  # PyJWT always writes typ: rebuild the header without the member
        header, payload, signature = token.split(".")
        members = json.loads(base64.urlsafe_b64decode(header + "=="))
        token = ".".join(
            (_encode({key: value for key, value in members.items() if key not in headers}), payload, signature)
        )
    assert client.get("/notes/whoami/now", headers=bearer(token)).status_code == 401


def test_a_token_without_a_signature_is_refused(client: TestClient, tokens: TokenIssuer) -> None:
    _, payload, _ = tokens.token().split(".")
    for algorithm in ("none", "None", "NONE"):
        header = _encode({"alg": algorithm, "typ": TYPE, "kid": tokens.kid})
        assert client.get("/notes/whoami/now", headers=bearer(f"{header}.{payload}.")).status_code == 401


def test_a_token_signed_by_hmac_with_the_public_key_is_refused(client: TestClient, tokens: TokenIssuer) -> None:
    public = tokens.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _, payload, _ = tokens.token().split(".")
    signed = f"{_encode({'alg': 'HS256', 'typ': TYPE, 'kid': tokens.kid})}.{payload}"
    signature = hmac.new(public, signed.encode(), hashlib.sha256).digest()
    token = f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    assert client.get("/notes/whoami/now", headers=bearer(token)).status_code == 401


def test_a_key_that_the_token_brings_along_is_ignored(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    stranger = TokenIssuer()
    for headers in (
        {"jwk": stranger.jwks()["keys"][0], "kid": tokens.kid},
        {"jku": jwks_server.url, "kid": tokens.kid},
        {"jwk": stranger.jwks()["keys"][0]},
    ):
        token = stranger.token(headers=headers)
        assert client.get("/notes/whoami/now", headers=bearer(token)).status_code == 401


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "é.é.é", "e30.e30.e30", "A" * 20_000])
def test_something_that_is_no_token_is_refused(client: TestClient, token: str) -> None:
    headers = {b"Authorization": f"Bearer {token}".encode("latin-1")}
    assert client.get("/notes/whoami/now", headers=headers).status_code == 401


def test_a_changed_payload_is_refused(client: TestClient, tokens: TokenIssuer) -> None:
    header, payload, signature = tokens.token(roles=["user"]).split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = f"{header}.{_encode({**claims, 'roles': ['admin']})}.{signature}"
    assert client.get("/notes/administrators/only", headers=bearer(forged)).status_code == 401


def test_only_administrators_pass_where_administrators_are_asked_for(client: TestClient, tokens: TokenIssuer) -> None:
    refused = client.get("/notes/administrators/only", headers=tokens.authorization(roles=["user"]))
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
    assert client.get("/notes/administrators/only", headers=tokens.authorization(roles=["admin"])).status_code == 200


def test_a_flood_of_unknown_keys_does_not_become_a_flood_of_fetches(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    client.get("/notes/whoami/now", headers=tokens.authorization())
    for _ in range(20):
        forged = tokens.token(headers={"kid": uuid4().hex})
        assert client.get("/notes/whoami/now", headers=bearer(forged)).status_code == 401
    assert jwks_server.fetches == 1


def test_known_keys_stay_good_while_the_auth_service_is_away(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    assert client.get("/notes/whoami/now", headers=tokens.authorization()).status_code == 200
    jwks_server.close()
    assert client.get("/notes/whoami/now", headers=tokens.authorization()).status_code == 200


def test_without_any_key_the_answer_is_503_and_not_401(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    jwks_server.close()
    response = client.get("/notes/whoami/now", headers=tokens.authorization())
    assert (response.status_code, response.json()["code"]) == (503, "KEYS_UNAVAILABLE")
    assert response.headers["retry-after"]


def test_a_jwks_document_that_is_none_is_like_an_auth_service_that_is_away(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    jwks_server.document = {"error": "starting"}
    assert client.get("/notes/whoami/now", headers=tokens.authorization()).status_code == 503
    jwks_server.document = tokens.jwks()
    assert client.get("/notes/whoami/now", headers=tokens.authorization()).status_code == 200
