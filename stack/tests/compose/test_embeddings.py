"""`docker compose --env-file stack/embeddings-e5/compose.env up`: search by meaning, in containers."""

import json
from collections.abc import Iterator

import pytest
from compose.engine import Compose

CONTAINER = "embeddings-e5"
OPTIONS = ("--env-file", "stack/embeddings-e5/compose.env")
ASK = """
import json, urllib.request
body = {"model": "any", "input": ["有給休暇は何日ですか"], "input_type": "query", "encoding_format": "float"}
request = urllib.request.Request("http://embeddings-e5:8000/v1/embeddings", json.dumps(body).encode())
request.add_header("Content-Type", "application/json")
print(len(json.load(urllib.request.urlopen(request, timeout=60))["data"][0]["embedding"]))
"""


@pytest.fixture(scope="module")
def embedding_server(compose: Compose) -> Iterator[None]:
    compose(*OPTIONS, "up", "--build", "--wait", CONTAINER, seconds=600)
    yield
    compose(*OPTIONS, "rm", "--stop", "--force", CONTAINER)


@pytest.mark.usefixtures("embedding_server")
def test_the_admin_service_reaches_the_server_with_the_settings_of_the_profile(compose: Compose) -> None:
    done = compose(*OPTIONS, "run", "--rm", "--no-deps", "-T", "ai-micro-api-admin", "python", "-c", ASK)
    shown = json.loads(compose(*OPTIONS, "config", "--format", "json").stdout)["services"]["ai-micro-api-admin"]
    assert done.stdout.strip() == shown["environment"]["EMBEDDING_DIMENSIONS"]
    assert shown["environment"]["EMBEDDING_PROVIDER"] == "openai"


@pytest.mark.usefixtures("embedding_server")
def test_the_server_runs_without_rights_and_writes_nothing(compose: Compose) -> None:
    found = compose.inspect(CONTAINER)
    assert found["Config"]["User"] == "app"
    assert found["HostConfig"]["ReadonlyRootfs"]


def test_without_the_profile_it_is_not_there(compose: Compose) -> None:
    services = json.loads(compose("config", "--format", "json").stdout)["services"]
    assert CONTAINER not in services
    assert services["ai-micro-api-admin"]["environment"]["EMBEDDING_PROVIDER"] == ""
