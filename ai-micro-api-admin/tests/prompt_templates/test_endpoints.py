"""`/api/prompt-templates` as its callers see it."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.types_of_fixtures import Create, Headers, Json

URL = "/api/prompt-templates"
CONTENT = "資料:\n{context}\n質問:\n{question}\n"
Send = Callable[..., Response]


@pytest.fixture
def send(client: TestClient, admin: Headers) -> Send:
    return lambda method, url="", body=None: client.request(method, URL + url, json=body, headers=admin)


@pytest.fixture
def new_template(send: Send) -> Create:
    def create(**fields: object) -> Json:
        response = send("POST", "", {"name": "mine", "purpose": "answer", "content": CONTENT, **fields})
        assert response.status_code == 201, response.text
        return dict(response.json())

    return create


def default(send: Send, purpose: str = "answer") -> Json:
    (found,) = [item for item in send("GET", f"?purpose={purpose}").json()["items"] if item["is_default"]]
    return dict(found)


def test_a_template_is_created_read_changed_and_deleted(send: Send) -> None:
    created = send("POST", "", {"name": "mine", "purpose": "answer", "content": CONTENT})
    url = created.headers["location"].removeprefix(URL)
    assert (created.status_code, created.json()["version"], created.json()["is_default"]) == (201, 1, False)
    assert send("GET", url).json() == created.json()
    changed = send("PATCH", url, {"content": f"短く。{CONTENT}"}).json()
    assert (changed["content"], changed["name"], changed["version"]) == (f"短く。{CONTENT}", "mine", 2)
    replaced = send("PUT", url, {"name": "別名", "content": CONTENT}).json()
    assert (replaced["name"], replaced["version"]) == ("別名", 3)
    assert send("DELETE", url).status_code == 204
    assert send("GET", url).json()["code"] == "PROMPT_TEMPLATE_NOT_FOUND"


def test_every_former_version_is_kept(send: Send, new_template: Create, admin_id: UUID) -> None:
    url = f"/{new_template()['id']}"
    for number in (2, 3):
        send("PATCH", url, {"content": f"{number}{CONTENT}"})
    send("PATCH", url, {"content": f"3{CONTENT}"})  # the same: no version
    assert send("GET", f"{url}/versions").json()["items"][0].keys() >= {"replaced_at", "name"}
    first = send("GET", f"{url}/versions?limit=1&total=true").json()
    second = send("GET", f"{url}/versions?limit=1&cursor={first['next_cursor']}").json()
    assert [(item["version"], item["content"]) for item in first["items"] + second["items"]] == [
        (2, f"2{CONTENT}"),
        (1, CONTENT),
    ]
    assert (first["total"], second["next_cursor"], first["items"][0]["replaced_by"]) == (2, None, str(admin_id))


REFUSED = {
    "{context}{question}{contex}": "{contex} is unknown",
    "{question}": "no {context}",
    "{context}": "no {question}",
    "{context}{question}{": "single {",
    "{context}{question}\n}": "single } in line 2",
    "{context.__class__}{question}": "unknown",
    "{context!r}{question}": "unknown",
    "{}{context}{question}": "unknown",
    "{context}{question}{statistics}": "unknown",
}


@pytest.mark.parametrize("content", REFUSED)
def test_a_content_that_cannot_be_filled_in_is_refused_with_the_remedy(
    send: Send, new_template: Create, content: str
) -> None:
    url = f"/{new_template()['id']}"
    fields = {"name": "other", "content": content}
    for response in (
        send("POST", "", {"purpose": "answer", **fields}),
        send("PUT", url, fields),
        send("PATCH", url, {"content": content}),
    ):
        assert (response.status_code, response.json()["code"]) == (422, "INVALID_PROMPT_TEMPLATE")
        assert REFUSED[content] in response.json()["detail"]


def test_braces_that_are_doubled_are_text(new_template: Create) -> None:
    assert new_template(content='{context}{question} {{"answer": 1}}')["version"] == 1


def test_a_template_for_summaries_has_variables_of_its_own(send: Send, new_template: Create) -> None:
    new_template(purpose="summary", content="{knowledge_base_name} {statistics} {context}")
    response = send("POST", "", {"name": "x", "purpose": "summary", "content": "{context}{question}"})
    assert response.json()["code"] == "INVALID_PROMPT_TEMPLATE"


@pytest.mark.parametrize("purpose", ["answer", "summary"])
def test_the_seeded_defaults_can_be_filled_in_and_are_not_deleted(send: Send, purpose: str) -> None:
    seeded = default(send, purpose)
    response = send("DELETE", f"/{seeded['id']}")
    assert (response.status_code, response.json()["code"]) == (409, "DEFAULT_PROMPT_TEMPLATE_PROTECTED")
    assert send("PATCH", f"/{seeded['id']}", {"is_default": False}).json()["code"] == response.json()["code"]
    assert send("PATCH", f"/{seeded['id']}", {"content": f"{seeded['content']}!"}).status_code == 200


def test_another_default_takes_the_place_of_the_seeded_one(send: Send, new_template: Create) -> None:
    seeded = default(send)
    mine = new_template()
    assert send("PATCH", f"/{mine['id']}", {"is_default": True}).json()["version"] == 1
    assert default(send)["id"] == mine["id"]
    assert send("DELETE", f"/{seeded['id']}").status_code == 204
    newest = new_template(name="newest", is_default=True)
    assert default(send)["id"] == newest["id"]


def test_a_name_is_taken_once(send: Send, new_template: Create) -> None:
    new_template()
    other = new_template(name="other")
    body = {"name": "mine", "purpose": "answer", "content": CONTENT}
    assert send("POST", "", body).json()["code"] == "PROMPT_TEMPLATE_NAME_TAKEN"
    assert send("PATCH", f"/{other['id']}", {"name": "mine"}).json()["code"] == "PROMPT_TEMPLATE_NAME_TAKEN"


def test_everyone_reads_and_administrators_write(
    client: TestClient, stranger: Headers, new_template: Create, send: Send
) -> None:
    url = f"{URL}/{new_template()['id']}"
    assert client.get(url, headers=stranger).status_code == 200
    for method, path, body in (
        ("POST", URL, {"name": "x", "purpose": "answer", "content": CONTENT}),
        ("PUT", url, {"name": "x", "content": CONTENT}),
        ("PATCH", url, {"name": "x"}),
        ("DELETE", url, None),
        ("GET", f"{url}/versions", None),
    ):
        assert client.request(method, path, json=body, headers=stranger).status_code == 403, method
    assert send("GET", f"/{uuid4()}/versions").status_code == 404


@pytest.mark.parametrize(
    "change", [{"purpose": "poem"}, {"content": ""}, {"content": "x" * 50_001}, {"name": "a\nb"}, {"colour": "red"}]
)
def test_what_is_no_template_is_refused(send: Send, change: Json) -> None:
    response = send("POST", "", {"name": "mine", "purpose": "answer", "content": CONTENT, **change})
    assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")
