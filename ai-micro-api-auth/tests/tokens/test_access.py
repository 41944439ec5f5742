"""Access tokens: what is in them, and which ones this service believes."""

import json
import time
from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from app.keys.ring import KeyRing
from app.main import create_app
from app.settings import Settings
from app.tokens.access import AccessTokenIssuer
from service_kit.testing.tokens import TokenIssuer
from tests.people import Person, sign_up


def me(client: TestClient, token: str) -> int:
    response = client.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
    if response.status_code == 401:
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code


def forge(key_ring: KeyRing, subject: UUID, *, headers: dict[str, Any] | None = None, **claims: object) -> str:
    """Sign a token with the service's own key, right but for what is given; None leaves a claim out."""
    key = key_ring.signing_key()
    now = int(time.time())
    payload: dict[str, object] = {
        "iss": "ai-micro-service",
        "aud": "ai-micro-service",
        "sub": str(subject),
        "iat": now,
        "exp": now + 900,
        "jti": str(uuid4()),
        "scope": "",
        "roles": ["user"],
        **claims,
    }
    return jwt.encode(
        {name: value for name, value in payload.items() if value is not None},
        key.private,
        algorithm="RS256",
        headers={"typ": "at+jwt", "kid": key.kid, **(headers or {})},
    )


def test_header_and_claims_are_those_of_the_contract(signed_in: Person, key_ring: KeyRing) -> None:
    assert signed_in.tokens is not None
    token = signed_in.tokens["access_token"]
    key = key_ring.signing_key()
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "at+jwt", "kid": key.kid}
    claims = jwt.decode(token, key.private.public_key(), algorithms=["RS256"], audience="ai-micro-api-user")
    assert set(claims) == {"sub", "iss", "aud", "iat", "exp", "jti", "scope", "roles", "sid"}
    assert (claims["sub"], claims["iss"], claims["roles"]) == (str(signed_in.id), "ai-micro-service", ["user"])
    assert claims["exp"] - claims["iat"] == 900


def test_no_two_tokens_have_the_same_id(key_ring: KeyRing) -> None:
    issuer = AccessTokenIssuer(key_ring, issuer="i", audience="a", ttl_seconds=60)
    tokens = [issuer.issue(uuid4()) for _ in range(2)]
    ids = {jwt.decode(token, options={"verify_signature": False})["jti"] for token in tokens}
    assert len(ids) == 2


def test_what_the_next_tests_forge_is_believed_when_nothing_is_wrong(
    refusing_client: TestClient, bystander: Person, key_ring: KeyRing
) -> None:
    assert me(refusing_client, forge(key_ring, bystander.id)) == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "somebody-else"},
        {"aud": "another-service"},
        {"aud": ["ai-micro-service", "another-service"]},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": None},
        {"iss": None},
        {"aud": None},
        {"sub": None},
        {"jti": None},
        {"sub": "1"},
        {"sub": "nul\0"},
        {"roles": 7},
        {"scope": ["a"]},
        {"sid": "1"},
        {"sid": None, "headers": {"typ": "JWT"}},
        {"headers": {"typ": None}},
        {"headers": {"kid": "unknown"}},
    ],
    ids=str,
)
def test_a_token_with_one_thing_wrong_is_refused(
    refusing_client: TestClient, bystander: Person, key_ring: KeyRing, wrong: dict[str, Any]
) -> None:
    assert me(refusing_client, forge(key_ring, bystander.id, **wrong)) == 401


def encode(part: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def test_an_unsigned_token_is_refused(refusing_client: TestClient, bystander: Person, key_ring: KeyRing) -> None:
    _, payload, _ = forge(key_ring, bystander.id).split(".")
    for algorithm in ("none", "None", "NONE"):
        header = encode({"alg": algorithm, "typ": "at+jwt", "kid": key_ring.signing_key().kid})
        assert me(refusing_client, f"{header}.{payload}.") == 401


@pytest.mark.parametrize("kid", [{}, {"kid": None}, {"kid": 7}, {"kid": ["x"]}, {"kid": {}}], ids=str)
def test_a_token_without_a_usable_key_id_is_refused(
    refusing_client: TestClient, bystander: Person, key_ring: KeyRing, kid: dict[str, object]
) -> None:
    _, payload, signature = forge(key_ring, bystander.id).split(".")
    assert me(refusing_client, f"{encode({'alg': 'RS256', 'typ': 'at+jwt', **kid})}.{payload}.{signature}") == 401


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(
    refusing_client: TestClient, bystander: Person, key_ring: KeyRing
) -> None:
    key = key_ring.signing_key()
    pem = key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _, payload, _ = forge(key_ring, bystander.id).split(".")
    signing_input = f"{encode({'alg': 'HS256', 'typ': 'at+jwt', 'kid': key.kid})}.{payload}"
    hmac = jwt.get_algorithm_by_name("HS256")
    # By hand: the library refuses to do what an attacker would.
    signature = hmac.sign(signing_input.encode(), pem)
    assert me(refusing_client, f"{signing_input}.{urlsafe_b64encode(signature).decode().rstrip('=')}") == 401


def test_a_token_of_another_key_is_refused_even_under_our_key_id(
    refusing_client: TestClient, bystander: Person, key_ring: KeyRing, tokens: TokenIssuer
) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    headers = {"typ": "at+jwt", "kid": key_ring.signing_key().kid}
    claims = jwt.decode(forge(key_ring, bystander.id), options={"verify_signature": False})
    assert me(refusing_client, jwt.encode(claims, stranger, algorithm="RS256", headers=headers)) == 401
    assert me(refusing_client, tokens.token(bystander.id)) == 401


def test_a_key_that_the_token_brings_along_is_ignored(
    refusing_client: TestClient, bystander: Person, key_ring: KeyRing
) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key()))
    claims = jwt.decode(forge(key_ring, bystander.id), options={"verify_signature": False})
    headers = {"typ": "at+jwt", "kid": key_ring.signing_key().kid, "jwk": jwk, "jku": "http://127.0.0.1:9/jwks"}
    assert me(refusing_client, jwt.encode(claims, stranger, algorithm="RS256", headers=headers)) == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "ÄÖÜ".encode().decode("latin-1"), "x" * 5000])
def test_what_is_no_token_is_refused(refusing_client: TestClient, token: str) -> None:
    response = refusing_client.get("/auth/me", headers={b"Authorization": f"Bearer {token}".encode("latin-1")})
    assert response.status_code == 401


def test_a_changed_payload_is_refused(refusing_client: TestClient, bystander: Person, key_ring: KeyRing) -> None:
    header, _, signature = forge(key_ring, bystander.id).split(".")
    _, admin, _ = forge(key_ring, bystander.id, roles=["admin"]).split(".")
    assert me(refusing_client, f"{header}.{admin}.{signature}") == 401


def test_the_token_of_an_account_that_never_was_is_refused(refusing_client: TestClient, key_ring: KeyRing) -> None:
    assert me(refusing_client, forge(key_ring, uuid4())) == 401


@pytest.mark.parametrize("setting", [None, True])
def test_tokens_list_the_services_that_they_are_for(settings: Settings, setting: bool | None) -> None:
    app = create_app(settings.model_copy(update={"jwt_aud_per_service": setting}))
    with TestClient(app, raise_server_exceptions=False) as client:
        person = sign_up(client).sign_in()
        assert person.tokens is not None
        claims = jwt.decode(person.tokens["access_token"], options={"verify_signature": False})
        assert claims["aud"] == ["ai-micro-api-auth", "ai-micro-api-user", "ai-micro-api-admin"]
        assert me(client, person.tokens["access_token"]) == 200


def test_the_log_gets_a_token_for_the_admin_service_alone(settings: Settings) -> None:
    assert settings.log_audience == "ai-micro-api-admin"


def test_beside_services_of_older_releases_tokens_carry_the_audience_that_these_know(settings: Settings) -> None:
    older = settings.model_copy(update={"jwt_aud_per_service": False})
    assert (older.token_audience, older.log_audience) == ("ai-micro-service", "ai-micro-service")
