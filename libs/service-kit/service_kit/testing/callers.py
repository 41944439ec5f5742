"""People with an account, as whom the tests of a service call it."""

from collections.abc import Mapping
from uuid import uuid4

from fastapi.testclient import TestClient
from httpx2 import Response

from service_kit.testing.tokens import TokenIssuer


class Caller:
    """A person with an account.

    Args:
        client: of the service under test.
        tokens: signs the access token that each request carries.
        roles: of the account.

    Attributes:
        id: of the account.
    """

    def __init__(self, client: TestClient, tokens: TokenIssuer, *roles: str) -> None:
        self.id = uuid4()
        self._client = client
        self._headers = tokens.authorization(self.id, roles=roles)

    def __call__(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send a request, with a JSON body or none."""
        return self._client.request(method, path, json=body, headers={**self._headers, **(headers or {})})


def code(response: Response) -> tuple[int, str]:
    """Return the status and the code of a problem document."""
    return response.status_code, response.json()["code"]
