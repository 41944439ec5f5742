"""What every list has: `q`, cursors of its own, and no parameter that it does not know."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import TokenIssuer
from tests.types_of_fixtures import Create, Headers, Json, Upload

LISTS = [
    "/api/knowledgebase",
    "/api/collections",
    "/api/documents",
    "/api/prompt-templates",
    "/api/query-classifications",
    "/api/logs/system",
    "/api/logs/login",
]
List = Callable[..., list[Json]]


@pytest.fixture
def items(client: TestClient, admin: Headers) -> List:
    def read(url: str, **params: str) -> list[Json]:
        response = client.get(url, params=params, headers=admin)
        assert response.status_code == 200, response.text
        return list(response.json()["items"])

    return read


@pytest.mark.parametrize("q", ["規程ﾏﾆｭｱﾙ", "規程 マニュアル", "まにゅある"])
def test_names_are_found_however_they_are_written(
    items: List, new_knowledge_base: Create, new_collection: Create, upload: Upload, q: str
) -> None:
    new_knowledge_base(name="規程マニュアル")
    new_knowledge_base(name="議事録")
    new_collection("規程マニュアル 第２版")
    upload(b"x", "規程マニュアル.txt")
    upload(b"y", "議事録.txt")
    assert [item["name"] for item in items("/api/knowledgebase", q=q)] == ["規程マニュアル"]
    assert [item["name"] for item in items("/api/collections", q=q)] == ["規程マニュアル 第２版"]
    assert [item["title"] for item in items("/api/documents", q=q)] == ["規程マニュアル"]
    assert [item["title"] for item in items("/api/documents", q="議事録.TXT")] == ["議事録"]


def test_logs_templates_settings_and_questions_are_found(
    items: List,
    client: TestClient,
    tokens: TokenIssuer,
    knowledge_base: Json,
    migrated_database: DatabaseUrls,
) -> None:
    attempt = {
        "id": str(uuid4()),
        "email": "hanako@example.com",
        "succeeded": True,
        "occurred_at": "2026-01-05T09:00:00Z",
    }
    sender = {"Authorization": f"Bearer {tokens.token(roles=[], scope='login-logs:write')}"}
    client.post("/api/logs/login", json=attempt, headers=sender)
    with migrated_database.engine().begin() as connection:
        connection.execute(
            text(
                "INSERT INTO query_classifications (knowledge_base_id, asked_by, query, classification, confidence)"
                " VALUES (:knowledge_base_id, gen_random_uuid(), 'どんなカンリョウですか', 'content', 1)"
            ),
            {"knowledge_base_id": knowledge_base["id"]},
        )
    for url, found, missed in (
        ("/api/logs/login", "ＨＡＮＡＫＯ＠", "taro"),
        ("/api/logs/system", "社内 規程", "議事録"),
        ("/api/prompt-templates", "DEFAULT-answer", "other"),
        ("/api/query-classifications", "かんりょう", "おわり"),
        ("/api/settings", "Fusion.K", "other"),
    ):
        assert len(items(url, q=found)) == 1, url
        assert items(url, q=missed) == [], url
    assert len(items("/api/logs/login", email=" Hanako@EXAMPLE.com ")) == 1


def test_q_narrows_what_the_caller_may_read_and_nothing_else(
    client: TestClient, stranger: Headers, new_knowledge_base: Create
) -> None:
    new_knowledge_base(name="秘密")
    response = client.get("/api/knowledgebase", params={"q": "秘密", "total": True}, headers=stranger)
    assert (response.json()["items"], response.json()["total"]) == ([], 0)


@pytest.mark.parametrize("url", [*LISTS, "/api/settings"])
def test_an_unknown_or_repeated_parameter_is_refused(client: TestClient, admin: Headers, url: str) -> None:
    for parameters in ("name=x", "q=a&q=b", "Q=a"):
        response = client.get(f"{url}?{parameters}", headers=admin)
        assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")


@pytest.mark.parametrize("fields", [{"colection_id": "x"}, {"title": "x"}])
def test_an_upload_with_an_unknown_field_is_refused(upload: Upload, fields: dict[str, str]) -> None:
    response = upload(b"x", **fields)
    assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")
    assert response.json()["errors"][0]["loc"] == ["body", *fields]


def test_a_cursor_of_another_list_filter_or_knowledge_base_is_refused(
    client: TestClient, admin: Headers, new_knowledge_base: Create, new_collection: Create
) -> None:
    one, other = new_knowledge_base(name="x"), new_knowledge_base(name="y")
    url = "/api/collections"
    new_collection("契約書")
    page = client.get(url, params={"limit": 1}, headers=admin).json()
    cursor = page["next_cursor"]
    for path, params in (
        (url, {"q": "契約"}),
        (url, {"knowledge_base_id": one["id"]}),
        (url, {"knowledge_base_id": other["id"]}),
        (f"{url}/{page['items'][0]['id']}", {}),
        *((path, {}) for path in LISTS if path != url),
    ):
        response = client.get(path, params={"cursor": cursor, **params}, headers=admin)
        assert (response.status_code, response.json()["code"]) == (422, "INVALID_CURSOR"), path
    assert client.get(url, params={"limit": 2, "cursor": cursor}, headers=admin).status_code == 200


def test_a_cursor_of_one_document_is_refused_by_another(
    client: TestClient, admin: Headers, upload: Upload, process: Callable[[], None]
) -> None:
    ids = [upload(f"{name}。".encode() * 2000).json()["id"] for name in ("規程", "議事録")]
    process()
    cursor = client.get(f"/api/documents/{ids[0]}/chunks?limit=1", headers=admin).json()["next_cursor"]
    for document, status in zip(ids, (200, 422), strict=True):
        assert client.get(f"/api/documents/{document}/chunks?cursor={cursor}", headers=admin).status_code == status
