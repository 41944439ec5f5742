"""Entity tags of every resource: a change is applied to what its sender has read, or not at all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Create, Headers, Json, Process, Upload

SETTING = "/api/settings/search.fusion.k"
Send = Callable[..., Response]


@pytest.fixture
def send(client: TestClient, admin: Headers) -> Send:
    def request(method: str, url: str, body: object = None, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.request(method, url, json=body, headers={**admin, **named})

    return request


@pytest.fixture
def new_template(send: Send) -> Callable[[], str]:
    def create() -> str:
        body = {"name": "mine", "purpose": "answer", "content": "{context}{question}"}
        return str(send("POST", "/api/prompt-templates", body).headers["location"])

    return create


@pytest.fixture
def urls(
    knowledge_base: Json,
    default_collection: Json,
    new_collection: Create,
    document: Json,
    new_template: Callable[[], str],
) -> dict[str, str]:
    """One resource of each kind in one knowledge base, and the id of its default collection."""
    return {
        "knowledge base": f"/api/knowledgebase/{knowledge_base['id']}",
        "collection": f"/api/collections/{new_collection('契約書')['id']}",
        "document": f"/api/documents/{document['id']}",
        "setting": SETTING,
        "prompt template": new_template(),
        "default": str(default_collection["id"]),
    }


Change = tuple[str, str, str, Json | None]
CHANGES: list[Change] = [
    ("knowledge base", "PUT", "", {"name": "別の名前"}),
    ("knowledge base", "PATCH", "", {"visibility": "shared"}),
    ("knowledge base", "DELETE", "", None),
    ("collection", "PUT", "", {"name": "別の名前"}),
    ("collection", "PATCH", "", {"description": "x"}),
    ("collection", "DELETE", "", None),
    ("document", "PUT", "/move", {"collection_id": "default"}),
    ("document", "DELETE", "", None),
    ("setting", "PUT", "", {"value": 20}),
    ("prompt template", "PUT", "", {"name": "x", "content": "{context}{question}!"}),
    ("prompt template", "PATCH", "", {"is_default": True}),
    ("prompt template", "DELETE", "", None),
]


@pytest.mark.parametrize("change", CHANGES, ids=[f"{method} {kind}" for kind, method, _, _ in CHANGES])
def test_a_change_is_applied_with_the_tag_of_the_present_state_only(
    send: Send, urls: dict[str, str], change: Change
) -> None:
    kind, method, suffix, body = change
    if suffix == "/move":
        body = {"collection_id": urls["default"]}
    url = urls[kind]
    before = send("GET", url)
    refused = send(method, url + suffix, body, If_Match='"another"')
    assert (refused.status_code, refused.json()["code"]) == (412, "PRECONDITION_FAILED")
    assert send("GET", url, If_None_Match=before.headers["etag"]).status_code == 304
    applied = send(method, url + suffix, body, If_Match=before.headers["etag"])
    assert applied.status_code == (204 if method == "DELETE" else 200), applied.text
    if method != "DELETE":
        again = send("GET", url)
        own = [answer.headers["etag"].strip('"').partition(".")[0] for answer in (again, applied)]
        assert own[0] == own[1]


def test_what_was_created_has_its_tag_at_once(client: TestClient, admin: Headers, send: Send) -> None:
    created = client.post("/api/knowledgebase", json={"name": "x"}, headers=admin)
    assert created.headers["etag"] == send("GET", created.headers["location"]).headers["etag"]


@pytest.mark.parametrize(
    ("url", "change"),
    [(SETTING, lambda number: {"value": number}), ("", lambda number: {"name": f"名前{number}"})],
    ids=["setting", "knowledge base"],
)
def test_of_changes_with_one_tag_at_the_same_moment_one_is_applied(
    send: Send, knowledge_base: Json, url: str, change: Callable[[int], Json]
) -> None:
    url = url or f"/api/knowledgebase/{knowledge_base['id']}"
    etag = send("GET", url).headers["etag"]
    with ThreadPoolExecutor(6) as threads:
        statuses = list(threads.map(lambda n: send("PUT", url, change(n + 1), If_Match=etag).status_code, range(6)))
    assert sorted(statuses) == [200] + [412] * 5


def test_a_collection_can_be_renamed_while_its_documents_are_processed(
    send: Send, default_collection: Json, upload: Upload, process: Process
) -> None:
    upload(b"text")
    url = f"/api/collections/{default_collection['id']}"
    read = send("GET", url)
    process()
    assert send("GET", url, If_None_Match=read.headers["etag"]).status_code == 200
    assert send("PATCH", url, {"description": "x"}, If_Match=read.headers["etag"]).status_code == 200


def test_a_collection_that_got_another_document_is_not_deleted_unseen(
    send: Send, new_collection: Create, upload: Upload
) -> None:
    collection = new_collection("契約書")
    url = f"/api/collections/{collection['id']}"
    read = send("GET", url)
    upload(b"text", collection_id=collection["id"])
    response = send("DELETE", f"{url}?action=delete", If_Match=read.headers["etag"])
    assert response.json()["code"] == "PRECONDITION_FAILED"


def test_pages_of_a_collection_have_different_tags_and_all_of_them_permit_a_change(
    send: Send, default_collection: Json, upload: Upload
) -> None:
    for content in (b"one", b"two"):
        upload(content)
    url = f"/api/collections/{default_collection['id']}"
    tags = [send("GET", f"{url}?limit={limit}").headers["etag"] for limit in (1, 2)]
    assert len(set(tags)) == 2
    for tag in tags:
        assert send("PATCH", url, {}, If_Match=tag).status_code == 200


def test_a_document_can_be_changed_while_its_progress_goes_on(
    send: Send, upload: Upload, migrated_database: DatabaseUrls
) -> None:
    url = upload(b"text").headers["location"]
    with migrated_database.engine().begin() as connection:
        connection.execute(text("UPDATE documents SET status = 'processing', step = 'reading'"))
    read = send("GET", url)
    with migrated_database.engine().begin() as connection:
        connection.execute(text("UPDATE documents SET step = 'embedding', progress = 40"))
    assert send("GET", url, If_None_Match=read.headers["etag"]).json()["progress"] == 40
    assert send("PATCH", url, {"title": "x"}, If_Match=read.headers["etag"]).status_code == 200
    assert send("PATCH", url, {"title": "y"}, If_Match=read.headers["etag"]).status_code == 412


def test_the_content_of_a_document_is_not_sent_again(send: Send, document: Json) -> None:
    url = f"/api/documents/{document['id']}/content"
    etag = send("GET", url).headers["etag"]
    known = send("GET", url, If_None_Match=etag)
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", etag)
