"""The same bytes under another name, title or collection: the answer says so, and the caller chooses."""

from codecs import BOM_UTF8
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Create, Headers, Json, Process, Upload

CONTENT = "年次有給休暇は十日とする。".encode()
URL = "/api/documents"


@pytest.fixture
def first(client: TestClient, admin: Headers, upload: Upload, process: Process) -> Json:
    url = upload(CONTENT, "規程.txt").headers["Location"]
    process()
    return dict(client.get(url, headers=admin).json())


@pytest.fixture
def collection(new_collection: Create) -> Json:
    return new_collection("人事")


def documents(client: TestClient, admin: Headers) -> list[Json]:
    return list(client.get(URL, headers=admin).json()["items"])


def test_bytes_that_are_new_are_no_duplicate(upload: Upload) -> None:
    assert upload(CONTENT).json()["duplicate"] is None


@pytest.mark.parametrize("sent", [{}, {"on_duplicate": "keep"}])
def test_a_duplicate_is_left_where_it_is_and_the_answer_says_which_it_is(
    *, client: TestClient, admin: Headers, upload: Upload, first: Json, collection: Json, sent: dict[str, str]
) -> None:
    response = upload(CONTENT, "休暇.txt", collection_id=collection["id"], **sent)
    assert response.status_code == 200
    answer = response.json()
    assert {name: value for name, value in answer.items() if name != "duplicate"} == first
    assert (answer["duplicate"]["action"], answer["duplicate"]["file_name"]) == ("kept", "休暇.txt")
    for named in ("規程", "規程.txt", "未分類"):
        assert named in answer["duplicate"]["text"]
    assert documents(client, admin) == [first]
    changed = client.patch(f"{URL}/{first['id']}", json={}, headers={**admin, "If-Match": response.headers["ETag"]})
    assert changed.status_code == 200


def test_a_duplicate_is_moved_to_the_collection_and_name_of_the_upload(
    *, client: TestClient, admin: Headers, upload: Upload, first: Json, collection: Json, process: Process
) -> None:
    response = upload(CONTENT, "休暇.txt", collection_id=collection["id"], on_duplicate="move")
    assert response.status_code == 200
    assert response.json()["duplicate"]["action"] == "moved"
    assert "人事" in response.json()["duplicate"]["text"]
    (moved,) = documents(client, admin)
    assert (moved["id"], moved["collection_id"]) == (first["id"], collection["id"])
    assert (moved["title"], moved["file_name"], moved["status"]) == ("休暇", "休暇.txt", "ready")
    process()
    params = {"q": "休暇", "collection_id": collection["id"]}
    (found,) = client.get("/api/search", params=params, headers=admin).json()["items"]
    assert (found["title"], found["collection_id"]) == ("休暇", collection["id"])
    again = upload(CONTENT, "休暇.txt", collection_id=collection["id"], on_duplicate="move")
    assert again.json()["duplicate"]["action"] == "kept"
    events = client.get("/api/logs/audit", params={"action": "DOCUMENT_MOVED"}, headers=admin).json()["items"]
    assert [set(event["changes"]) for event in events] == [{"collection_id", "file_name", "title"}]


def test_a_title_that_a_person_gave_and_a_format_outlive_a_move(
    client: TestClient, admin: Headers, upload: Upload, first: Json
) -> None:
    client.patch(f"{URL}/{first['id']}", json={"title": "休暇について"}, headers=admin)
    upload(CONTENT, "休暇.txt", on_duplicate="move")
    assert upload(CONTENT, "休暇.md", on_duplicate="move").json()["duplicate"]["action"] == "kept"
    (document,) = documents(client, admin)
    assert (document["title"], document["file_name"], document["media_type"]) == (
        "休暇について", "休暇.txt", "text/plain",
    )  # fmt: skip


def test_a_duplicate_is_refused_with_the_document_that_it_is(
    client: TestClient, admin: Headers, upload: Upload, first: Json, collection: Json
) -> None:
    response = upload(CONTENT, "休暇.txt", collection_id=collection["id"], on_duplicate="refuse")
    assert (response.status_code, response.json()["code"]) == (409, "DUPLICATE_DOCUMENT")
    assert {name: response.json()[name] for name in ("document_id", "title", "collection_id")} == {
        "document_id": first["id"], "title": "規程", "collection_id": first["collection_id"],
    }  # fmt: skip
    assert documents(client, admin) == [first]


def test_another_answer_to_duplicates_is_refused(upload: Upload) -> None:
    assert upload(CONTENT, on_duplicate="both").status_code == 422


def test_where_a_duplicate_should_go_has_to_be_there(upload: Upload, first: Json, new_knowledge_base: Create) -> None:
    nowhere = upload(CONTENT, collection_id=first["id"])
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "COLLECTION_NOT_FOUND")
    other = upload(CONTENT, into=new_knowledge_base()["id"], collection_id=first["collection_id"])
    assert (other.status_code, other.json()["code"]) == (422, "COLLECTION_OF_ANOTHER_KNOWLEDGE_BASE")


@pytest.mark.parametrize("marked_first", [False, True])
def test_a_byte_order_mark_makes_no_second_document(upload: Upload, *, marked_first: bool) -> None:
    contents = [CONTENT, BOM_UTF8 + CONTENT]
    one, other = (upload(content, "a.txt") for content in (contents[::-1] if marked_first else contents))
    assert (one.status_code, other.status_code) == (202, 200)
    assert other.json()["id"] == one.json()["id"]


@pytest.mark.parametrize("sent", [CONTENT, BOM_UTF8 + CONTENT])
def test_a_document_of_an_earlier_release_is_known_with_its_mark_and_without(
    upload: Upload, migrated_database: DatabaseUrls, sent: bytes
) -> None:
    document = upload(BOM_UTF8 + CONTENT, "a.csv").json()
    with migrated_database.engine().begin() as connection:
        # It took the hash of all bytes.
        connection.execute(
            text("UPDATE documents SET content_hash = encode(sha256(:content), 'hex')"), {"content": BOM_UTF8 + CONTENT}
        )
    assert upload(sent, "b.csv").json()["id"] == document["id"]


def test_a_mark_at_the_beginning_of_what_is_no_text_counts(upload: Upload) -> None:
    pdf = b"%PDF-1.7 but nothing more"
    assert upload(pdf, "a.pdf").json()["id"] != upload(BOM_UTF8 + pdf, "a.pdf").json()["id"]


def test_a_replacement_by_the_same_text_with_a_mark_gives_it_back_with_the_mark(
    client: TestClient, admin: Headers, first: Json, process: Process
) -> None:
    url = f"{URL}/{first['id']}"
    tag = client.get(f"{url}/content", headers=admin).headers["ETag"]
    client.put(f"{url}/content", files={"file": ("規程.txt", BOM_UTF8 + CONTENT)}, headers=admin)
    process()
    read = client.get(f"{url}/content", headers={**admin, "If-None-Match": tag})
    assert (read.status_code, read.content) == (200, BOM_UTF8 + CONTENT)


def test_moves_of_one_document_at_once_are_made_one_after_the_other(
    client: TestClient, admin: Headers, upload: Upload, first: Json, new_collection: Create
) -> None:
    targets = [new_collection(f"{number}")["id"] for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda target: upload(CONTENT, collection_id=target, on_duplicate="move"), targets))
    assert {answer.status_code for answer in answers} == {200}
    (document,) = documents(client, admin)
    assert document["id"] == first["id"]
    assert document["collection_id"] in targets


def test_a_name_that_comes_while_a_document_is_processed_again_is_found(
    *, client: TestClient, admin: Headers, upload: Upload, first: Json, process: Process
) -> None:
    client.patch(f"{URL}/{first['id']}", json={"title": "手引き"}, headers=admin)
    process()
    client.post(f"{URL}/{first['id']}/reprocess", headers=admin)
    processor = client.app.state.workers._processor  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    store = processor.store

    def store_late(*args: object, **kwargs: object) -> None:
        processor.store = store
        assert upload(CONTENT, "蒟蒻.txt", on_duplicate="move").json()["duplicate"]["action"] == "moved"
        store(*args, **kwargs)

    processor.store = store_late
    process()
    found = client.get("/api/search", params={"q": "蒟蒻"}, headers=admin).json()["items"]
    assert [item["document_id"] for item in found] == [first["id"]]
