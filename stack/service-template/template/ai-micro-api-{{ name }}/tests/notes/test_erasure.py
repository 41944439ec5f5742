"""What is forgotten when an account is deleted."""

from fastapi.testclient import TestClient

from service_kit.personal_data.erasures import SCOPE
from service_kit.testing.callers import Caller, code
from service_kit.testing.tokens import TokenIssuer
from service_kit.tokens.services import SERVICE_IDS


def test_the_notes_of_a_deleted_account_go_however_often_that_is_said(
    client: TestClient, user: Caller, stranger: Caller, tokens: TokenIssuer
) -> None:
    for person in (user, stranger):
        person("POST", "/notes", {"title": "a"})
    token = tokens.token(SERVICE_IDS["ai-micro-api-auth"], roles=[], scope=SCOPE)
    for _ in range(2):
        response = client.post(
            "/internal/erasures", json={"user_id": str(user.id)}, headers={"Authorization": f"Bearer {token}"}
        )
        assert response.status_code == 200
    assert user("GET", "/notes").json()["items"] == []
    assert len(stranger("GET", "/notes").json()["items"]) == 1


def test_no_account_says_so(user: Caller) -> None:
    assert code(user("POST", "/internal/erasures", {"user_id": str(user.id)})) == (403, "FORBIDDEN")
