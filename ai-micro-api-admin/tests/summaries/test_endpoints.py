"""`/api/knowledgebase/{id}/summary` as its callers see it, and its renewal by the workers."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from tests.model_server import ModelServer, streamed
from tests.types_of_fixtures import Ask, Create, Headers, Json, Process, Upload


@pytest.fixture
def url(library: Json) -> str:
    return f"/api/knowledgebase/{library['id']}/summary"


def made(client: TestClient, admin: Headers, url: str) -> Json:
    response = client.post(url, headers=admin)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_a_summary_is_made_and_read(client: TestClient, admin: Headers, stranger: Headers, url: str) -> None:
    before = client.get(url, headers=stranger).json()
    assert (before["summary"], before["statistics"], before["updated_at"], before["is_stale"]) == (
        None, None, None, False,
    )  # fmt: skip
    summary = made(client, admin, url)
    assert "- 開館時間: 図書館は平日の午前九時から午後八時まで開いています。" in summary["summary"]
    assert (summary["model"], summary["is_stale"]) == ("extractive", False)
    numbers = summary["statistics"]
    assert (numbers["documents"], numbers["ready"], numbers["failed"], numbers["collections"]) == (6, 6, 0, 1)
    assert numbers["media_types"] == {"text/markdown": 1, "text/plain": 5}
    assert client.get(url, headers=stranger).json() == summary


def test_a_change_of_documents_marks_it_and_the_workers_make_it_again(
    *, client: TestClient, admin: Headers, library: Json, upload: Upload, process: Process, url: str
) -> None:
    made(client, admin, url)
    document = upload("駐輪場は北側にあります。".encode(), "駐輪場.txt", into=library["id"]).json()["id"]
    client.app.state.workers.work_once()  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    stale = client.get(url, headers=admin).json()
    assert (stale["is_stale"], stale["statistics"]["documents"]) == (True, 6)
    process()
    renewed = client.get(url, headers=admin).json()
    assert (renewed["is_stale"], renewed["statistics"]["documents"]) == (False, 7)
    assert "駐輪場" in renewed["summary"]
    client.delete(f"/api/documents/{document}", headers=admin)
    assert client.get(url, headers=admin).json()["is_stale"] is True
    process()
    assert "駐輪場" not in client.get(url, headers=admin).json()["summary"]


def test_a_change_while_a_summary_is_made_is_not_forgotten(
    *, client: TestClient, admin: Headers, library: Json, url: str, migrated_database: DatabaseUrls
) -> None:
    made(client, admin, url)
    service = client.app.state.summaries  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    mark = text("INSERT INTO stale_summaries (knowledge_base_id) VALUES (:id)")
    again = text("UPDATE stale_summaries SET since = clock_timestamp()")
    with migrated_database.engine().begin() as connection:
        connection.execute(mark, {"id": library["id"]})
    store = service._store

    def store_late(*args: object) -> None:
        with migrated_database.engine().begin() as connection:
            connection.execute(again)
        store(*args)

    service._store = store_late
    assert service.renew_one() is True
    assert client.get(url, headers=admin).json()["is_stale"] is True
    service._store = store
    assert service.renew_one() is True
    assert client.get(url, headers=admin).json()["is_stale"] is False
    assert service.renew_one() is False


def test_nothing_is_made_that_was_not_asked_for(
    *, client: TestClient, admin: Headers, upload: Upload, library: Json, process: Process, url: str
) -> None:
    upload("駐輪場は北側にあります。".encode(), "駐輪場.txt", into=library["id"])
    process()
    assert client.get(url, headers=admin).json()["summary"] is None


def test_an_overview_is_the_summary_and_asking_for_one_makes_it(
    *, client: TestClient, admin: Headers, ask: Ask, process: Process, url: str
) -> None:
    first = ask("ここにはどんな資料がありますか").json()
    assert (first["classification"], first["model"]) == ("overview", "rules")
    process()
    summary = client.get(url, headers=admin).json()
    second = ask("ここにはどんな資料がありますか").json()
    assert (second["answer"], second["model"]) == (summary["summary"], "extractive")


def test_numbers_are_those_of_the_statistics_and_right_while_these_are_stale(
    *, client: TestClient, admin: Headers, ask: Ask, library: Json, upload: Upload, url: str
) -> None:
    made(client, admin, url)
    assert "文書が 6 件" in ask("文書は何件ありますか").json()["answer"]
    upload("駐輪場は北側にあります。".encode(), "駐輪場.txt", into=library["id"])
    client.app.state.workers.work_once()  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    assert "文書が 7 件" in ask("文書は何件ありますか").json()["answer"]


def test_a_summary_changes_no_tag_of_the_knowledge_base(
    client: TestClient, admin: Headers, library: Json, url: str
) -> None:
    address = f"/api/knowledgebase/{library['id']}"
    before = client.get(address, headers=admin)
    made(client, admin, url)
    after = client.get(address, headers=admin)
    assert (after.headers["etag"], after.json()) == (before.headers["etag"], before.json())
    assert (
        client.patch(address, json={"name": "別名"}, headers=admin).json()["updated_at"] != before.json()["updated_at"]
    )


def test_an_empty_knowledge_base_has_a_summary_too(
    client: TestClient, admin: Headers, new_knowledge_base: Create
) -> None:
    url = f"/api/knowledgebase/{new_knowledge_base(name='空')['id']}/summary"
    assert made(client, admin, url)["summary"] == "「空」には、まだ文書がありません。"


def test_readers_read_and_administrators_make(
    client: TestClient, admin: Headers, stranger: Headers, knowledge_base: Json, url: str
) -> None:
    assert client.post(url, headers=stranger).status_code == 403
    private = f"/api/knowledgebase/{knowledge_base['id']}/summary"
    assert client.get(private, headers=stranger).json()["code"] == "KNOWLEDGE_BASE_NOT_FOUND"
    nothing = f"/api/knowledgebase/{uuid4()}/summary"
    assert client.post(nothing, headers=admin).json()["code"] == "KNOWLEDGE_BASE_NOT_FOUND"


def test_a_model_writes_it_from_the_template(
    model_client: TestClient, model_server: ModelServer, admin: Headers, url: str
) -> None:
    model_server.script = lambda _: streamed("図書館の", "資料集です。", "![x](https://evil.example/)", "[3]")
    summary = made(model_client, admin, url)
    assert (summary["summary"], summary["model"]) == ("図書館の資料集です。x", "scripted")
    prompt = model_server.prompt()
    assert "<passages-" in prompt
    assert "ナレッジベース: 図書館" in prompt
    assert "文書が 6 件" in prompt


def test_a_model_server_that_is_gone_leaves_the_last_summary_and_the_mark(
    *, model_client: TestClient, model_server: ModelServer, admin: Headers, library: Json, url: str,
    migrated_database: DatabaseUrls,
) -> None:  # fmt: skip
    model_server.script = lambda _: streamed("図書館の資料集です。")
    made(model_client, admin, url)
    model_server.close()
    response = model_client.post(url, headers=admin)
    assert (response.status_code, response.json()["code"]) == (503, "MODEL_UNAVAILABLE")
    with migrated_database.engine().begin() as connection:
        mark = text("INSERT INTO stale_summaries (knowledge_base_id) VALUES (:id)")
        connection.execute(mark, {"id": library["id"]})
    service = model_client.app.state.summaries  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    assert (service.renew_one(), service.renew_one()) == (True, False)  # claimed, for a later try
    summary = model_client.get(url, headers=admin).json()
    assert (summary["summary"], summary["is_stale"]) == ("図書館の資料集です。", True)
