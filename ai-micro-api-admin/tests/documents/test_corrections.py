"""An administrator corrects a chunk: it is found by the new text, also after its document was processed again."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from app.contents.documents import DocumentRepository
from app.contents.models import Document
from service_kit.testing.databases import DatabaseUrls
from service_kit.tokens.verification import Subject
from tests.types_of_fixtures import Headers, Json, Process, Upload

WRONG, RIGHT = "休暇は士日とする。", "休暇は十日とする。"
SECOND = "残業は月に四十五時間までとする。" * 40
Correct = Callable[..., Response]
Read = Callable[[], list[Json]]


@pytest.fixture
def document(client: TestClient, admin: Headers, upload: Upload, process: Process) -> Json:
    url = upload(f"# 休暇\n\n{WRONG}\n\n# 残業\n\n{SECOND}".encode(), "規程.md").headers["Location"]
    process()
    return dict(client.get(url, headers=admin).json())


@pytest.fixture
def url(document: Json) -> str:
    return f"/api/documents/{document['id']}"


@pytest.fixture
def chunks(client: TestClient, admin: Headers, url: str) -> Read:
    return lambda: list(client.get(f"{url}/chunks", headers=admin).json()["items"])


@pytest.fixture
def correct(client: TestClient, admin: Headers, chunks: Read) -> Correct:
    """Correct the first chunk."""

    def send(written: str, **headers: str) -> Response:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return client.put(f"/api/chunks/{chunks()[0]['id']}", json={"text": written}, headers={**admin, **named})

    return send


@pytest.fixture
def corrected(correct: Correct) -> str:
    """The text of a chunk that was corrected."""
    response = correct(f"休暇\n{RIGHT}")
    assert response.status_code == 200, response.text
    return str(response.json()["text"])


def terms(database: DatabaseUrls) -> dict[str, int]:
    with database.engine().connect() as connection:
        rows = connection.execute(text("SELECT term, chunk_count FROM term_frequencies")).all()
        counted = connection.execute(
            text(
                "SELECT term, count(*) AS chunk_count FROM langchain_pg_embedding,"
                " unnest(tsvector_to_array(lexemes)) AS term GROUP BY term"
            )
        ).all()
    assert {row.term: row.chunk_count for row in rows} == {row.term: row.chunk_count for row in counted}
    return {row.term: row.chunk_count for row in rows}


def test_a_corrected_chunk_is_found_by_its_new_text_alone(
    *,
    client: TestClient,
    admin: Headers,
    document: Json,
    chunks: Read,
    correct: Correct,
    migrated_database: DatabaseUrls,
) -> None:
    before = chunks()
    with migrated_database.engine().connect() as connection:
        vector = connection.scalar(text("SELECT embedding::text FROM langchain_pg_embedding WHERE chunk_index = 0"))
    response = correct("有給の日数\r\n年に二十日とする。")
    assert response.status_code == 200, response.text
    chunk = response.json()
    assert chunk["text"] == "有給の日数\n年に二十日とする。"
    assert (chunk["id"], chunk["corrected"], chunk["original"]) == (before[0]["id"], True, before[0]["text"])
    assert client.get(f"/api/chunks/{chunk['id']}", headers=admin).json() == chunk
    assert [item["corrected"] for item in chunks()] == [True] + [False] * (len(before) - 1)
    assert chunks()[1:] == before[1:]
    for mode in ("text", "vector"):
        params = {"q": "有給の日数", "knowledge_base_id": document["knowledge_base_id"], "mode": mode}
        found = client.get("/api/search", params=params, headers=admin).json()["items"]
        assert [item["chunk_id"] for item in found] == [chunk["id"]]
    with migrated_database.engine().connect() as connection:
        now = connection.scalar(text("SELECT embedding::text FROM langchain_pg_embedding WHERE chunk_index = 0"))
    assert now != vector
    assert not [term for term in terms(migrated_database) if "士" in term]


def test_a_correction_is_made_again_when_the_document_is_processed_again(
    *,
    client: TestClient,
    admin: Headers,
    url: str,
    corrected: str,
    chunks: Read,
    process: Process,
    migrated_database: DatabaseUrls,
) -> None:
    before = chunks()
    client.post(f"{url}/reprocess", headers=admin)
    process()
    after = chunks()
    assert after[0]["id"] != before[0]["id"]
    assert (after[0]["text"], after[0]["corrected"]) == (corrected, True)
    assert client.get(url, headers=admin).json()["warnings"] == []
    assert WRONG in client.get(f"/api/chunks/{after[0]['id']}", headers=admin).json()["original"]
    assert terms(migrated_database)


def test_a_correction_whose_passage_is_gone_is_named_in_a_warning_and_made_when_it_comes_back(
    *, client: TestClient, admin: Headers, url: str, corrected: str, chunks: Read, process: Process
) -> None:
    original = client.get(f"{url}/content", headers=admin).content
    client.put(f"{url}/content", files={"file": ("規程.md", "別の規程。".encode())}, headers=admin)
    process()
    assert [item["corrected"] for item in chunks()] == [False]
    (warning,) = client.get(url, headers=admin).json()["warnings"]
    assert warning["code"] == "CORRECTIONS_NOT_MADE"
    assert RIGHT in warning["text"]
    client.put(f"{url}/content", files={"file": ("規程.md", original)}, headers=admin)
    process()
    assert chunks()[0]["text"] == corrected
    assert client.get(url, headers=admin).json()["warnings"] == []


def test_the_text_of_the_file_undoes_a_correction(
    *,
    chunks: Read,
    corrected: str,
    correct: Correct,
    client: TestClient,
    admin: Headers,
    migrated_database: DatabaseUrls,
) -> None:
    original = client.get(f"/api/chunks/{chunks()[0]['id']}", headers=admin).json()["original"]
    assert correct("三度目の正直。").json()["original"] == original
    undone = correct(original).json()
    assert (undone["text"], undone["corrected"], undone["original"]) == (original, False, None)
    with migrated_database.engine().connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM chunk_corrections")) == 0
    assert corrected != original
    assert terms(migrated_database)


def test_what_it_is_already_is_no_correction(chunks: Read, correct: Correct, migrated_database: DatabaseUrls) -> None:
    assert correct(chunks()[0]["text"]).json()["corrected"] is False
    with migrated_database.engine().connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM chunk_corrections")) == 0


def test_a_chunk_that_is_about_to_be_replaced_is_not_corrected(
    client: TestClient, admin: Headers, url: str, correct: Correct, process: Process
) -> None:
    client.post(f"{url}/reprocess", headers=admin)
    response = correct(RIGHT)
    assert (response.status_code, response.json()["code"]) == (409, "DOCUMENT_IN_WORK")
    process()
    assert correct(RIGHT).status_code == 200


def test_of_two_corrections_of_what_was_read_one_is_made(
    client: TestClient, admin: Headers, chunks: Read, correct: Correct
) -> None:
    tag = client.get(f"/api/chunks/{chunks()[0]['id']}", headers=admin).headers["ETag"]
    assert [correct(written, If_Match=tag).status_code for written in ("一", "二")] == [200, 412]


@pytest.mark.parametrize("written", ["", " \n", "\u200b", "x" * 20_001, None, "\0"])
def test_what_is_no_text_is_refused(client: TestClient, admin: Headers, chunks: Read, written: object) -> None:
    assert client.put(f"/api/chunks/{chunks()[0]['id']}", json={"text": written}, headers=admin).status_code == 422


@pytest.mark.parametrize("change", ["deleted", "processed again", "replaced"])
def test_a_chunk_that_goes_while_it_is_read_is_not_there(
    *,
    client: TestClient,
    admin: Headers,
    url: str,
    chunks: Read,
    process: Process,
    change: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = chunks()[-1]["id"]
    find = DocumentRepository.document_of_chunk

    def find_at_the_last_moment(self: DocumentRepository, chunk_id: str, by: Subject) -> tuple[Document, int] | None:
        found = find(self, chunk_id, by)
        monkeypatch.undo()
        if change == "deleted":
            client.delete(url, headers=admin)
        elif change == "processed again":
            client.post(f"{url}/reprocess", headers=admin)
        else:
            client.put(f"{url}/content", files={"file": ("a.txt", b"short")}, headers=admin)
        process()
        return found

    monkeypatch.setattr(DocumentRepository, "document_of_chunk", find_at_the_last_moment)
    response = client.get(f"/api/chunks/{last}", headers=admin)
    assert (response.status_code, response.json()["code"]) == (404, "CHUNK_NOT_FOUND")


def test_only_administrators_correct_and_only_what_is_there(
    client: TestClient, admin: Headers, stranger: Headers, chunks: Read
) -> None:
    sent = {"text": RIGHT}
    assert client.put(f"/api/chunks/{chunks()[0]['id']}", json=sent, headers=stranger).status_code == 403
    assert client.put(f"/api/chunks/{chunks()[0]['id']}", json=sent).status_code == 401
    response = client.put("/api/chunks/42", json=sent, headers=admin)
    assert (response.status_code, response.json()["code"]) == (404, "CHUNK_NOT_FOUND")


def test_who_corrected_is_recorded_without_the_text(
    client: TestClient, admin: Headers, document: Json, corrected: str
) -> None:
    params = {"target_type": "document", "target_id": document["id"]}
    response = client.get("/api/logs/audit", params=params, headers=admin)
    assert response.json()["items"][0]["action"] == "DOCUMENT_CHUNK_CORRECTED"
    assert corrected not in response.text
