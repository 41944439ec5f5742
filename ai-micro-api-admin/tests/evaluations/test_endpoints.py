"""`/api/evaluations` as administrators see it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.types_of_fixtures import Headers, Json, Process

URL = "/api/evaluations"
QUESTIONS = """question,expected
図書館は何時まで開いていますか,開館時間
有給休暇は何日もらえますか,leave.txt
when do access tokens expire,TOKENS|travel
xyzzy plugh,
"""
Create = Callable[..., Response]


@pytest.fixture
def create(client: TestClient, admin: Headers, library: Json) -> Create:
    def send(content: str | bytes = QUESTIONS, **fields: str) -> Response:
        data = {"name": "図書館 4問", "knowledge_base_id": library["id"], **fields}
        body = content.encode() if isinstance(content, str) else content
        return client.post(URL, files={"file": ("questions.csv", body)}, data=data, headers=admin)

    return send


def test_questions_are_taken_in_listed_and_deleted(client: TestClient, admin: Headers, create: Create) -> None:
    created = create(b"\xef\xbb\xbf" + QUESTIONS.encode())
    assert created.status_code == 201, created.text
    url = created.headers["location"]
    assert (created.json()["question_count"], created.json()["name"]) == (4, "図書館 4問")
    assert client.get(url, headers=admin).json() == created.json()
    listed = client.get(URL, params={"q": "図書館"}, headers=admin).json()["items"]
    assert [item["id"] for item in listed] == [created.json()["id"]]
    first = client.get(f"{url}/questions?limit=3&total=true", headers=admin).json()
    assert (first["total"], first["items"][2]["expected"]) == (4, ["TOKENS", "travel"])
    last = client.get(f"{url}/questions?limit=3&cursor={first['next_cursor']}", headers=admin).json()
    assert [(item["number"], item["question"], item["expected"]) for item in last["items"]] == [(4, "xyzzy plugh", [])]
    assert client.delete(url, headers={**admin, "If-Match": '"other"'}).status_code == 412
    assert client.delete(url, headers={**admin, "If-Match": created.headers["etag"]}).status_code == 204
    assert client.get(url, headers=admin).json()["code"] == "EVALUATION_NOT_FOUND"


def test_a_run_gives_recall_and_mrr_for_each_mode_with_the_settings(
    client: TestClient, admin: Headers, create: Create, process: Process
) -> None:
    url = create().headers["location"]
    started = client.post(f"{url}/runs", json={}, headers=admin)
    assert (started.status_code, started.json()["state"]) == (202, "pending")
    process()
    run = client.get(started.headers["location"], headers=admin).json()
    assert (run["state"], run["error"]) == ("done", None)
    assert set(run["results"]) == {"hybrid", "vector", "text"}
    for mode, result in run["results"].items():
        assert (result["questions"], result["answerable"]) == (4, 3)
        assert (result["recall_at_1"], result["recall_at_5"], result["mrr"]) == (1.0, 1.0, 1.0), mode
    assert run["results"]["text"]["rejected"] == 1.0
    assert run["settings"]["search.fusion.k"] == 10
    assert run["settings"]["embedding"]["provider"] == "hash"
    client.put("/api/settings/search.fusion.k", json={"value": 20}, headers=admin)
    client.post(f"{url}/runs", json={"modes": ["text", "text"]}, headers=admin)
    process()
    newest, former = client.get(f"{url}/runs", headers=admin).json()["items"]
    assert (newest["modes"], newest["settings"]["search.fusion.k"]) == (["text"], 20)
    assert former == run


def test_a_document_that_is_not_found_is_a_miss(
    client: TestClient, admin: Headers, create: Create, process: Process
) -> None:
    url = create("question,expected\n図書館は何時まで開いていますか,nothing like it\n").headers["location"]
    started = client.post(f"{url}/runs", json={"modes": ["hybrid"]}, headers=admin)
    process()
    result = client.get(started.headers["location"], headers=admin).json()["results"]["hybrid"]
    assert (result["recall_at_1"], result["recall_at_5"], result["mrr"], result["rejected"]) == (0, 0, 0, None)
    (miss,) = result["misses"]
    assert (miss["expected"], miss["found"][0]) == (["nothing like it"], "開館時間")


def test_a_knowledge_base_whose_vectors_cannot_be_made_fails_the_run_with_the_reason(
    *, client: TestClient, admin: Headers, create: Create, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = create().headers["location"]
    started = client.post(f"{url}/runs", json={"modes": ["hybrid"]}, headers=admin)
    providers = client.app.state.embedding_providers  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    monkeypatch.setattr(providers, "_available", {})
    process()
    run = client.get(started.headers["location"], headers=admin).json()
    assert (run["state"], run["results"]) == ("failed", None)
    assert "model" in run["error"]


REFUSED = {
    b"\xff\xfe": "UTF-8",
    b"": "first line",
    b"q,a\nx,y\n": "first line",
    b"question,expected\n": "no questions",
    b"question,expected\n ,x\n": "Line 2",
    b'question,expected\n"x,y\n': "no CSV",
    b"question,expected\n" + b"x" * 1001 + b",y\n": "characters",
    b"question,expected\n" + b"x,y\n" * 5001: "5001 questions",
}


def test_a_file_that_is_no_set_of_questions_is_refused_with_the_reason(create: Create) -> None:
    for content, reason in REFUSED.items():
        response = create(content)
        assert (response.status_code, response.json()["code"]) == (422, "INVALID_EVALUATION_FILE")
        assert reason in response.json()["detail"]


def test_administrators_only(client: TestClient, stranger: Headers, admin: Headers, create: Create) -> None:
    url = create().headers["location"]
    run = client.post(f"{url}/runs", json={}, headers=admin).headers["location"]
    reads = [URL, url, f"{url}/questions", f"{url}/runs", run]
    for method, path in (*(("GET", path) for path in reads), ("DELETE", url)):
        assert client.request(method, path, headers=stranger).status_code == 403, path
    assert client.post(f"{url}/runs", json={}, headers=stranger).status_code == 403
    assert client.get(f"{url}/runs/{uuid4()}", headers=admin).json()["code"] == "EVALUATION_RUN_NOT_FOUND"
    assert client.post(f"{URL}/{uuid4()}/runs", json={}, headers=admin).json()["code"] == "EVALUATION_NOT_FOUND"
    assert create(knowledge_base_id=str(uuid4())).json()["code"] == "KNOWLEDGE_BASE_NOT_FOUND"
