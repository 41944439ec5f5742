"""`/api/knowledgebase` as its callers see it."""

from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import TokenIssuer
from tests.types_of_fixtures import Create, Headers, Json

URL = "/api/knowledgebase"


def test_a_new_knowledge_base_belongs_to_its_creator_and_is_private(
    client: TestClient, admin: Headers, admin_id: UUID
) -> None:
    response = client.post(URL, json={"name": " 社内規程 ", "description": "規程集"}, headers=admin)
    assert response.status_code == 201, response.text
    created = response.json()
    assert set(created) == {
        "id", "name", "description", "visibility", "owner_id", "embedding", "created_at", "updated_at"
    }  # fmt: skip
    assert created["name"] == "社内規程"
    assert created["visibility"] == "private"
    assert created["owner_id"] == str(admin_id)
    assert created["embedding"] == {"provider": "hash", "model": "hash-1", "dimensions": 1024}
    assert client.get(response.headers["Location"], headers=admin).json() == created


def test_a_new_knowledge_base_has_one_collection_the_default_one(
    client: TestClient, admin: Headers, knowledge_base: Json
) -> None:
    response = client.get("/api/collections", params={"knowledge_base_id": knowledge_base["id"]}, headers=admin)
    (collection,) = response.json()["items"]
    assert (collection["name"], collection["is_default"], collection["document_count"]) == ("未分類", True, 0)


def test_a_new_knowledge_base_has_a_collection_of_its_own_in_the_langchain_tables(
    knowledge_base: Json, migrated_database: DatabaseUrls
) -> None:
    with migrated_database.engine().connect() as connection:
        names = connection.scalars(
            text(
                "SELECT c.name FROM knowledge_bases k"
                " JOIN langchain_pg_collection c ON c.uuid = k.langchain_collection_id"
            )
        ).all()
    assert names == [f"knowledge_base_{knowledge_base['id']}"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "   "},
        {"name": None},
        {"name": "x" * 201},
        {"name": "a\u0000b"},
        {"name": "a\u202eb"},
        {"name": "a\nb"},
        {"name": "x", "description": "x" * 10_001},
        {"name": "x", "visibility": "public"},
        {"name": "x", "visibility": None},
        {"name": "x", "owner_id": str(uuid4())},
        {"name": "x", "unknown": 1},
    ],
)
def test_what_does_not_describe_a_knowledge_base_is_refused(client: TestClient, admin: Headers, body: Json) -> None:
    response = client.post(URL, json=body, headers=admin)
    assert response.status_code == 422, response.text
    assert response.json()["code"] == "VALIDATION_FAILED"


def test_a_description_may_have_ten_thousand_characters(client: TestClient, admin: Headers) -> None:
    response = client.post(URL, json={"name": "x", "description": "あ" * 10_000}, headers=admin)
    assert response.status_code == 201, response.text


def test_a_private_knowledge_base_does_not_exist_for_others(
    client: TestClient, stranger: Headers, knowledge_base: Json
) -> None:
    response = client.get(f"{URL}/{knowledge_base['id']}", headers=stranger)
    assert (response.status_code, response.json()["code"]) == (404, "KNOWLEDGE_BASE_NOT_FOUND")
    assert client.get(URL, headers=stranger).json()["items"] == []


def test_a_shared_knowledge_base_is_read_by_all_who_are_signed_in(
    client: TestClient, stranger: Headers, shared_knowledge_base: Json
) -> None:
    assert client.get(f"{URL}/{shared_knowledge_base['id']}", headers=stranger).json() == shared_knowledge_base
    assert client.get(URL, headers=stranger).json()["items"] == [shared_knowledge_base]


def test_an_administrator_reads_private_knowledge_bases_of_other_administrators(
    client: TestClient, tokens: TokenIssuer, knowledge_base: Json
) -> None:
    other = tokens.authorization(roles=["admin"])
    assert client.get(f"{URL}/{knowledge_base['id']}", headers=other).status_code == 200


def test_an_owner_who_is_no_administrator_any_more_still_reads(
    client: TestClient, tokens: TokenIssuer, admin_id: UUID, knowledge_base: Json
) -> None:
    demoted = tokens.authorization(admin_id)
    assert client.get(f"{URL}/{knowledge_base['id']}", headers=demoted).status_code == 200
    assert client.patch(f"{URL}/{knowledge_base['id']}", json={"name": "x"}, headers=demoted).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", ""), ("PUT", "/{id}"), ("PATCH", "/{id}"), ("DELETE", "/{id}")],
)
def test_only_administrators_write(
    client: TestClient, stranger: Headers, shared_knowledge_base: Json, method: str, path: str
) -> None:
    body = None if method == "DELETE" else {"name": "x"}
    response = client.request(method, URL + path.format(id=shared_knowledge_base["id"]), json=body, headers=stranger)
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("GET", "/{id}"), ("PUT", "/{id}"), ("PATCH", "/{id}"), ("DELETE", "/{id}")],
)
def test_a_token_is_needed(client: TestClient, method: str, path: str) -> None:
    body = {"name": "x"} if method in {"POST", "PUT", "PATCH"} else None
    response = client.request(method, URL + path.format(id=uuid4()), json=body)
    assert (response.status_code, response.json()["code"]) == (401, "UNAUTHORIZED")


def test_a_patch_changes_what_it_names(client: TestClient, admin: Headers, new_knowledge_base: Create) -> None:
    created = new_knowledge_base(description="旧")
    changed = client.patch(f"{URL}/{created['id']}", json={"visibility": "shared"}, headers=admin).json()
    assert changed == {**created, "visibility": "shared", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > created["updated_at"]


@pytest.mark.parametrize("body", [{"name": None}, {"visibility": None}, {"name": " "}])
def test_a_patch_cannot_take_away_what_must_be_there(
    client: TestClient, admin: Headers, knowledge_base: Json, body: Json
) -> None:
    assert client.patch(f"{URL}/{knowledge_base['id']}", json=body, headers=admin).status_code == 422


def test_a_replacement_sets_what_it_leaves_out_to_the_default(
    client: TestClient, admin: Headers, new_knowledge_base: Create
) -> None:
    created = new_knowledge_base(description="旧", visibility="shared")
    replaced = client.put(f"{URL}/{created['id']}", json={"name": "新"}, headers=admin).json()
    assert (replaced["name"], replaced["description"], replaced["visibility"]) == ("新", None, "private")


def test_deleting_a_knowledge_base_leaves_nothing_of_it(
    client: TestClient, admin: Headers, knowledge_base: Json, migrated_database: DatabaseUrls
) -> None:
    assert client.delete(f"{URL}/{knowledge_base['id']}", headers=admin).status_code == 204
    assert client.get(f"{URL}/{knowledge_base['id']}", headers=admin).status_code == 404
    with migrated_database.engine().connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM collections")) == 0
        # The default one of the seed stays.
        assert connection.scalars(text("SELECT name FROM langchain_pg_collection")).all() == ["langchain"]


def test_creating_and_deleting_is_written_to_the_system_log(
    client: TestClient, admin: Headers, admin_id: UUID, knowledge_base: Json, migrated_database: DatabaseUrls
) -> None:
    client.delete(f"{URL}/{knowledge_base['id']}", headers=admin)
    with migrated_database.engine().connect() as connection:
        entries = connection.execute(text("SELECT event, actor_id, details FROM system_logs ORDER BY created_at")).all()
    assert [entry.event for entry in entries] == ["knowledge_base.created", "knowledge_base.deleted"]
    assert {entry.actor_id for entry in entries} == {admin_id}
    assert all(entry.details["knowledge_base_id"] == knowledge_base["id"] for entry in entries)


def test_the_list_is_paged_newest_first(client: TestClient, admin: Headers, new_knowledge_base: Create) -> None:
    ids = [new_knowledge_base(name=str(number))["id"] for number in range(5)]
    first = client.get(URL, params={"limit": 3, "total": True}, headers=admin).json()
    second = client.get(URL, params={"limit": 3, "cursor": first["next_cursor"]}, headers=admin).json()
    assert [item["id"] for item in first["items"] + second["items"]] == list(reversed(ids))
    assert (first["total"], second["next_cursor"]) == (5, None)


def test_an_id_that_is_no_uuid_is_refused(client: TestClient, admin: Headers) -> None:
    assert client.get(f"{URL}/42", headers=admin).status_code == 422
