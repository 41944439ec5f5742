"""`/api/search` as its callers see it."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Create, Headers, Json, Process, Upload

URL = "/api/search"
MODES = ["hybrid", "vector", "text"]


@pytest.fixture
def corpus(upload: Upload, process: Process) -> dict[str, str]:
    """Documents by what they are about."""
    texts = {
        "leave": "年次有給休暇は、入社から六か月後に十日を付与する。",
        "travel": "出張の旅費は、最も経済的な通常の経路で計算する。",
        "passwords": "Passwords must have at least fifteen characters and are never sent by email.",
        "backups": "Backups of the database run every night and are restored once a month.",
    }
    ids = {name: upload(content.encode(), f"{name}.txt").json()["id"] for name, content in texts.items()}
    process()
    return ids


ANSWERS = {"有給休暇": "leave", "旅費の計算": "travel", "long passwords": "passwords", "database backups": "backups"}


@pytest.mark.parametrize("mode", MODES)
def test_the_passage_that_answers_comes_first(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str], mode: str
) -> None:
    for query, answer in ANSWERS.items():
        params = {"q": query, "knowledge_base_id": knowledge_base["id"], "mode": mode}
        response = client.get(URL, params=params, headers=admin)
        assert response.status_code == 200, response.text
        assert response.json()["items"][0]["document_id"] == corpus[answer], query


def test_a_result_says_where_it_is_from(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str], default_collection: Json
) -> None:
    params = {"q": "有給休暇", "knowledge_base_id": knowledge_base["id"], "limit": 1}
    body = client.get(URL, params=params, headers=admin).json()
    assert set(body) == {"items", "next_cursor", "total"}
    (item,) = body["items"]
    assert set(item) == {
        "document_id", "chunk_id", "title", "collection_id", "collection_name", "snippet", "page", "score"
    }  # fmt: skip
    assert (item["title"], item["collection_name"]) == ("leave", "未分類")
    assert item["collection_id"] == default_collection["id"]
    assert 0 < item["score"] <= 1
    chunks = client.get(f"/api/documents/{corpus['leave']}/chunks", headers=admin).json()["items"]
    assert item["chunk_id"] == chunks[0]["id"]


@pytest.mark.parametrize("mode", MODES)
def test_one_collection_can_be_searched_alone(
    *,
    client: TestClient,
    admin: Headers,
    knowledge_base: Json,
    new_collection: Create,
    upload: Upload,
    process: Process,
    mode: str,
) -> None:
    target = new_collection("規程")
    inside = upload("有給休暇の規程".encode(), "a.txt", collection_id=target["id"]).json()
    upload("有給休暇の案内".encode(), "b.txt")
    process()
    for scope in ({}, {"knowledge_base_id": knowledge_base["id"]}):
        params = {"q": "有給休暇", "mode": mode, "collection_id": target["id"], **scope}
        items = client.get(URL, params=params, headers=admin).json()["items"]
        assert [item["document_id"] for item in items] == [inside["id"]]


@pytest.mark.parametrize("mode", MODES)
def test_another_knowledge_base_is_never_searched(
    client: TestClient, admin: Headers, corpus: dict[str, str], new_knowledge_base: Create, mode: str
) -> None:
    params = {"q": "有給休暇", "knowledge_base_id": new_knowledge_base()["id"], "mode": mode}
    assert client.get(URL, params=params, headers=admin).json()["items"] == []


@pytest.mark.parametrize("mode", MODES)
def test_a_deleted_document_is_not_found(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str], mode: str
) -> None:
    client.delete(f"/api/documents/{corpus['leave']}", headers=admin)
    params = {"q": "有給休暇", "knowledge_base_id": knowledge_base["id"], "mode": mode}
    found = client.get(URL, params=params, headers=admin).json()["items"]
    assert corpus["leave"] not in [item["document_id"] for item in found]


@pytest.mark.parametrize("mode", MODES)
def test_a_document_that_is_not_ready_is_not_found(
    *,
    client: TestClient,
    admin: Headers,
    knowledge_base: Json,
    corpus: dict[str, str],
    migrated_database: DatabaseUrls,
    mode: str,
) -> None:
    with migrated_database.engine().begin() as connection:
        connection.execute(text("UPDATE documents SET status = 'processing'"))
    params = {"q": "有給休暇", "knowledge_base_id": knowledge_base["id"], "mode": mode}
    assert client.get(URL, params=params, headers=admin).json()["items"] == []


def test_chunks_that_are_not_ours_do_not_disturb(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str], migrated_database: DatabaseUrls
) -> None:
    with migrated_database.engine().begin() as connection:
        connection.execute(
            text(
                "INSERT INTO langchain_pg_embedding (id, collection_id, embedding, document, cmetadata)"
                " SELECT 'foreign', langchain_collection_id, '[1,2,3]', 'x', '{}' FROM knowledge_bases"
            )
        )
    params = {"q": "有給休暇", "knowledge_base_id": knowledge_base["id"]}
    response = client.get(URL, params=params, headers=admin)
    assert response.status_code == 200, response.text
    assert "foreign" not in [item["chunk_id"] for item in response.json()["items"]]


def test_a_private_knowledge_base_cannot_be_searched_by_others(
    client: TestClient, stranger: Headers, knowledge_base: Json, default_collection: Json, corpus: dict[str, str]
) -> None:
    response = client.get(URL, params={"q": "有給", "knowledge_base_id": knowledge_base["id"]}, headers=stranger)
    assert (response.status_code, response.json()["code"]) == (404, "KNOWLEDGE_BASE_NOT_FOUND")
    response = client.get(URL, params={"q": "有給", "collection_id": default_collection["id"]}, headers=stranger)
    assert (response.status_code, response.json()["code"]) == (404, "COLLECTION_NOT_FOUND")


def test_a_shared_knowledge_base_is_searched_by_all_who_are_signed_in(
    client: TestClient, stranger: Headers, shared_knowledge_base: Json, upload: Upload, process: Process
) -> None:
    document = upload("有給休暇".encode(), into=shared_knowledge_base["id"]).json()
    process()
    params = {"q": "有給", "knowledge_base_id": shared_knowledge_base["id"]}
    (item,) = client.get(URL, params=params, headers=stranger).json()["items"]
    assert item["document_id"] == document["id"]


def test_a_collection_of_another_knowledge_base_is_not_there(
    client: TestClient, admin: Headers, default_collection: Json, new_knowledge_base: Create
) -> None:
    params = {"q": "x", "knowledge_base_id": new_knowledge_base()["id"], "collection_id": default_collection["id"]}
    assert client.get(URL, params=params, headers=admin).status_code == 404


def test_the_number_of_results_is_limited(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str]
) -> None:
    params = {"q": "passwords backups", "knowledge_base_id": knowledge_base["id"]}
    assert len(client.get(URL, params=params, headers=admin).json()["items"]) == 2
    assert len(client.get(URL, params={**params, "limit": 1}, headers=admin).json()["items"]) == 1


@pytest.mark.parametrize("mode", MODES)
def test_noise_is_not_found(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str], mode: str
) -> None:
    for noise in ("xyzzy plugh", "!!!", "？", "the"):
        params = {"q": noise, "knowledge_base_id": knowledge_base["id"], "mode": mode}
        assert client.get(URL, params=params, headers=admin).json()["items"] == [], noise


def test_what_fits_less_than_is_set_is_not_found(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str]
) -> None:
    params = {"q": "有給休暇 火星", "knowledge_base_id": knowledge_base["id"]}
    (item,) = client.get(URL, params=params, headers=admin).json()["items"]
    assert 0.2 < item["score"] < 0.99
    client.put("/api/settings/search.min_relevance", json={"value": 0.99}, headers=admin)
    assert client.get(URL, params=params, headers=admin).json()["items"] == []


@pytest.mark.parametrize("mode", ["hybrid", "text"])
def test_a_score_means_the_same_in_another_search(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str], mode: str
) -> None:
    """Half of what is asked for is worth less than all of it, in whatever query."""

    def best(query: str) -> float:
        params = {"q": query, "knowledge_base_id": knowledge_base["id"], "mode": mode}
        return float(client.get(URL, params=params, headers=admin).json()["items"][0]["score"])

    whole = [best("年次有給休暇"), best("旅費の経路"), best("database backups")]
    half = [best("年次有給休暇と火星探査"), best("旅費と量子計算機"), best("database of pizzas")]
    assert min(whole) > max(half)


def test_a_search_says_where(client: TestClient, admin: Headers) -> None:
    response = client.get(URL, params={"q": "x"}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "SEARCH_SCOPE_MISSING")


@pytest.mark.parametrize(
    "change",
    [
        {"q": ""},
        {"q": "x" * 1001},
        {"q": "a\0b"},
        {"limit": 0},
        {"limit": 101},
        {"limit": 10**30},
        {"mode": "magic"},
        {"knowledge_base_id": "42"},
    ],
)
def test_what_is_no_search_is_refused(client: TestClient, admin: Headers, knowledge_base: Json, change: Json) -> None:
    params = {"q": "x", "knowledge_base_id": knowledge_base["id"], **change}
    response = client.get(URL, params=params, headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")


HARMLESS = ["' OR 1=1 --", "a & b | !c:*", "\\'", "（）！？", " ", "%_", "😀", "\ud7ff", "のはをに", "x" * 1000]


@pytest.mark.parametrize("mode", MODES)
def test_no_query_breaks_a_search(
    client: TestClient, admin: Headers, knowledge_base: Json, document: Json, mode: str
) -> None:
    for query in HARMLESS:
        params = {"q": query, "knowledge_base_id": knowledge_base["id"], "mode": mode}
        assert client.get(URL, params=params, headers=admin).status_code == 200, query


def test_an_unknown_knowledge_base_is_not_found(client: TestClient, admin: Headers) -> None:
    assert client.get(URL, params={"q": "x", "knowledge_base_id": str(uuid4())}, headers=admin).status_code == 404


def test_a_search_needs_a_token(client: TestClient) -> None:
    assert client.get(URL, params={"q": "x", "knowledge_base_id": str(uuid4())}).status_code == 401


def test_vectors_of_a_model_that_is_gone_are_not_compared(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str], migrated_database: DatabaseUrls
) -> None:
    with migrated_database.engine().begin() as connection:
        connection.execute(text("UPDATE knowledge_bases SET embedding_model = 'hash-0'"))
    params = {"q": "有給休暇", "knowledge_base_id": knowledge_base["id"]}
    response = client.get(URL, params=params, headers=admin)
    assert (response.status_code, response.json()["code"]) == (409, "EMBEDDING_MODEL_UNAVAILABLE")
    response = client.get(URL, params={**params, "mode": "text"}, headers=admin)
    assert response.json()["items"][0]["document_id"] == corpus["leave"]
