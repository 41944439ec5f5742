"""What one request id left in the logs, in any of the services, is found on one endpoint of the admin service."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

Client = Callable[..., httpx.Client]
_LIMIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.1


def left_by(admin: httpx.Client, request_id: str, *, at_least: int) -> list[dict[str, Any]]:
    """Return what a request id left in the logs, once this much of it has arrived."""
    deadline = time.monotonic() + _LIMIT_SECONDS
    while True:
        answer = admin.get(f"/api/logs/requests/{request_id}")
        assert answer.status_code == 200, answer.text
        if len(items := answer.json()["items"]) >= at_least:
            return list(items)
        assert time.monotonic() < deadline, items
        time.sleep(_PAUSE_SECONDS)


def test_a_refused_sign_in_a_profile_and_changes_of_a_document_are_found_by_one_request_id(
    client: Client, user: str, administrator: str
) -> None:
    request_id = f"one-{uuid.uuid4().hex}"
    same = {"X-Request-ID": request_id}
    auth, profiles, admin = client("auth"), client("user", user), client("admin", administrator)
    base = admin.post("/api/knowledgebase", json={"name": request_id}).json()
    files = {"file": ("guide.txt", request_id.encode(), "text/plain")}
    uploaded = admin.post("/api/documents/upload", files=files, data={"knowledge_base_id": base["id"]})
    document = f"/api/documents/{uploaded.json()['id']}"

    email = f"{request_id}@example.com"
    refused = auth.post("/auth/login", json={"email": email, "password": "no account has it"}, headers=same)
    assert (refused.status_code, refused.headers["X-Request-ID"]) == (401, request_id)
    profiles.post("/profiles", json={"bio": "司書"}, headers=same).raise_for_status()
    admin.patch(document, json={"title": "案内"}, headers=same).raise_for_status()
    admin.delete(document, headers=same).raise_for_status()

    items = left_by(admin, request_id, at_least=5)
    found = [
        (item["log"], item["service"], item["entry"].get("action") or item["entry"].get("event")) for item in items
    ]
    assert found == [
        ("login", "ai-micro-api-auth", None),
        ("audit", "ai-micro-api-user", "PROFILE_CREATED"),
        ("audit", "ai-micro-api-admin", "DOCUMENT_CHANGED"),
        ("system", "ai-micro-api-admin", "document.deleted"),
        ("audit", "ai-micro-api-admin", "DOCUMENT_DELETED"),
    ]
    assert (items[0]["entry"]["email"], items[0]["entry"]["reason"]) == (email, "unknown_account")
    assert {item["entry"]["request_id"] for item in items} == {request_id}
