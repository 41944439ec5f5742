"""Who the tests act as."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient
from httpx2 import Response

from service_kit.testing.tokens import TokenIssuer

FIELDS = {
    "email": "hanako@example.com",
    "first_name": "花子",
    "last_name": "山田",
    "display_name": "Hanako",
    "phone": "+81312345678",
    "locale": "ja-JP",
    "time_zone": "Asia/Tokyo",
    "bio": "図書館で働いています。",
}
EMPTY = dict.fromkeys(FIELDS)


class Caller:
    """A person with an account."""

    def __init__(self, client: TestClient, tokens: TokenIssuer, *roles: str) -> None:
        self.id = uuid4()
        self._client = client
        self._headers = tokens.authorization(self.id, roles=roles)

    def __call__(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        return self._client.request(method, path, json=body, headers={**self._headers, **(headers or {})})

    def create(self, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        response = self("POST", "/profiles", fields)
        assert response.status_code == 201, response.text
        created: dict[str, Any] = response.json()
        return created


def code(response: Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]
