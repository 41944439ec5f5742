"""What is forgotten when an account is deleted."""

from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import TokenIssuer
from service_kit.tokens.services import SERVICE_IDS
from tests.types_of_fixtures import Headers, Json

KNOWLEDGE_BASES = "/api/knowledgebase"


@pytest.fixture
def auth_service(tokens: TokenIssuer) -> Headers:
    token = tokens.token(SERVICE_IDS["ai-micro-api-auth"], roles=[], scope="accounts:erase")
    return {"Authorization": f"Bearer {token}"}


def test_the_private_knowledge_bases_of_a_deleted_account_go_and_the_shared_ones_stay(
    *,
    client: TestClient,
    admin: Headers,
    admin_id: UUID,
    auth_service: Headers,
    tokens: TokenIssuer,
    migrated_database: DatabaseUrls,
) -> None:
    other = tokens.authorization(roles=["admin"])
    for name, visibility, owner in (
        ("one", "private", admin), ("two", "private", admin), ("ours", "shared", admin), ("theirs", "private", other)
    ):  # fmt: skip
        body = {"name": name, "visibility": visibility}
        assert client.post(KNOWLEDGE_BASES, json=body, headers=owner).status_code == 201
    for _ in range(2):
        body = {"user_id": str(admin_id)}
        assert client.post("/internal/erasures", json=body, headers=auth_service).status_code == 200
    left = client.get(KNOWLEDGE_BASES, headers=other).json()["items"]
    assert {item["name"] for item in left} == {"ours", "theirs"}
    with migrated_database.engine().connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM langchain_pg_collection WHERE name LIKE 'knowledge%'")) == 2
        erased = text("SELECT actor_id FROM audit_events WHERE action = 'KNOWLEDGE_BASE_DELETED'")
        assert connection.scalars(erased).all() == [SERVICE_IDS["ai-micro-api-auth"]] * 2


def test_the_questions_of_a_deleted_account_go(
    *,
    client: TestClient,
    admin_id: UUID,
    auth_service: Headers,
    shared_knowledge_base: Json,
    migrated_database: DatabaseUrls,
) -> None:
    someone_else = uuid4()
    with migrated_database.engine().begin() as connection:
        question = text(
            "INSERT INTO query_classifications (knowledge_base_id, asked_by, query, classification, confidence)"
            " VALUES (:knowledge_base_id, :asked_by, '有給休暇は何日ですか。', 'content', 1)"
        )
        for asked_by in (admin_id, someone_else):
            connection.execute(question, {"knowledge_base_id": shared_knowledge_base["id"], "asked_by": asked_by})
    body = {"user_id": str(admin_id)}
    assert client.post("/internal/erasures", json=body, headers=auth_service).status_code == 200
    with migrated_database.engine().connect() as connection:
        assert connection.scalars(text("SELECT asked_by FROM query_classifications")).all() == [someone_else]


def test_only_the_auth_service_says_so(client: TestClient, admin: Headers, admin_id: UUID) -> None:
    response = client.post("/internal/erasures", json={"user_id": str(admin_id)}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")
