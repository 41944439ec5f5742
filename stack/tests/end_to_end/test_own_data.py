"""What a person has in the three services: given out to them, and deleted with the account."""

import time
from collections.abc import Callable
from typing import Any

import httpx
from end_to_end.conftest import PASSWORD, Client, sign_in

_LIMIT_SECONDS = 60.0
_PAUSE_SECONDS = 0.1


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(_PAUSE_SECONDS)


def test_a_deleted_account_takes_its_profile_and_private_knowledge_bases_along(
    client: Client, user: str, administrator: str
) -> None:
    me = client("auth", user).get("/auth/me").json()
    client("user", user).post("/profiles", json={"display_name": "花子"}).raise_for_status()
    roles = {"roles": ["admin", "user"]}
    client("auth", administrator).patch(f"/auth/users/{me['id']}", json=roles).raise_for_status()
    mine = client("admin", sign_in(client, me["email"], PASSWORD))
    private, shared = (
        mine.post("/api/knowledgebase", json={"name": "覚え書き", "visibility": visibility}).json()["id"]
        for visibility in ("private", "shared")
    )
    uploaded = mine.post(
        "/api/documents/upload",
        data={"knowledge_base_id": private},
        files={"file": ("memo.txt", "年次有給休暇は十日です。".encode(), "text/plain")},
    )
    assert uploaded.status_code == 202, uploaded.text

    own = client("auth", sign_in(client, me["email"], PASSWORD))
    assert own.request("DELETE", "/auth/me", json={"password": PASSWORD}).status_code == 204

    admin, profiles = client("admin", administrator), client("user", administrator)
    eventually(lambda: profiles.get(f"/profiles/{me['id']}").status_code == 404)
    eventually(lambda: admin.get(f"/api/knowledgebase/{private}").status_code == 404)
    assert admin.get(f"/api/documents/{uploaded.json()['id']}").status_code == 404
    assert admin.get(f"/api/knowledgebase/{shared}").status_code == 200
    assert client("auth", administrator).get(f"/auth/users/{me['id']}").status_code == 404
    eventually(lambda: _acts(admin, me["id"]) == {"ACCOUNT_DELETED", "PROFILE_DELETED"})
    assert _acts(admin, private) == {"KNOWLEDGE_BASE_DELETED"}


def test_the_exports_of_the_three_services_are_found_from_auths(client: Client, user: str, administrator: str) -> None:
    client("user", user).post("/profiles", json={"display_name": "花子"}).raise_for_status()
    account = client("auth", user).get("/auth/me/export").json()
    parts = {}
    for part in account["elsewhere"]:
        answer = client(part["service"].removeprefix("ai-micro-api-"), user).get(part["path"])
        assert answer.status_code == 200, answer.text
        parts[part["service"]] = answer.json()
    assert parts["ai-micro-api-user"]["profile"]["display_name"] == "花子"
    admin, user_id = client("admin", administrator), account["account"]["id"]
    exported = ("ACCOUNT_EXPORTED", "PROFILE_EXPORTED", "OWN_DATA_EXPORTED")
    eventually(lambda: set(exported) <= {event["action"] for event in _events(admin, user_id)})
    sign_ins = client("admin", user)
    eventually(lambda: len(sign_ins.get("/api/me/export").json()["sign_ins"]) == 1)


def _events(admin: httpx.Client, target: str) -> list[dict[str, Any]]:
    return list(admin.get("/api/logs/audit", params={"target_id": target, "limit": 100}).json()["items"])


def _acts(admin: httpx.Client, target: str) -> set[Any]:
    return {event["action"] for event in _events(admin, target) if event["action"].endswith("_DELETED")}
