"""Each act leaves its event: who, what, to what, from where, with which result."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import TokenIssuer
from service_kit.testing.waiting import eventually
from tests.audit_logs.conftest import URL, Events
from tests.types_of_fixtures import Create, Headers, Json, Upload

SECRET_TEXT = "年次有給休暇は、入社から六か月後に十日を付与する。"


def test_an_event_says_who_did_what_to_what_from_where(
    client: TestClient, tokens: TokenIssuer, admin_id: UUID, knowledge_base: Json, events: Events
) -> None:
    session = "8c6ad1d2-4a35-4f6c-b1c5-6a0ce31c3f55"
    token = tokens.token(admin_id, roles=["admin"], sid=session)
    headers = {"Authorization": f"Bearer {token}", "X-Request-ID": "audited-1"}
    client.patch(f"/api/knowledgebase/{knowledge_base['id']}", json={"visibility": "shared"}, headers=headers)
    event = events()[0]
    assert {name: event[name] for name in event if name not in {"id", "occurred_at", "recorded_at"}} == {
        "service": "ai-micro-api-admin",
        "action": "KNOWLEDGE_BASE_CHANGED",
        "result": "done",
        "reason": None,
        "actor_id": str(admin_id),
        "session_id": session,
        "target_type": "knowledge_base",
        "target_id": knowledge_base["id"],
        "ip_address": None,  # the test client has none
        "request_id": "audited-1",
        "changes": {"visibility": {"before": "private", "after": "shared"}},
        "occurrences": 1,
    }


def test_the_address_that_a_request_comes_from_is_recorded(client_at_an_address: TestClient, admin: Headers) -> None:
    client_at_an_address.post("/api/knowledgebase", json={"name": "社内規程"}, headers=admin)
    (event,) = client_at_an_address.get(URL, headers=admin).json()["items"]
    assert event["ip_address"] == "192.0.2.1"


def test_knowledge_bases_and_collections(
    client: TestClient, admin: Headers, new_collection: Create, knowledge_base: Json, events: Events
) -> None:
    collection = new_collection("規程")
    client.patch(f"/api/collections/{collection['id']}", json={"name": "内規"}, headers=admin)
    client.delete(f"/api/collections/{collection['id']}", headers=admin)
    client.delete(f"/api/knowledgebase/{knowledge_base['id']}", headers=admin)
    assert [(event["action"], event["target_id"], event["changes"]) for event in events()] == [
        ("KNOWLEDGE_BASE_DELETED", knowledge_base["id"], {}),
        ("COLLECTION_DELETED", collection["id"], {}),
        ("COLLECTION_CHANGED", collection["id"], {"name": {}}),
        ("COLLECTION_CREATED", collection["id"], {}),
        ("KNOWLEDGE_BASE_CREATED", knowledge_base["id"], {}),
    ]


def test_documents(client: TestClient, admin: Headers, upload: Upload, new_collection: Create, events: Events) -> None:
    document = upload(SECRET_TEXT.encode()).json()["id"]
    upload(SECRET_TEXT.encode())  # the same bytes: nothing happens, and nothing is recorded
    collection = new_collection("規程")["id"]
    client.put(f"/api/documents/{document}/move", json={"collection_id": collection}, headers=admin)
    client.delete(f"/api/documents/{document}", headers=admin)
    assert [(event["action"], event["changes"]) for event in events(target_type="document", target_id=document)] == [
        ("DOCUMENT_DELETED", {}),
        ("DOCUMENT_MOVED", {"collection_id": {}}),
        ("DOCUMENT_UPLOADED", {}),
    ]


def test_settings_with_their_values(client: TestClient, admin: Headers, events: Events) -> None:
    client.put("/api/settings/search.fusion.k", json={"value": 20}, headers=admin)
    (event,) = events(action="SETTING_CHANGED")
    assert (event["target_id"], event["changes"]) == ("search.fusion.k", {"value": {"before": 10, "after": 20}})


def test_prompt_templates(client: TestClient, admin: Headers, events: Events) -> None:
    body = {"name": "mine", "purpose": "answer", "content": "{context}{question}"}
    url = client.post("/api/prompt-templates", json=body, headers=admin).headers["location"]
    for change in ({"name": "other"}, {"name": "other"}):
        client.patch(url, json=change, headers=admin)
    client.delete(url, headers=admin)
    assert [(event["action"], event["changes"]) for event in events(target_type="prompt_template")] == [
        ("PROMPT_TEMPLATE_DELETED", {}),
        ("PROMPT_TEMPLATE_CHANGED", {"name": {}}),
        ("PROMPT_TEMPLATE_CREATED", {}),
    ]


def test_a_change_that_changes_nothing_is_no_event(
    client: TestClient, admin: Headers, knowledge_base: Json, events: Events
) -> None:
    client.patch(f"/api/knowledgebase/{knowledge_base['id']}", json={"name": knowledge_base["name"]}, headers=admin)
    assert [event["action"] for event in events()] == ["KNOWLEDGE_BASE_CREATED"]


def test_no_text_of_documents_and_no_token_is_in_any_event(
    client: TestClient, admin: Headers, upload: Upload, migrated_database: DatabaseUrls
) -> None:
    upload(SECRET_TEXT.encode(), "秘密.txt")
    client.get("/api/settings", headers=admin)
    with migrated_database.engine().connect() as connection:
        rows = "\n".join(connection.scalars(text("SELECT audit_events::text FROM audit_events")))
    assert "DOCUMENT_UPLOADED" in rows
    for secret in ("年次", "秘密", admin["Authorization"].split(".")[1]):
        assert secret not in rows


def test_an_act_that_is_rolled_back_leaves_no_event(
    client: TestClient, admin: Headers, knowledge_base: Json, new_collection: Create, events: Events
) -> None:
    new_collection("規程")
    taken = {"knowledge_base_id": knowledge_base["id"], "name": "規程"}
    assert client.post("/api/collections", json=taken, headers=admin).status_code == 409
    assert len(events(action="COLLECTION_CREATED")) == 1


def test_an_event_that_cannot_be_written_is_no_act(
    client: TestClient, admin: Headers, knowledge_base: Json, migrated_database: DatabaseUrls
) -> None:
    with migrated_database.engine().begin() as connection:
        connection.execute(text("REVOKE INSERT ON audit_events FROM admindb_app"))
    assert client.delete(f"/api/knowledgebase/{knowledge_base['id']}", headers=admin).status_code == 500
    assert client.get(f"/api/knowledgebase/{knowledge_base['id']}", headers=admin).status_code == 200


def test_an_administrators_act_of_another_user_is_refused_and_recorded(
    client: TestClient, tokens: TokenIssuer, admin_id: UUID, knowledge_base: Json, events: Events
) -> None:
    intruder = UUID("5a1f0f6a-5f0e-4c39-9a3f-0f6a5e5f0e4c")
    headers = tokens.authorization(intruder)
    assert client.delete(f"/api/knowledgebase/{knowledge_base['id']}", headers=headers).status_code == 403
    eventually(lambda: len(events(result="refused")) == 1)
    (event,) = events(result="refused")
    assert (event["action"], event["reason"], event["actor_id"]) == ("ACCESS", "FORBIDDEN", str(intruder))
    assert (event["target_type"], event["target_id"]) == (
        "endpoint",
        f"DELETE /api/knowledgebase/{knowledge_base['id']}",
    )


def test_what_is_hidden_from_a_user_is_refused_and_recorded_and_what_is_not_there_for_an_administrator_is_not(
    client: TestClient, admin: Headers, tokens: TokenIssuer, document: Json, events: Events
) -> None:
    intruder, nothing = UUID("5a1f0f6a-5f0e-4c39-9a3f-0f6a5e5f0e4c"), UUID(int=0)
    kinds = {
        "/api/knowledgebase/{}": ("KNOWLEDGE_BASE_ACCESS", document["knowledge_base_id"]),
        "/api/collections/{}": ("COLLECTION_ACCESS", document["collection_id"]),
        "/api/documents/{}": ("DOCUMENT_ACCESS", document["id"]),
    }
    for path, (_, hidden) in kinds.items():
        assert client.get(path.format(nothing), headers=admin).status_code == 404
        assert client.get(path.format(hidden), headers=tokens.authorization(intruder)).status_code == 404
    eventually(lambda: len(events(result="refused")) == len(kinds))
    found = {(event["action"], event["target_id"], event["actor_id"]) for event in events(result="refused")}
    assert found == {(action, f"GET {path.format(hidden)}", str(intruder)) for path, (action, hidden) in kinds.items()}


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events"]
)
def test_the_application_role_can_neither_change_nor_delete_events(
    knowledge_base: Json, migrated_database: DatabaseUrls, statement: str
) -> None:
    with migrated_database.engine(migrated_database.app).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_events")) == 1
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(text(statement))
