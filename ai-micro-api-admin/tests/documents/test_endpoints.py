"""`/api/documents` as its callers see it; processing itself has tests of its own."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from starlette.requests import Request

from app.files.parts import PART_BYTES
from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Create, Headers, Json, Process, Upload

URL = "/api/documents"


def count(database: DatabaseUrls, table: str) -> int:
    with database.engine().connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - our own names


def test_an_upload_is_accepted_and_waits(upload: Upload, knowledge_base: Json, default_collection: Json) -> None:
    response = upload("本文".encode(), "就業規則.txt")
    assert response.status_code == 202, response.text
    document = response.json()
    assert set(document) == {
        "id", "knowledge_base_id", "collection_id", "title", "file_name", "media_type", "size_bytes", "status",
        "progress", "step", "error", "error_code", "warnings", "tags", "chunk_count", "created_at", "updated_at",
        "duplicate",
    }  # fmt: skip
    assert response.headers["Location"] == f"{URL}/{document['id']}"
    assert (document["title"], document["file_name"]) == ("就業規則", "就業規則.txt")
    assert (document["media_type"], document["size_bytes"]) == ("text/plain", 6)
    assert (document["status"], document["error"], document["chunk_count"]) == ("pending", None, 0)
    assert document["knowledge_base_id"] == knowledge_base["id"]
    assert document["collection_id"] == default_collection["id"]


def test_an_upload_goes_into_the_collection_that_it_names(new_collection: Create, upload: Upload) -> None:
    target = new_collection("契約書")
    assert upload(b"text", collection_id=target["id"]).json()["collection_id"] == target["id"]


def test_the_same_bytes_are_one_document(upload: Upload, migrated_database: DatabaseUrls) -> None:
    first = upload(b"text", "a.txt")
    second = upload(b"text", "b.txt")
    assert (first.status_code, second.status_code) == (202, 200)
    assert {**second.json(), "duplicate": None} == first.json()
    assert count(migrated_database, "documents") == count(migrated_database, "document_parts") == 1


def test_the_same_bytes_at_once_are_one_document(upload: Upload, migrated_database: DatabaseUrls) -> None:
    content = b"x" * (2 * PART_BYTES + 1)
    with ThreadPoolExecutor(6) as threads:
        responses = list(threads.map(lambda number: upload(content, f"{number}.txt"), range(6)))
    assert sorted(response.status_code for response in responses) == [200] * 5 + [202]
    assert len({response.json()["id"] for response in responses}) == 1
    assert count(migrated_database, "document_parts") == 3


def test_the_same_bytes_in_two_knowledge_bases_are_two_documents(upload: Upload, new_knowledge_base: Create) -> None:
    other = new_knowledge_base()
    assert upload(b"text").json()["id"] != upload(b"text", into=other["id"]).json()["id"]


def test_a_document_that_failed_is_processed_again_when_it_is_uploaded_again(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    document = upload(b"%PDF-1.7 but nothing more", "x.pdf").json()
    process()
    assert client.get(f"{URL}/{document['id']}", headers=admin).json()["status"] == "failed"
    again = upload(b"%PDF-1.7 but nothing more", "x.pdf")
    assert (again.status_code, again.json()["id"]) == (202, document["id"])
    assert (again.json()["status"], again.json()["error"], again.json()["error_code"]) == ("pending", None, None)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.txt", "system.txt"),
        ("/etc/shadow.txt", "shadow.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("契約書（案）.txt", "契約書（案）.txt"),
        ("あ" * 300 + ".txt", "あ" * 83 + ".txt"),
    ],
)
def test_a_hostile_name_is_made_harmless(upload: Upload, name: str, stored: str) -> None:
    response = upload(b"text", name)
    assert response.status_code == 202, response.text
    assert response.json()["file_name"] == stored


@pytest.mark.parametrize("name", ["..", "/", "   ", "\u200b", ". ."])
def test_a_name_of_which_nothing_is_left_is_refused(upload: Upload, name: str, migrated_database: DatabaseUrls) -> None:
    response = upload(b"text", name)
    assert (response.status_code, response.json()["code"]) == (422, "INVALID_FILE_NAME")
    assert count(migrated_database, "documents") == 0


def test_an_empty_file_is_refused(upload: Upload, migrated_database: DatabaseUrls) -> None:
    response = upload(b"")
    assert (response.status_code, response.json()["code"]) == (422, "EMPTY_FILE")
    assert count(migrated_database, "documents") == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ\x90\x00\x03"),
        ("a.docx", b"no zip"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.txt", b"\x00\x01\x02\x03" * 100),
        ("a.pdf", b"this is no PDF"),
        ("a.svg", b"<script>alert(1)</script>"),
    ],
)
def test_what_cannot_be_read_is_refused(
    upload: Upload, name: str, content: bytes, migrated_database: DatabaseUrls
) -> None:
    response = upload(content, name)
    assert (response.status_code, response.json()["code"]) == (415, "UNSUPPORTED_DOCUMENT")
    assert response.headers["content-type"] == "application/problem+json"
    assert count(migrated_database, "documents") == 0


def test_sixty_megabytes_are_too_many(upload: Upload, migrated_database: DatabaseUrls) -> None:
    response = upload(b"x" * 60_000_000)
    assert (response.status_code, response.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert response.headers["content-type"] == "application/problem+json"
    assert count(migrated_database, "documents") == 0


def test_one_byte_above_the_limit_is_too_many(upload: Upload, migrated_database: DatabaseUrls) -> None:
    response = upload(b"x" * 52_428_801)
    assert (response.status_code, response.json()["code"]) == (413, "UPLOAD_TOO_LARGE")
    assert count(migrated_database, "documents") == 0


def test_a_file_of_exactly_the_limit_is_accepted_and_downloaded_as_it_was(
    client: TestClient, admin: Headers, upload: Upload
) -> None:
    content = (b"0123456789abcdef" * 3_276_801)[:52_428_800]
    response = upload(content)
    assert response.status_code == 202, response.text
    read = client.get(f"{URL}/{response.json()['id']}/content", headers=admin)
    assert read.content == content


def test_a_body_that_is_no_form_is_refused(client: TestClient, admin: Headers) -> None:
    response = client.post(f"{URL}/upload", json={"file": "x"}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_stranger_is_refused_before_their_upload_is_kept(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Request, "form", lambda *_, **__: pytest.fail("the form was read"))
    response = client.post("/api/documents/upload", files={"file": ("a.txt", b"x")}, data={"knowledge_base_id": "x"})
    assert response.status_code == 401


def test_a_form_that_breaks_off_is_refused(client: TestClient, admin: Headers) -> None:
    headers = {**admin, "Content-Type": "multipart/form-data; boundary=x"}
    response = client.post(f"{URL}/upload", content=b'--x\r\nContent-Disposition: form-data; name="fi', headers=headers)
    assert response.status_code in {400, 422}
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("missing", ["file", "knowledge_base_id"])
def test_a_form_without_what_it_needs_is_refused(
    client: TestClient, admin: Headers, knowledge_base: Json, missing: str
) -> None:
    files = {} if missing == "file" else {"file": ("a.txt", b"text")}
    data = {} if missing == "knowledge_base_id" else {"knowledge_base_id": knowledge_base["id"]}
    response = client.post(f"{URL}/upload", files=files or {"x": b"x"}, data=data, headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")


def test_an_upload_into_what_is_not_there_is_refused(
    upload: Upload, new_knowledge_base: Create, default_collection: Json
) -> None:
    response = upload(b"text", into=str(uuid4()))
    assert (response.status_code, response.json()["code"]) == (404, "KNOWLEDGE_BASE_NOT_FOUND")
    response = upload(b"text", collection_id=str(uuid4()))
    assert (response.status_code, response.json()["code"]) == (404, "COLLECTION_NOT_FOUND")
    response = upload(b"text", into=new_knowledge_base()["id"], collection_id=default_collection["id"])
    assert (response.status_code, response.json()["code"]) == (422, "COLLECTION_OF_ANOTHER_KNOWLEDGE_BASE")


def test_the_file_comes_back_under_its_name_and_type(client: TestClient, admin: Headers, upload: Upload) -> None:
    content = "本文\r\n".encode("cp932")
    document = upload(content, "就業 規則.txt").json()
    response = client.get(f"{URL}/{document['id']}/content", headers=admin)
    assert response.content == content
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"_____.txt\"; filename*=UTF-8''%E5%B0%B1%E6%A5%AD%20%E8%A6%8F%E5%89%87.txt"
    )


def test_a_name_cannot_break_out_of_the_header(client: TestClient, admin: Headers, upload: Upload) -> None:
    document = upload(b"text", 'a";filename=evil.exe;x=".txt').json()
    disposition = client.get(f"{URL}/{document['id']}/content", headers=admin).headers["Content-Disposition"]
    assert disposition.count('"') == 2
    assert "filename=evil" not in disposition


def test_chunks_are_listed_in_the_order_of_the_text(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    document = upload("".join(f"第{n}条 これは第{n}条の本文である。" * 10 + "\n\n" for n in range(30)).encode()).json()
    url = f"{URL}/{document['id']}/chunks"
    assert client.get(url, headers=admin).json() == {"items": [], "next_cursor": None, "total": None}
    process()
    seen, cursor = [], None
    while True:
        params = {"limit": 2, "total": True} | ({"cursor": cursor} if cursor else {})
        page = client.get(url, params=params, headers=admin).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [item["index"] for item in seen] == list(range(page["total"]))
    assert len(seen) > 4
    assert all(set(item) == {"id", "index", "page", "text", "corrected"} and item["page"] is None for item in seen)


@pytest.mark.parametrize("cursor", ["x", "-1", "１", "9" * 50, "20"])
def test_a_cursor_of_our_own_making_is_refused(client: TestClient, admin: Headers, document: Json, cursor: str) -> None:
    response = client.get(f"{URL}/{document['id']}/chunks", params={"cursor": cursor}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "INVALID_CURSOR")


def test_a_move_keeps_the_document_and_its_chunks(
    client: TestClient, admin: Headers, new_collection: Create, document: Json, migrated_database: DatabaseUrls
) -> None:
    target = new_collection("契約書")
    before = client.get(f"{URL}/{document['id']}/chunks", headers=admin).json()
    response = client.put(f"{URL}/{document['id']}/move", json={"collection_id": target["id"]}, headers=admin)
    assert response.status_code == 200, response.text
    assert response.json() == {
        **document, "collection_id": target["id"], "updated_at": response.json()["updated_at"]
    }  # fmt: skip
    assert client.get(f"{URL}/{document['id']}/chunks", headers=admin).json() == before
    with migrated_database.engine().connect() as connection:
        (metadata,) = connection.scalars(text("SELECT cmetadata FROM langchain_pg_embedding")).all()
    assert metadata == {"document_id": document["id"], "collection_id": target["id"], "page": None, "repeated": 0}


def test_a_move_to_another_knowledge_base_is_refused(
    client: TestClient, admin: Headers, document: Json, new_knowledge_base: Create
) -> None:
    other = new_knowledge_base()
    (target,) = client.get("/api/collections", params={"knowledge_base_id": other["id"]}, headers=admin).json()["items"]
    response = client.put(f"{URL}/{document['id']}/move", json={"collection_id": target["id"]}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "COLLECTION_OF_ANOTHER_KNOWLEDGE_BASE")
    assert client.get(f"{URL}/{document['id']}", headers=admin).json() == document


def test_a_move_to_nowhere_is_refused(client: TestClient, admin: Headers, document: Json) -> None:
    response = client.put(f"{URL}/{document['id']}/move", json={"collection_id": str(uuid4())}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (404, "COLLECTION_NOT_FOUND")


def test_a_deleted_document_is_gone_with_its_file_its_chunks_and_its_terms(
    client: TestClient, admin: Headers, document: Json, migrated_database: DatabaseUrls
) -> None:
    assert client.delete(f"{URL}/{document['id']}", headers=admin).status_code == 204
    for path in ("", "/content", "/chunks"):
        response = client.get(f"{URL}/{document['id']}{path}", headers=admin)
        assert (response.status_code, response.json()["code"]) == (404, "DOCUMENT_NOT_FOUND")
    for table in ("documents", "document_parts", "langchain_pg_embedding", "term_frequencies"):
        assert count(migrated_database, table) == 0, table


def test_bytes_of_a_deleted_document_can_be_uploaded_again(
    client: TestClient, admin: Headers, document: Json, upload: Upload
) -> None:
    client.delete(f"{URL}/{document['id']}", headers=admin)
    response = upload("年次有給休暇は、入社から六か月後に十日を付与する。".encode())
    assert response.status_code == 202
    assert response.json()["id"] != document["id"]


def test_terms_that_other_documents_have_stay_counted(
    client: TestClient, admin: Headers, upload: Upload, process: Process, migrated_database: DatabaseUrls
) -> None:
    first = upload(b"apple banana", "1.txt").json()
    upload(b"banana cherry", "2.txt")
    process()
    client.delete(f"{URL}/{first['id']}", headers=admin)
    with migrated_database.engine().connect() as connection:
        rows = connection.execute(text("SELECT term, chunk_count FROM term_frequencies")).all()
    counts = {row.term: row.chunk_count for row in rows}
    assert (counts["banana"], counts["cherry"], counts.get("apple")) == (1, 1, None)


def test_the_list_can_be_narrowed(
    *, client: TestClient, admin: Headers, knowledge_base: Json, new_collection: Create, upload: Upload, document: Json
) -> None:
    target = new_collection("契約書")
    waiting = upload(b"text", collection_id=target["id"]).json()

    def ids(**params: str) -> list[str]:
        return [item["id"] for item in client.get(URL, params=params, headers=admin).json()["items"]]

    assert ids() == ids(knowledge_base_id=knowledge_base["id"]) == [waiting["id"], document["id"]]
    assert ids(collection_id=target["id"]) == ids(status="pending") == [waiting["id"]]
    assert ids(status="ready") == [document["id"]]
    assert client.get(URL, params={"status": "lost"}, headers=admin).status_code == 422
    assert client.get(URL, params={"collection_id": str(uuid4())}, headers=admin).status_code == 404


def test_a_chunk_is_read_with_the_chunks_around_it(
    client: TestClient, admin: Headers, stranger: Headers, upload: Upload, process: Process
) -> None:
    upload("\n\n".join(f"段落{number}。" + "本文。" * 150 for number in range(4)).encode())
    process()
    (document,) = client.get(URL, headers=admin).json()["items"]
    chunks = client.get(f"{URL}/{document['id']}/chunks", headers=admin).json()["items"]
    assert len(chunks) >= 3
    first, middle, last = (
        client.get(f"/api/chunks/{chunks[place]['id']}", headers=admin).json() for place in (0, 1, -1)
    )
    assert (first["previous"], first["next"]["id"]) == (None, middle["id"])
    assert (middle["previous"]["text"], middle["text"], middle["next"]) == (
        chunks[0]["text"], chunks[1]["text"], chunks[2],
    )  # fmt: skip
    assert (middle["document_id"], middle["title"], last["next"]) == (document["id"], document["title"], None)
    for chunk_id, by in ((middle["id"], stranger), ("42", admin)):
        response = client.get(f"/api/chunks/{chunk_id}", headers=by)
        assert (response.status_code, response.json()["code"]) == (404, "CHUNK_NOT_FOUND")


def test_title_and_tags_are_changed(client: TestClient, admin: Headers, document: Json) -> None:
    url = f"{URL}/{document['id']}"
    response = client.patch(url, json={"title": "就業規則（新）", "tags": ["人事", "規程", "人事"]}, headers=admin)
    assert (response.status_code, response.json()["tags"]) == (200, ["人事", "規程"])
    response = client.patch(url, json={"tags": ["人事"]}, headers={**admin, "If-Match": response.headers["ETag"]})
    assert (response.json()["title"], response.json()["tags"]) == ("就業規則（新）", ["人事"])
    assert client.get(url, headers=admin).json() == response.json()
    assert client.patch(url, json={}, headers={**admin, "If-Match": '"old"'}).status_code == 412


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""},
        {"title": " "},
        {"title": "x" * 256},
        {"title": None},
        {"tags": None},
        {"tags": [""]},
        {"tags": ["x" * 101]},
        {"tags": [f"tag {number}" for number in range(51)]},
        {"file_name": "a.txt"},
    ],
)
def test_what_is_no_title_and_no_tag_is_refused(client: TestClient, admin: Headers, document: Json, bad: Json) -> None:
    assert client.patch(f"{URL}/{document['id']}", json=bad, headers=admin).status_code == 422


def test_a_document_that_failed_can_be_processed_again(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    url = upload(b"%PDF-1.7 and nothing else", "a.pdf").headers["Location"]
    process()
    assert client.get(url, headers=admin).json()["status"] == "failed"
    response = client.post(f"{url}/retry", headers=admin)
    assert (response.status_code, response.json()["status"], response.json()["error"]) == (202, "pending", None)
    again = client.post(f"{url}/retry", headers=admin)
    assert (again.status_code, again.json()["code"]) == (409, "DOCUMENT_NOT_FAILED")


def test_the_list_can_be_narrowed_by_tag_format_and_date(
    client: TestClient, admin: Headers, upload: Upload, document: Json
) -> None:
    markdown = upload(b"# a", "a.md").json()
    client.patch(f"{URL}/{document['id']}", json={"tags": ["人事"]}, headers=admin)

    def ids(**params: str) -> list[str]:
        return [item["id"] for item in client.get(URL, params=params, headers=admin).json()["items"]]

    assert ids(tag="人事") == ids(media_type="text/plain") == [document["id"]]
    assert ids(created_from=markdown["created_at"]) == [markdown["id"]]
    assert ids(created_before=markdown["created_at"]) == [document["id"]]
    for bad in (
        {"media_type": "text/magic"},
        {"created_from": "yesterday"},
        {"created_from": "0.5"},
        {"created_from": "2026-01-01T00:00:00"},
    ):
        assert client.get(URL, params=bad, headers=admin).status_code == 422


@pytest.mark.parametrize("path", ["", "/content", "/chunks"])
def test_documents_are_seen_by_those_who_see_their_knowledge_base(
    client: TestClient, stranger: Headers, shared_knowledge_base: Json, upload: Upload, path: str
) -> None:
    hidden = upload(b"text").json()
    seen = upload(b"text", into=shared_knowledge_base["id"]).json()
    assert client.get(f"{URL}/{seen['id']}{path}", headers=stranger).status_code == 200
    response = client.get(f"{URL}/{hidden['id']}{path}", headers=stranger)
    assert (response.status_code, response.json()["code"]) == (404, "DOCUMENT_NOT_FOUND")
    listed = client.get(URL, headers=stranger).json()["items"]
    assert [item["id"] for item in listed] == [seen["id"]]


def test_only_administrators_write(
    client: TestClient, stranger: Headers, shared_knowledge_base: Json, upload: Upload
) -> None:
    document = upload(b"text", into=shared_knowledge_base["id"]).json()
    url = f"{URL}/{document['id']}"
    move = {"collection_id": document["collection_id"]}
    form = {"knowledge_base_id": shared_knowledge_base["id"]}
    responses = [
        client.post(f"{URL}/upload", files={"file": ("a.txt", b"x")}, data=form, headers=stranger),
        client.put(f"{url}/move", json=move, headers=stranger),
        client.patch(url, json={"title": "x"}, headers=stranger),
        client.post(f"{url}/retry", headers=stranger),
        client.post(f"{url}/reprocess", headers=stranger),
        client.put(f"{url}/content", files={"file": ("a.txt", b"x")}, headers=stranger),
        client.delete(url, headers=stranger),
    ]
    assert [response.status_code for response in responses] == [403] * 7


def test_a_token_is_needed(client: TestClient) -> None:
    url = f"{URL}/{uuid4()}"
    responses = [
        client.get(URL),
        client.get(url),
        client.get(f"{url}/content"),
        client.get(f"{url}/chunks"),
        client.delete(url),
        client.put(f"{url}/move", json={"collection_id": str(uuid4())}),
        client.post(f"{URL}/upload", files={"file": ("a.txt", b"x")}, data={"knowledge_base_id": str(uuid4())}),
    ]
    assert {response.status_code for response in responses} == {401}


def test_a_text_where_a_file_belongs_is_refused_in_words_of_http(
    client: TestClient, admin: Headers, knowledge_base: Json
) -> None:
    form = {"file": "no file", "knowledge_base_id": knowledge_base["id"]}
    response = client.post(
        "/api/documents/upload", files={name: (None, value) for name, value in form.items()}, headers=admin
    )
    faults = {fault["loc"][-1]: fault["msg"] for fault in response.json()["errors"]}
    assert response.status_code == 422
    assert faults["file"] == "A file is expected here: send it with a file name."
    assert "UploadFile" not in response.text
