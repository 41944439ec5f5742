"""`/profiles` as its callers see it."""

from uuid import uuid4

from fastapi.testclient import TestClient

from service_kit.testing.tokens import TokenIssuer


def test_a_user_creates_and_reads_their_own_profile(client: TestClient, tokens: TokenIssuer) -> None:
    user = uuid4()
    created = client.post("/profiles", json={"display_name": "花子"}, headers=tokens.authorization(user))
    assert created.status_code == 201, created.text
    assert created.json()["user_id"] == str(user)
    read = client.get(created.headers["Location"], headers=tokens.authorization(user))
    assert read.status_code == 200, read.text
    assert read.json() == created.json()
