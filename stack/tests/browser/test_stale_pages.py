"""A page that was open for long deletes nothing that has changed meanwhile; one that shows the present state does."""

from collections.abc import Callable

import httpx
import pytest
from browser.conftest import await_state
from console_page import Visit

CHANGED = "It was changed meanwhile, and was not deleted."


def base(administrator: httpx.Client) -> str:
    return str(administrator.post("/api/knowledgebase", json={"name": "古い画面"}).raise_for_status().json()["id"])


def document(administrator: httpx.Client) -> str:
    files = {"file": ("a.txt", "古い画面の文書です。".encode(), "text/plain")}
    data = {"knowledge_base_id": base(administrator)}
    sent = administrator.post("/api/documents/upload", data=data, files=files).raise_for_status()
    found = str(sent.json()["id"])
    await_state(administrator, f"/api/documents/{found}", "status", "ready")
    return found


def collection(administrator: httpx.Client) -> str:
    body = {"knowledge_base_id": base(administrator), "name": "古い"}
    return str(administrator.post("/api/collections", json=body).raise_for_status().json()["id"])


def template(administrator: httpx.Client) -> str:
    body = {"name": "古い画面", "content": "{context} {question}", "purpose": "answer"}
    return str(administrator.post("/api/prompt-templates", json=body).raise_for_status().json()["id"])


def conversation(administrator: httpx.Client) -> str:
    asked = administrator.post(f"/api/knowledgebase/{base(administrator)}/chat", json={"message": "何がありますか"})
    return str(asked.raise_for_status().json()["session_id"])


@pytest.mark.parametrize(
    ("make", "page", "api", "change"),
    [
        (base, "/knowledge/bases", "/api/knowledgebase", {"name": "新しい"}),
        (document, "/knowledge/documents", "/api/documents", {"title": "新しい"}),
        (collection, "/knowledge/collections", "/api/collections", {"name": "新しい"}),
        (template, "/knowledge/prompt-templates", "/api/prompt-templates", {"description": "新しい"}),
        (conversation, "/knowledge/chat", "/api/chat-sessions", {"title": "新しい"}),
    ],
    ids=["knowledge base", "document", "collection", "prompt template", "conversation"],
)
def test_what_was_changed_meanwhile_is_not_deleted_by_a_page_from_before(
    *,
    visit: Visit,
    administrator: httpx.Client,
    make: Callable[[httpx.Client], str],
    page: str,
    api: str,
    change: dict[str, str],
) -> None:
    made = make(administrator)
    shown = visit(f"{page}/{made}")
    shown.page.on("dialog", lambda dialog: dialog.accept())
    read = administrator.get(f"{api}/{made}").raise_for_status()
    condition = {"If-Match": read.headers["etag"]}
    administrator.patch(f"{api}/{made}", json=change, headers=condition).raise_for_status()
    shown.page.locator("button.danger").last.click()
    shown.page.get_by_role("status").get_by_text(CHANGED).wait_for()
    assert shown.path == f"{page}/{made}"
    assert administrator.get(f"{api}/{made}").status_code == 200
    shown.page.locator("button.danger").last.click()
    shown.page.get_by_role("status").get_by_text("was deleted").wait_for()
    assert administrator.get(f"{api}/{made}").status_code == 404


def test_a_document_that_was_only_processed_meanwhile_is_deleted(visit: Visit, administrator: httpx.Client) -> None:
    made = document(administrator)
    shown = visit(f"/knowledge/documents/{made}")
    shown.page.on("dialog", lambda dialog: dialog.accept())
    before = administrator.get(f"/api/documents/{made}").headers["etag"]
    administrator.post(f"/api/documents/{made}/reprocess").raise_for_status()
    await_state(administrator, f"/api/documents/{made}", "status", "ready")
    assert administrator.get(f"/api/documents/{made}").headers["etag"] != before
    shown.page.locator("button.danger").click()
    shown.page.get_by_role("status").get_by_text("The document was deleted").wait_for()


def test_a_conversation_that_was_asked_on_in_the_same_page_is_renamed_and_deleted(
    visit: Visit, administrator: httpx.Client
) -> None:
    shown = visit(f"/knowledge/chat/{conversation(administrator)}")
    shown.page.on("dialog", lambda dialog: dialog.accept())
    shown.page.locator("[name=message]").fill("何件ありますか")
    shown.page.locator("form[data-chat] button").click()
    shown.page.locator("li.message[id]").nth(1).wait_for()
    shown.page.locator("[name=title]").fill("続き")
    shown.page.get_by_role("button", name="Save", exact=True).click()
    shown.page.get_by_role("status").get_by_text("Saved.").wait_for()
    shown.page.locator("[name=message]").fill("何がありますか")
    shown.page.locator("form[data-chat] button").click()
    shown.page.locator("li.message[id]").nth(2).wait_for()
    shown.page.get_by_role("button", name="Delete the conversation").click()
    shown.page.get_by_role("status").get_by_text("The conversation was deleted").wait_for()
    assert shown.faults == []
