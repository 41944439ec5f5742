"""`/api/collections` as its callers see it."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Create, Headers, Json, Process, Upload

URL = "/api/collections"


def names(client: TestClient, headers: Headers, knowledge_base: Json) -> list[str]:
    found = client.get(URL, params={"knowledge_base_id": knowledge_base["id"]}, headers=headers).json()
    return [item["name"] for item in found["items"]]


def test_a_collection_is_created_and_read(client: TestClient, admin: Headers, knowledge_base: Json) -> None:
    body = {"knowledge_base_id": knowledge_base["id"], "name": " 契約書 ", "description": "締結済み"}
    response = client.post(URL, json=body, headers=admin)
    assert response.status_code == 201, response.text
    created = response.json()
    assert set(created) == {
        "id", "knowledge_base_id", "name", "description", "is_default", "document_count", "created_at", "updated_at"
    }  # fmt: skip
    assert (created["name"], created["is_default"], created["document_count"]) == ("契約書", False, 0)
    read = client.get(response.headers["Location"], headers=admin).json()
    assert read == {**created, "documents": {"items": [], "next_cursor": None, "total": None}}


def test_a_name_used_twice_in_a_knowledge_base_is_a_conflict(
    client: TestClient, admin: Headers, knowledge_base: Json, new_collection: Create
) -> None:
    new_collection("契約書")
    response = client.post(URL, json={"knowledge_base_id": knowledge_base["id"], "name": "契約書"}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (409, "COLLECTION_NAME_TAKEN")


def test_two_ways_to_type_the_same_name_are_one_name(
    client: TestClient, admin: Headers, knowledge_base: Json, new_collection: Create
) -> None:
    new_collection("が")
    body = {"knowledge_base_id": knowledge_base["id"], "name": "か\u3099"}
    assert client.post(URL, json=body, headers=admin).status_code == 409


def test_the_name_of_the_default_collection_is_taken(client: TestClient, admin: Headers, knowledge_base: Json) -> None:
    response = client.post(URL, json={"knowledge_base_id": knowledge_base["id"], "name": "未分類"}, headers=admin)
    assert response.status_code == 409


def test_two_knowledge_bases_may_use_the_same_name(
    client: TestClient, admin: Headers, new_collection: Create, new_knowledge_base: Create
) -> None:
    new_collection("契約書")
    other = new_knowledge_base()
    response = client.post(URL, json={"knowledge_base_id": other["id"], "name": "契約書"}, headers=admin)
    assert response.status_code == 201


def test_of_many_who_take_a_name_at_once_one_gets_it(client: TestClient, admin: Headers, knowledge_base: Json) -> None:
    body = {"knowledge_base_id": knowledge_base["id"], "name": "同時"}
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: client.post(URL, json=body, headers=admin).status_code, range(8)))
    assert sorted(statuses) == [201] + [409] * 7


def test_of_many_who_rename_to_one_name_at_once_one_gets_it(
    client: TestClient, admin: Headers, new_collection: Create
) -> None:
    ids = [new_collection(f"元{number}")["id"] for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        responses = list(threads.map(lambda id_: client.patch(f"{URL}/{id_}", json={"name": "新"}, headers=admin), ids))
    assert sorted(response.status_code for response in responses) == [200] + [409] * 5
    assert {r.json()["code"] for r in responses if r.status_code == 409} == {"COLLECTION_NAME_TAKEN"}


def test_a_collection_may_keep_its_name_when_it_is_replaced(
    client: TestClient, admin: Headers, new_collection: Create
) -> None:
    created = new_collection("契約書", description="旧")
    response = client.put(f"{URL}/{created['id']}", json={"name": "契約書"}, headers=admin)
    assert (response.status_code, response.json()["description"]) == (200, None)


def test_the_default_collection_cannot_be_renamed(client: TestClient, admin: Headers, default_collection: Json) -> None:
    for method in ("PUT", "PATCH"):
        response = client.request(method, f"{URL}/{default_collection['id']}", json={"name": "新"}, headers=admin)
        assert (response.status_code, response.json()["code"]) == (409, "DEFAULT_COLLECTION_PROTECTED")


def test_the_default_collection_may_be_described(client: TestClient, admin: Headers, default_collection: Json) -> None:
    url = f"{URL}/{default_collection['id']}"
    assert client.patch(url, json={"description": "まだ分けていないもの"}, headers=admin).status_code == 200
    assert client.put(url, json={"name": "未分類", "description": "x"}, headers=admin).status_code == 200


@pytest.mark.parametrize("query", ["", "?action=delete", "?action=move_to_default"])
def test_the_default_collection_cannot_be_deleted(
    client: TestClient, admin: Headers, default_collection: Json, query: str
) -> None:
    response = client.delete(f"{URL}/{default_collection['id']}{query}", headers=admin)
    assert (response.status_code, response.json()["code"]) == (409, "DEFAULT_COLLECTION_PROTECTED")


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": None},
        {"name": "x" * 101},
        {"description": "x" * 10_001},
        {"is_default": True},
        {"knowledge_base_id": "42"},
        {"name": "a\u0000"},
    ],
)
def test_what_does_not_describe_a_collection_is_refused(
    client: TestClient, admin: Headers, knowledge_base: Json, change: Json
) -> None:
    body = {"knowledge_base_id": knowledge_base["id"], "name": "x", **change}
    response = client.post(URL, json=body, headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")


def test_a_description_may_have_ten_thousand_characters(new_collection: Create) -> None:
    assert len(new_collection("x", description="あ" * 10_000)["description"]) == 10_000


def test_the_list_counts_the_documents_of_each_collection(
    client: TestClient, admin: Headers, knowledge_base: Json, new_collection: Create, upload: Upload
) -> None:
    target = new_collection("契約書")
    for number in range(3):
        upload(f"契約 {number}".encode(), f"{number}.txt", collection_id=target["id"])
    upload(b"other")
    found = client.get(URL, params={"knowledge_base_id": knowledge_base["id"]}, headers=admin).json()["items"]
    assert {item["name"]: item["document_count"] for item in found} == {"契約書": 3, "未分類": 1}


def test_a_collection_comes_with_a_page_of_its_documents(
    client: TestClient, admin: Headers, new_collection: Create, upload: Upload
) -> None:
    target = new_collection("契約書")
    ids = [upload(f"{n}".encode(), f"{n}.txt", collection_id=target["id"]).json()["id"] for n in range(3)]
    url = f"{URL}/{target['id']}"
    first = client.get(url, params={"limit": 2, "total": True}, headers=admin).json()["documents"]
    rest = client.get(url, params={"limit": 2, "cursor": first["next_cursor"]}, headers=admin).json()["documents"]
    assert [item["id"] for item in first["items"] + rest["items"]] == list(reversed(ids))
    assert first["total"] == 3


def test_deleting_a_collection_moves_its_documents_to_the_default_one_unless_told_otherwise(
    client: TestClient, admin: Headers, new_collection: Create, default_collection: Json, upload: Upload
) -> None:
    target = new_collection("契約書")
    document = upload(b"text", collection_id=target["id"]).json()
    assert client.delete(f"{URL}/{target['id']}", headers=admin).status_code == 204
    assert client.get(f"{URL}/{target['id']}", headers=admin).status_code == 404
    moved = client.get(f"/api/documents/{document['id']}", headers=admin).json()
    assert moved["collection_id"] == default_collection["id"]


def test_documents_moved_with_their_collection_are_found_in_the_default_one(
    *,
    client: TestClient,
    admin: Headers,
    new_collection: Create,
    default_collection: Json,
    upload: Upload,
    process: Process,
    migrated_database: DatabaseUrls,
) -> None:
    target = new_collection("契約書")
    upload("有給休暇".encode(), collection_id=target["id"])
    process()
    client.delete(f"{URL}/{target['id']}", params={"action": "move_to_default"}, headers=admin)
    found = client.get(
        "/api/search", params={"q": "有給休暇", "collection_id": default_collection["id"]}, headers=admin
    ).json()["items"]
    assert [item["collection_name"] for item in found] == ["未分類"]
    with migrated_database.engine().connect() as connection:
        metadata = connection.scalars(text("SELECT cmetadata FROM langchain_pg_embedding")).all()
    assert [item["collection_id"] for item in metadata] == [default_collection["id"]]


def test_deleting_a_collection_with_its_documents_leaves_nothing_of_them(
    *,
    client: TestClient,
    admin: Headers,
    new_collection: Create,
    upload: Upload,
    process: Process,
    migrated_database: DatabaseUrls,
) -> None:
    target = new_collection("契約書")
    document = upload(b"some text", collection_id=target["id"]).json()
    kept = upload("別の文書".encode(), "別.txt").json()
    process()
    response = client.delete(f"{URL}/{target['id']}", params={"action": "delete"}, headers=admin)
    assert response.status_code == 204, response.text
    assert client.get(f"/api/documents/{document['id']}", headers=admin).status_code == 404
    with migrated_database.engine().connect() as connection:
        for table in ("documents", "document_parts", "langchain_pg_embedding"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 1, table  # noqa: S608 - our own names
        terms = connection.scalars(text("SELECT DISTINCT term FROM term_frequencies")).all()
    assert {"別の", "文書"} <= set(terms)
    assert {"some", "text", "規程"}.isdisjoint(terms)
    assert client.get(f"/api/documents/{kept['id']}", headers=admin).status_code == 200


def test_deleting_a_collection_is_written_to_the_system_log(
    client: TestClient, admin: Headers, new_collection: Create, upload: Upload
) -> None:
    target = new_collection("契約書")
    upload(b"text", collection_id=target["id"])
    client.delete(f"{URL}/{target['id']}", headers=admin)
    (entry,) = client.get("/api/logs/system", params={"event": "collection.deleted"}, headers=admin).json()["items"]
    assert entry["details"]["name"] == "契約書"
    assert (entry["details"]["action"], entry["details"]["documents"]) == ("move_to_default", 1)


def test_an_unknown_action_is_refused(client: TestClient, admin: Headers, new_collection: Create) -> None:
    target = new_collection("契約書")
    assert client.delete(f"{URL}/{target['id']}", params={"action": "x"}, headers=admin).status_code == 422


def test_collections_are_seen_by_those_who_see_their_knowledge_base(
    client: TestClient, stranger: Headers, knowledge_base: Json, default_collection: Json, shared_knowledge_base: Json
) -> None:
    assert client.get(f"{URL}/{default_collection['id']}", headers=stranger).status_code == 404
    response = client.get(URL, params={"knowledge_base_id": knowledge_base["id"]}, headers=stranger)
    assert (response.status_code, response.json()["code"]) == (404, "KNOWLEDGE_BASE_NOT_FOUND")
    assert names(client, stranger, shared_knowledge_base) == ["未分類"]
    everything = client.get(URL, headers=stranger).json()["items"]
    assert [item["knowledge_base_id"] for item in everything] == [shared_knowledge_base["id"]]


def test_a_collection_of_an_unknown_knowledge_base_is_refused(client: TestClient, admin: Headers) -> None:
    response = client.post(URL, json={"knowledge_base_id": str(uuid4()), "name": "x"}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (404, "KNOWLEDGE_BASE_NOT_FOUND")


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("PUT", "/{id}"), ("PATCH", "/{id}"), ("DELETE", "/{id}")])
def test_only_administrators_write(
    *, client: TestClient, admin: Headers, stranger: Headers, shared_knowledge_base: Json, method: str, path: str
) -> None:
    params = {"knowledge_base_id": shared_knowledge_base["id"]}
    (collection,) = client.get(URL, params=params, headers=stranger).json()["items"]
    body = {"POST": {**params, "name": "x"}, "DELETE": None}.get(method, {"name": "x"})
    response = client.request(method, URL + path.format(id=collection["id"]), json=body, headers=stranger)
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("GET", "/{id}"), ("PUT", "/{id}"), ("PATCH", "/{id}"), ("DELETE", "/{id}")],
)
def test_a_token_is_needed(client: TestClient, method: str, path: str) -> None:
    body = {"name": "x", "knowledge_base_id": str(uuid4())} if method == "POST" else {"name": "x"}
    sent = None if method in {"GET", "DELETE"} else body
    assert client.request(method, URL + path.format(id=uuid4()), json=sent).status_code == 401
