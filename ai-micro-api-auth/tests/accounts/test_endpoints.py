"""`/auth/signup`, `/auth/me` and `/auth/users` as their callers see them."""

from fastapi.testclient import TestClient

PASSWORD = "correct horse battery"


def test_an_account_signs_up_signs_in_and_reads_itself(client: TestClient) -> None:
    created = client.post("/auth/signup", json={"email": "Hanako@Example.com", "password": PASSWORD})
    assert created.status_code == 201, created.text
    assert created.json()["email"] == "hanako@example.com"
    assert created.json()["roles"] == ["user"]
    tokens = client.post("/auth/login", json={"email": "HANAKO@example.COM", "password": PASSWORD})
    assert tokens.status_code == 200, tokens.text
    me = client.get("/auth/me", headers={"Authorization": f"Bearer {tokens.json()['access_token']}"})
    assert me.json() == created.json()
