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
        "document_id", "chunk_id", "title", "collection_id", "collection_name", "snippet", "highlights",
        "page", "score",
    }  # fmt: skip
    assert [item["snippet"][part["start"] : part["end"]] for part in item["highlights"]][:1] == ["有給休暇"]
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


def test_invisible_characters_of_a_query_hide_no_word(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str]
) -> None:
    params = {"q": "pass\u00adwords \u200bback\u200bups", "knowledge_base_id": knowledge_base["id"]}
    items = client.get(URL, params=params, headers=admin).json()["items"]
    assert {item["document_id"] for item in items} == {corpus["passwords"], corpus["backups"]}


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


@pytest.mark.parametrize("mode", MODES)
def test_everything_that_one_may_read_is_searched_where_nothing_is_named(
    *,
    client: TestClient,
    admin: Headers,
    stranger: Headers,
    upload: Upload,
    process: Process,
    knowledge_base: Json,
    shared_knowledge_base: Json,
    mode: str,
) -> None:
    private = upload("有給休暇の規程".encode()).json()["id"]
    shared = upload("有給休暇の案内".encode(), into=shared_knowledge_base["id"]).json()["id"]
    process()

    def found(by: Headers) -> set[str]:
        items = client.get(URL, params={"q": "有給休暇", "mode": mode}, headers=by).json()["items"]
        return {item["document_id"] for item in items}

    assert found(admin) == {private, shared}
    assert found(stranger) == {shared}


def test_who_may_read_nothing_finds_nothing(client: TestClient, stranger: Headers, corpus: dict[str, str]) -> None:
    response = client.get(URL, params={"q": "有給休暇"}, headers=stranger)
    assert (response.status_code, response.json()["items"]) == (200, [])


def test_knowledge_bases_of_two_models_are_searched_each_by_its_own(
    *,
    client: TestClient,
    admin: Headers,
    upload: Upload,
    process: Process,
    shared_knowledge_base: Json,
    corpus: dict[str, str],
    migrated_database: DatabaseUrls,
) -> None:
    upload("有給休暇の案内".encode(), into=shared_knowledge_base["id"])
    process()
    with migrated_database.engine().begin() as connection:
        statement = "UPDATE knowledge_bases SET embedding_model = 'hash-0' WHERE id = :id"
        connection.execute(text(statement), {"id": shared_knowledge_base["id"]})
    assert client.get(URL, params={"q": "有給休暇"}, headers=admin).status_code == 409
    items = client.get(URL, params={"q": "有給休暇", "mode": "text"}, headers=admin).json()["items"]
    assert len(items) == 2


@pytest.mark.parametrize("mode", MODES)
def test_a_search_can_be_narrowed(
    client: TestClient, admin: Headers, knowledge_base: Json, corpus: dict[str, str], mode: str
) -> None:
    client.patch(f"/api/documents/{corpus['leave']}", json={"tags": ["人事"]}, headers=admin)

    def found(**narrowed: str) -> bool:
        params = {"q": "有給休暇", "knowledge_base_id": knowledge_base["id"], "mode": mode, **narrowed}
        response = client.get(URL, params=params, headers=admin)
        assert response.status_code == 200, response.text
        return bool(response.json()["items"])

    for fits, does_not in (
        ({"tag": "人事"}, {"tag": "経理"}),
        ({"media_type": "text/plain"}, {"media_type": "application/pdf"}),
        ({"created_from": "2026-01-01T00:00:00Z"}, {"created_from": "2126-01-01T00:00:00Z"}),
        ({"created_before": "2126-01-01T00:00:00Z"}, {"created_before": "2026-01-01T00:00:00Z"}),
    ):
        assert (found(**fits), found(**does_not)) == (True, False), fits


@pytest.mark.parametrize("query", ["travel-policy", "旅費規程", "ﾘｮﾋ規程"])
def test_a_document_is_found_by_its_title_and_its_file_name(
    client: TestClient, admin: Headers, upload: Upload, process: Process, query: str
) -> None:
    names = {"travel-policy": "travel-policy.txt", "旅費規程": "旅費規程.txt", "ﾘｮﾋ規程": "リョヒ規程.txt"}
    document = upload(b"Only the cheapest class is paid for.", names[query]).json()
    upload(b"Something else altogether.", "other.txt")
    process()
    (item,) = client.get(URL, params={"q": query}, headers=admin).json()["items"]
    assert item["document_id"] == document["id"]


def test_a_new_title_is_found_and_the_old_one_is_not(
    client: TestClient, admin: Headers, upload: Upload, process: Process, migrated_database: DatabaseUrls
) -> None:
    document = upload(b"Only the cheapest class is paid for.", "a.txt").json()
    process()
    for title in ("Zugfahrten", "Flugreisen"):
        client.patch(f"/api/documents/{document['id']}", json={"title": title}, headers=admin)
    process()

    def found(query: str) -> int:
        return len(client.get(URL, params={"q": query, "mode": "text"}, headers=admin).json()["items"])

    assert (found("Flugreisen"), found("Zugfahrten")) == (1, 0)
    with migrated_database.engine().begin() as connection:
        terms = connection.execute(text("SELECT term, chunk_count FROM term_frequencies WHERE term LIKE '%gfahrt%'"))
        assert terms.all() == []


def test_what_an_earlier_release_indexed_is_indexed_again(
    client: TestClient, admin: Headers, upload: Upload, process: Process, migrated_database: DatabaseUrls
) -> None:
    upload("髙橋さんのネコ".encode(), "a.txt")
    process()
    with migrated_database.engine().begin() as connection:  # as the release before left it
        connection.execute(text("UPDATE documents SET index_version = 1"))
        connection.execute(text("UPDATE langchain_pg_embedding SET lexemes = array_to_tsvector(ARRAY['髙橋', 'ネコ'])"))
        connection.execute(text("DELETE FROM term_frequencies"))
        connection.execute(
            text("INSERT INTO term_frequencies SELECT id, unnest(ARRAY['髙橋', 'ネコ']), 1 FROM knowledge_bases")
        )

    def found() -> int:
        return len(client.get(URL, params={"q": "高橋 ねこ", "mode": "text"}, headers=admin).json()["items"])

    assert found() == 0
    process()
    assert found() == 1
    with migrated_database.engine().begin() as connection:
        assert connection.execute(text("SELECT chunk_count FROM term_frequencies WHERE term = 'ネコ'")).scalar() == 1
        assert connection.execute(text("SELECT DISTINCT index_version FROM documents")).scalar() == 2


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
