"""Requests of every kind for the tests under load, and what they are answered with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx

from service_kit.testing.many_requests import Call

PROBES = {
    "auth": ("/healthz", "/readyz", "/metrics", "/.well-known/jwks.json"),
    "user": ("/healthz", "/readyz", "/metrics"),
    "admin": ("/healthz", "/readyz", "/metrics"),
}
_BOUNDARY = "a-boundary-of-the-tests"
FORM = f"multipart/form-data; boundary={_BOUNDARY}"
_FILE = b"Opening hours: from nine to five.\n"


@dataclass(frozen=True)
class Kind:
    """A kind of request.

    Attributes:
        service: whom it is for.
        call: the request.
        statuses: its proper answers.
    """

    service: str
    call: Call
    statuses: frozenset[int] = field(default_factory=lambda: frozenset({200}))


def kinds_of_requests(client: Callable[..., httpx.Client], token: str) -> dict[str, Kind]:
    """Return requests of every kind that an administrator makes, on a profile and a knowledge base made for them."""
    headers = {"Authorization": f"Bearer {token}"}
    account = client("auth", token).get("/auth/me").raise_for_status().json()
    client("user", token).post("/profiles", json={})  # 409 where there is one already
    profile = f"/profiles/{account['id']}"
    made = client("admin", token).post("/api/knowledgebase", json={"name": f"Load {uuid4().hex}"})
    knowledge_base = made.raise_for_status().json()["id"]
    search = urlencode({"q": "opening hours", "knowledge_base_id": knowledge_base})
    upload = Call(
        "POST", "/api/documents/upload", lambda: upload_form(knowledge_base, _FILE), headers | {"Content-Type": FORM}
    )
    return {
        "a list": Kind("admin", Call("GET", "/api/knowledgebase?total=true", headers=headers)),
        "a list for administrators": Kind("auth", Call("GET", "/auth/users", headers=headers)),
        "one's own account": Kind("auth", Call("GET", "/auth/me", headers=headers)),
        "a get": Kind("user", Call("GET", profile, headers=headers)),
        "a change": Kind("user", Call("PATCH", profile, _new_name, headers)),
        # The same file again is the same document.
        "an upload": Kind("admin", upload, frozenset({200, 202})),
        "a search": Kind("admin", Call("GET", f"/api/search?{search}", headers=headers)),
    }


def _new_name() -> dict[str, Any]:
    return {"display_name": uuid4().hex}


def upload_form(knowledge_base: str, content: bytes) -> bytes:
    """Return the body of an upload."""
    return b"".join(
        [
            f"--{_BOUNDARY}\r\nContent-Disposition: form-data; name=knowledge_base_id\r\n\r\n".encode(),
            knowledge_base.encode(),
            f"\r\n--{_BOUNDARY}\r\nContent-Disposition: form-data; name=file; filename=hours.txt\r\n".encode(),
            b"Content-Type: text/plain\r\n\r\n",
            content,
            f"\r\n--{_BOUNDARY}--\r\n".encode(),
        ]
    )
