"""The library, asked through a model."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.types_of_fixtures import Ask, Headers, Json


@pytest.fixture
def ask_model(model_client: TestClient, library: Json, stranger: Headers) -> Ask:
    """Ask the library a question that goes to the model."""

    def send(message: str, *, headers: Headers = stranger, **fields: object) -> Response:
        url = f"/api/knowledgebase/{library['id']}/chat"
        return model_client.post(url, json={"message": message, **fields}, headers=headers)

    return send
