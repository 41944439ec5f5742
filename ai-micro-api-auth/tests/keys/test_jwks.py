"""`GET /.well-known/jwks.json`."""

import jwt
from fastapi.testclient import TestClient
from jwt import PyJWKSet

from app.keys.ring import PUBLISHED_SECONDS
from tests.people import Person


def test_the_document_checks_the_tokens_and_may_be_kept_for_a_while(client: TestClient, signed_in: Person) -> None:
    response = client.get("/.well-known/jwks.json")
    assert response.headers["Cache-Control"] == f"public, max-age={PUBLISHED_SECONDS}"
    assert signed_in.tokens is not None
    token = signed_in.tokens["access_token"]
    key = PyJWKSet.from_dict(response.json())[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="ai-micro-api-user")
    assert claims["sub"] == str(signed_in.id)


def test_nothing_private_is_published(client: TestClient) -> None:
    for key in client.get("/.well-known/jwks.json").json()["keys"]:
        assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}
        assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
