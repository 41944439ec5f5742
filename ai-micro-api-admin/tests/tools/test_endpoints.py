"""`/mcp` as another program's model uses it, through the protocol's own client."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import anyio
import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client

from service_kit.testing.serving import served
from tests.types_of_fixtures import Headers, Json

Call = Callable[[str, Json], Any]


@pytest.fixture
def call(client: TestClient, stranger: Headers) -> Call:
    """Call a tool as a user who owns nothing."""

    def send(name: str, arguments: Json) -> Any:  # noqa: ANN401 - the client's result
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        headers = {**stranger, "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
        response = client.post("/mcp", json=body, headers=headers)
        assert response.status_code == 200, response.text
        return response.json()["result"]

    return send


def test_a_client_of_the_protocol_finds_and_calls_the_tools(
    client: TestClient, library: Json, stranger: Headers
) -> None:
    async def talk(url: str) -> tuple[list[str], Json]:
        async with (
            httpx2.AsyncClient(headers=stranger) as http,
            streamable_http_client(f"{url}/mcp", http_client=http) as streams,
            ClientSession(streams[0], streams[1]) as session,
        ):
            await session.initialize()
            tools = await session.list_tools()
            found = await session.call_tool("search", {"query": "図書館", "knowledge_base_id": library["id"]})
            return [tool.name for tool in tools.tools], dict(found.structured_content)

    with served(client.app) as url:  # type: ignore[arg-type]  # Starlette types `app` as an ASGI callable
        names, found = anyio.run(talk, url)
    assert names == ["search", "read", "overview"]
    assert found["passages"][0]["title"] == "開館時間"


def test_a_document_is_read_in_parts(call: Call, library: Json) -> None:
    found = call("search", {"query": "図書館は何時まで", "knowledge_base_id": library["id"]})["structuredContent"]
    read = call("read", {"document_id": found["passages"][0]["document_id"]})
    assert call("search", {"query": "図書館は何時まで"})["structuredContent"] == found
    content = read["structuredContent"]
    assert content["title"] == "開館時間"
    assert "日曜日は休館です。" in content["passages"][0]["text"]
    assert content["next_start"] is None
    assert json.loads(read["content"][0]["text"]) == content


def test_an_overview_lists_what_can_be_read_and_says_what_is_in_it(
    call: Call, client: TestClient, admin: Headers, library: Json, knowledge_base: Json
) -> None:
    listed = call("overview", {})["structuredContent"]["knowledge_bases"]
    assert [item["name"] for item in listed] == ["図書館"]
    client.post(f"/api/knowledgebase/{library['id']}/summary", headers=admin)
    one = call("overview", {"knowledge_base_id": library["id"]})["structuredContent"]
    assert (one["name"], one["statistics"]["documents"]) == ("図書館", 6)
    assert "開館時間" in one["summary"]


def test_what_the_caller_may_not_read_is_not_there(call: Call, knowledge_base: Json, document: Json) -> None:
    for name, arguments, code in (
        ("search", {"query": "有給", "knowledge_base_id": knowledge_base["id"]}, "KNOWLEDGE_BASE_NOT_FOUND"),
        ("overview", {"knowledge_base_id": knowledge_base["id"]}, "KNOWLEDGE_BASE_NOT_FOUND"),
        ("read", {"document_id": document["id"]}, "DOCUMENT_NOT_FOUND"),
    ):
        result = call(name, arguments)
        assert (result["isError"], result["structuredContent"]["code"]) == (True, code)


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("search", {"query": ""}, "VALIDATION_FAILED"),
        ("search", {"query": "x", "knowledge_base_id": "42"}, "VALIDATION_FAILED"),
        ("read", {"document_id": "42", "x": 1}, "VALIDATION_FAILED"),
        ("write", {}, "TOOL_NOT_FOUND"),
    ],
)
def test_a_call_that_does_not_fit_says_why(call: Call, name: str, arguments: Json, code: str) -> None:
    result = call(name, arguments)
    assert (result["isError"], result["structuredContent"]["code"]) == (True, code)


def test_it_asks_for_a_token(client: TestClient) -> None:
    response = client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert (response.status_code, response.json()["code"]) == (401, "UNAUTHORIZED")


def test_the_protocol_is_loaded_when_it_is_asked_for() -> None:
    program = "import sys, app.main; app.main.create_app; print('mcp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
