"""What is forgotten when an account is deleted."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.callers import code
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import TokenIssuer
from service_kit.tokens.services import SERVICE_IDS
from tests.people import Caller

AUTH = SERVICE_IDS["ai-micro-api-auth"]


def service_headers(tokens: TokenIssuer, service: UUID, scope: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.token(service, roles=[], scope=scope)}"}


def test_the_profile_of_a_deleted_account_goes_however_often_that_is_said(
    client: TestClient, user: Caller, stranger: Caller, tokens: TokenIssuer, migrated_database: DatabaseUrls
) -> None:
    user.create()
    stranger.create()
    headers = service_headers(tokens, AUTH, "accounts:erase")
    for _ in range(2):
        response = client.post("/internal/erasures", json={"user_id": str(user.id)}, headers=headers)
        assert (response.status_code, response.json()) == (200, {"user_id": str(user.id)})
    assert code(user("GET", "/profiles/me")) == (404, "PROFILE_NOT_FOUND")
    assert stranger("GET", "/profiles/me").status_code == 200
    with migrated_database.engine().connect() as connection:
        deleted = text("SELECT actor_id, target_id FROM audit_events WHERE action = 'PROFILE_DELETED'")
        assert connection.execute(deleted).all() == [(AUTH, str(user.id))]


def test_no_account_says_so(user: Caller, administrator: Caller) -> None:
    for caller in (user, administrator):
        assert code(caller("POST", "/internal/erasures", {"user_id": str(user.id)})) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("service", "scope"),
    [(AUTH, "audit:write"), (SERVICE_IDS["ai-micro-api-admin"], "accounts:erase")],
    ids=["another scope", "another service"],
)
def test_only_the_auth_service_says_so(
    client: TestClient, user: Caller, tokens: TokenIssuer, service: UUID, scope: str
) -> None:
    user.create()
    headers = service_headers(tokens, service, scope)
    response = client.post("/internal/erasures", json={"user_id": str(user.id)}, headers=headers)
    assert code(response) == (403, "FORBIDDEN")
    assert user("GET", "/profiles/me").status_code == 200
