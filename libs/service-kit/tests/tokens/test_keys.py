"""Which published keys may check access tokens."""

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi.testclient import TestClient

from service_kit.testing.tokens import JwksServer, TokenIssuer
from service_kit.tokens.keys import JwksError, usable_keys


def whoami(client: TestClient, token: str) -> int:
    return client.get("/notes/whoami/now", headers={"Authorization": f"Bearer {token}"}).status_code


def published(issuer: TokenIssuer, **members: object) -> dict[str, Any]:
    """Return the issuer's JWK with members replaced; None leaves one out."""
    jwk = {**issuer.jwks()["keys"][0], **members}
    return {name: value for name, value in jwk.items() if value is not None}


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"use": None},
        {"alg": None},
        {"key_ops": ["verify"]},
        {"key_ops": ["sign", "verify"]},
        {"use": None, "alg": None, "key_ops": None},
        {"x5t": "something else"},
    ],
    ids=str,
)
def test_a_key_for_signatures_checks_tokens(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer, members: dict[str, object]
) -> None:
    jwks_server.document = {"keys": [published(tokens, **members)]}
    assert whoami(client, tokens.token()) == 200


UNFIT: list[dict[str, object]] = [
    {"use": "enc"},
    {"use": 7},
    {"use": ["sig"]},
    {"key_ops": ["encrypt"]},
    {"key_ops": ["sign"]},
    {"key_ops": []},
    {"key_ops": "verify"},
    {"key_ops": {"verify": True}},
    {"alg": "RS512"},
    {"alg": "PS256"},
    {"alg": "HS256"},
    {"alg": 7},
    {"kty": "oct"},
    {"kty": "EC"},
    {"kty": None},
    {"n": "AQAB"},
    {"n": "not base64 *"},
    {"n": None},
    {"n": 7},
    {"e": None},
]


@pytest.mark.parametrize("members", UNFIT, ids=str)
def test_an_unfit_key_checks_nothing_and_leaves_its_neighbours_alone(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer, members: dict[str, object]
) -> None:
    other = TokenIssuer()
    jwks_server.document = {"keys": [published(tokens, **members), *other.jwks()["keys"]]}
    assert whoami(client, tokens.token()) == 401
    assert whoami(client, other.token()) == 200


@pytest.mark.parametrize("bits", [512, 1024, 2047])
def test_a_short_key_checks_nothing(bits: int) -> None:
    modulus = (1 << (bits - 1)) + 1
    encoded = base64.urlsafe_b64encode(modulus.to_bytes((bits + 7) // 8, "big")).decode().rstrip("=")
    with pytest.raises(JwksError, match="no usable key"):
        usable_keys({"keys": [{"kty": "RSA", "kid": "short", "n": encoded, "e": "AQAB"}]})


def test_a_token_of_a_1024_bit_key_is_refused(client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer) -> None:
    weak = TokenIssuer()
    weak.key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - what is refused
    jwks_server.document = {"keys": [*weak.jwks()["keys"], *tokens.jwks()["keys"]]}
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = weak.token()
    assert whoami(client, token) == 401
    assert whoami(client, tokens.token()) == 200


def test_a_private_key_and_an_elliptic_curve_check_nothing() -> None:
    private = jwt.algorithms.RSAAlgorithm.to_jwk(TokenIssuer().key, as_dict=True)
    curve = jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    for key in (private, curve):
        with pytest.raises(JwksError, match="no usable key"):
            usable_keys({"keys": [{**key, "kid": "1", "key_ops": ["verify"]}]})


@pytest.mark.parametrize(
    "document",
    [None, [], "keys", {}, {"keys": None}, {"keys": {}}, {"keys": []}, {"keys": [None, 7, "x", []]}],
    ids=str,
)
def test_what_is_no_jwks_document_gives_no_keys(document: object) -> None:
    with pytest.raises(JwksError):
        usable_keys(document)


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"keys":' * 50_000, b"\xff\xfe", b"{", b""], ids=len)
def test_an_unreadable_answer_is_like_an_auth_service_that_is_away(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer, body: bytes
) -> None:
    jwks_server.body = body
    assert whoami(client, tokens.token()) == 503
    jwks_server.body = json.dumps(tokens.jwks()).encode()
    assert whoami(client, tokens.token()) == 200
