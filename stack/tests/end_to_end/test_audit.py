"""Who did what, in any of the services, is found at the admin service."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import create_engine, text

Client = Callable[..., httpx.Client]
_LIMIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.1


def arrived(admin: httpx.Client, **wanted: str) -> dict[str, Any]:
    """Return the one event that fits, once it has arrived."""
    deadline = time.monotonic() + _LIMIT_SECONDS
    while True:
        answer = admin.get("/api/logs/audit", params=wanted)
        assert answer.status_code == 200, answer.text
        if items := answer.json()["items"]:
            (event,) = items
            return dict(event)
        assert time.monotonic() < deadline, wanted
        time.sleep(_PAUSE_SECONDS)


def id_of(client: Client, token: str) -> str:
    return str(client("auth", token).get("/auth/me").json()["id"])


def test_acts_of_every_service_arrive_with_their_request(client: Client, user: str, administrator: str) -> None:
    admin, user_id, admin_id = client("admin", administrator), id_of(client, user), id_of(client, administrator)
    client("user", user).post("/profiles", json={"bio": "秘密"}, headers={"X-Request-ID": f"p-{user_id}"})
    client("auth", administrator).patch(
        f"/auth/users/{user_id}", json={"roles": ["admin", "user"]}, headers={"X-Request-ID": f"r-{user_id}"}
    ).raise_for_status()
    created = admin.post("/api/knowledgebase", json={"name": "監査"})

    profile = arrived(admin, service="ai-micro-api-user", action="PROFILE_CREATED", target_id=user_id)
    assert (profile["actor_id"], profile["request_id"], profile["ip_address"]) == (
        user_id,
        f"p-{user_id}",
        "127.0.0.1",
    )
    roles = arrived(admin, service="ai-micro-api-auth", action="ACCOUNT_ROLES_CHANGED", target_id=user_id)
    assert (roles["actor_id"], roles["request_id"]) == (admin_id, f"r-{user_id}")
    assert roles["changes"] == {"roles": {"before": ["user"], "after": ["admin", "user"]}}
    own = arrived(admin, service="ai-micro-api-admin", target_id=created.json()["id"])
    assert (own["action"], own["actor_id"]) == ("KNOWLEDGE_BASE_CREATED", admin_id)


def test_refused_acts_of_every_service_arrive(client: Client, user: str, administrator: str) -> None:
    admin, user_id = client("admin", administrator), id_of(client, user)
    client("auth", user).get("/auth/users")
    client("user", user).get(f"/profiles/{id_of(client, administrator)}")
    client("admin", user).get("/api/settings")
    for service in ("auth", "user", "admin"):
        event = arrived(admin, service=f"ai-micro-api-{service}", actor_id=user_id, result="refused")
        assert event["target_type"] == "endpoint"


def test_the_export_has_the_same_events_as_json_lines(client: Client, user: str, administrator: str) -> None:
    admin, user_id = client("admin", administrator), id_of(client, user)
    created = arrived(admin, action="ACCOUNT_CREATED", target_id=user_id)
    answer = admin.get("/api/logs/audit/export", params={"target_id": user_id})
    assert [json.loads(line) for line in answer.text.splitlines()] == [created]


def test_delivered_events_are_no_longer_counted_as_undelivered(client: Client, user: str, administrator: str) -> None:
    arrived(client("admin", administrator), action="ACCOUNT_CREATED", target_id=id_of(client, user))
    deadline = time.monotonic() + _LIMIT_SECONDS
    while 'outbox_messages{outbox="audit_events"} 0.0' not in client("auth").get("/metrics").text.splitlines():
        assert time.monotonic() < deadline
        time.sleep(_PAUSE_SECONDS)


def test_no_application_role_can_change_events_or_the_version(client: Client, description: dict[str, Any]) -> None:
    rights = text(
        "SELECT relname, string_agg(privilege, ' ' ORDER BY privilege) AS held FROM pg_class,"
        " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege"
        " WHERE relname IN ('audit_events', 'alembic_version', 'alembic_rollout_history')"
        " AND has_table_privilege(pg_class.oid, privilege) GROUP BY relname"
    )
    for urls in description["databases"].values():
        with create_engine(urls["app_url"]).connect() as connection:
            assert {row.relname: row.held for row in connection.execute(rights)} == {
                "audit_events": "INSERT SELECT",
                "alembic_version": "SELECT",
                "alembic_rollout_history": "SELECT",
            }
