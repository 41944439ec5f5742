"""Who the tests act as: people with an account, signed in or not."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from httpx2 import Response

from app.accounts.administrator import make_administrator
from service_kit.database.sessions import Database

PASSWORD = "correct horse battery"
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACED = {"X-Request-ID": "traced-1", "traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"}


@dataclass
class Person:
    """An account and the tokens of its last sign-in."""

    client: TestClient
    email: str
    id: UUID
    password: str = PASSWORD
    tokens: dict[str, Any] | None = None

    def login(self, password: str | None = None) -> Response:
        return self.client.post("/auth/login", json={"email": self.email, "password": password or self.password})

    def sign_in(self) -> "Person":
        """Sign in as one more client and return the same person with that client's tokens."""
        response = self.login()
        assert response.status_code == 200, response.text
        return Person(self.client, self.email, self.id, self.password, response.json())

    @property
    def authorization(self) -> dict[str, str]:
        assert self.tokens is not None
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    @property
    def refresh_token(self) -> str:
        assert self.tokens is not None
        return str(self.tokens["refresh_token"])

    def refresh(self) -> Response:
        return refresh(self.client, self.refresh_token)


def administrator_at(client: TestClient, database: Database, email: str) -> Person:
    """Create an administrator by the operator's command, who has signed in."""
    password = make_administrator(database, email).split()[-1]
    tokens = client.post("/auth/login", json={"email": email, "password": password}).json()
    me = client.get("/auth/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    return Person(client, email, UUID(me["id"]), password, tokens)


def refresh(client: TestClient, token: str) -> Response:
    return client.post("/auth/refresh", json={"refresh_token": token})


def sign_up(client: TestClient, email: str = "hanako@example.com") -> Person:
    response = client.post("/auth/signup", json={"email": email, "password": PASSWORD})
    assert response.status_code == 201, response.text
    return Person(client, response.json()["email"], UUID(response.json()["id"]))
