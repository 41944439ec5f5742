"""`GET /api/me/export`: what this service has of a person, for them alone."""

from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.exports.schemas import OwnData
from service_kit.personal_data import exports
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import TokenIssuer
from tests.types_of_fixtures import Headers, Json, Upload

URL = "/api/me/export"
SIGN_IN = """
INSERT INTO login_logs (id, user_id, email, succeeded, occurred_at)
VALUES (gen_random_uuid(), :user_id, 'x@example.com', true, now())
"""
QUESTION = """
INSERT INTO query_classifications (knowledge_base_id, asked_by, query, classification, confidence)
VALUES (:knowledge_base_id, :user_id, '有給休暇は何日ですか。', 'content', 1)
"""


def own(client: TestClient, headers: Headers) -> OwnData:
    response = client.get(URL, headers=headers)
    assert response.status_code == 200, response.text
    return OwnData.model_validate_json(response.content)


def test_it_holds_what_is_ones_own_and_nothing_of_others(
    *,
    client: TestClient,
    admin: Headers,
    admin_id: UUID,
    knowledge_base: Json,
    upload: Upload,
    tokens: TokenIssuer,
    migrated_database: DatabaseUrls,
) -> None:
    document = upload("年次有給休暇は十日です。".encode()).json()
    other = tokens.authorization(roles=["admin"])
    client.post("/api/knowledgebase", json={"name": "theirs"}, headers=other)
    with migrated_database.engine().begin() as connection:
        for user_id in (admin_id, uuid4()):
            values = {"user_id": user_id, "knowledge_base_id": knowledge_base["id"]}
            connection.execute(text(SIGN_IN), values)
            connection.execute(text(QUESTION), values)

    found = own(client, admin)
    assert [str(item.id) for item in found.knowledge_bases] == [knowledge_base["id"]]
    assert [str(item.id) for item in found.documents] == [document["id"]]
    assert [item.asked_by for item in found.questions] == [admin_id]
    assert [item.user_id for item in found.sign_ins] == [admin_id]
    assert {item.actor_id for item in found.acts} == {admin_id}
    assert [item.action for item in found.acts][-1] == "OWN_DATA_EXPORTED"


def test_lists_of_any_length_are_whole(
    client: TestClient,
    tokens: TokenIssuer,
    migrated_database: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports, "_BATCH", 2)
    person = uuid4()
    headers = {"Authorization": f"Bearer {tokens.token(person)}"}
    for many in range(5):
        assert len(own(client, headers).sign_ins) == many
        with migrated_database.engine().begin() as connection:
            connection.execute(text(SIGN_IN), {"user_id": person})


def test_it_is_a_file_that_no_cache_keeps(client: TestClient, stranger: Headers) -> None:
    headers = client.get(URL, headers=stranger).headers
    assert headers["content-disposition"] == 'attachment; filename="documents.json"'
    assert (headers["content-type"], headers["cache-control"]) == ("application/json", "no-store")


def test_it_asks_for_a_token(client: TestClient) -> None:
    assert client.get(URL).status_code == 401
