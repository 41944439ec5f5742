"""A document that was uploaded is found again."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

Client = Callable[..., httpx.Client]

TEXT = """# 図書館の案内

図書館は平日の午前九時から午後八時まで開いています。日曜日は休館です。

# Borrowing

Books may be borrowed for three weeks and renewed twice.
"""
PROCESSING_SECONDS = 60.0


@pytest.fixture
def admin(client: Client, administrator: str) -> httpx.Client:
    return client("admin", administrator)


@pytest.fixture
def knowledge_base(admin: httpx.Client) -> dict[str, Any]:
    answer = admin.post("/api/knowledgebase", json={"name": "図書館"})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def processed(admin: httpx.Client, document: dict[str, Any]) -> dict[str, Any]:
    """Wait until the document is ready or failed; processing happens outside of the request."""
    deadline = time.monotonic() + PROCESSING_SECONDS
    while document["status"] in {"pending", "processing"}:
        assert time.monotonic() < deadline, f"still {document['status']}"
        time.sleep(0.1)
        document = admin.get(f"/api/documents/{document['id']}").json()
    return document


@pytest.mark.parametrize("query", ["図書館は何時まで", "renew books"])
def test_an_uploaded_document_is_processed_and_found(
    admin: httpx.Client, knowledge_base: dict[str, Any], query: str
) -> None:
    uploaded = admin.post(
        "/api/documents/upload",
        files={"file": ("library.md", TEXT.encode(), "text/markdown")},
        data={"knowledge_base_id": knowledge_base["id"]},
    )
    assert uploaded.status_code == 202, uploaded.text
    document = processed(admin, uploaded.json())
    assert (document["status"], document["error"]) == ("ready", None)
    assert document["chunk_count"] > 0
    found = admin.get("/api/search", params={"q": query, "knowledge_base_id": knowledge_base["id"]})
    assert found.status_code == 200, found.text
    assert found.json()["items"][0]["document_id"] == document["id"]


def test_a_sign_in_is_in_the_login_log(admin: httpx.Client, description: dict[str, Any]) -> None:
    deadline = time.monotonic() + PROCESSING_SECONDS
    email = description["administrator"]["email"]
    while email not in admin.get("/api/logs/login").text:  # delivered by the auth service in its own time
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize(("signed_in", "size", "status"), [(True, 60_000_000, 413), (False, 40_000_000, 401)])
def test_who_sends_too_much_or_may_not_send_at_all_gets_an_answer_and_no_reset(
    client: Client, administrator: str, signed_in: bool, size: int, status: int
) -> None:
    answer = client("admin", administrator if signed_in else None).post(
        "/api/documents/upload",
        files={"file": ("large.txt", b"x" * size, "text/plain")},
        data={"knowledge_base_id": "00000000-0000-0000-0000-000000000000"},
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
