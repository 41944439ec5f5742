"""Lists of more than a person scrolls through, in a browser: what is not in them is found by a part of its name."""

from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from browser.conftest import await_state
from console_page import Looks, Visit
from playwright.sync_api import FilePayload

MORE_THAN_A_LIST = 101


@pytest.fixture(scope="module")
def large_base(administrator: httpx.Client) -> dict[str, str]:
    """A knowledge base with a collection that is older than all that a list shows, and a document."""

    def collection(name: str) -> str:
        made = administrator.post("/api/collections", json={"knowledge_base_id": base, "name": name})
        return str(made.raise_for_status().json()["id"])

    made: dict[str, Any] = administrator.post("/api/knowledgebase", json={"name": "大きい"}).raise_for_status().json()
    base = str(made["id"])
    old = collection("<b>最も古い棚</b>")
    for number in range(MORE_THAN_A_LIST):
        collection(f"棚 {number}")
    files = {"file": ("a.txt", "棚の案内です。".encode(), "text/plain")}
    sent = administrator.post("/api/documents/upload", data={"knowledge_base_id": base}, files=files)
    document = str(sent.raise_for_status().json()["id"])
    await_state(administrator, f"/api/documents/{document}", "status", "ready")
    return {"base": base, "old": old, "document": document}


def test_a_document_is_moved_to_a_collection_that_the_list_does_not_reach(
    visit: Visit, large_base: dict[str, str]
) -> None:
    shown = visit(f"/knowledge/documents/{large_base['document']}", Looks(language="ja", width=390))
    chosen = shown.page.locator("#place-collection_id")
    assert chosen.locator("option:checked").inner_text() == "未分類"
    assert chosen.locator("option", has_text="最も古い棚").count() == 0
    find = shown.page.get_by_label("コレクション: 名前の一部")
    find.focus()
    shown.page.keyboard.type("最も古い")
    chosen.locator("option", has_text="<b>最も古い棚</b>").wait_for(state="attached")
    assert chosen.input_value() == large_base["old"]
    assert shown.violations() == []
    assert not shown.is_wider_than_its_window()
    shown.page.get_by_role("button", name="移動").click()
    shown.page.get_by_role("status").get_by_text("移").wait_for()
    assert shown.page.get_by_role("link", name="<b>最も古い棚</b>").count() == 1
    assert shown.faults == []


def test_the_list_of_documents_is_narrowed_and_an_upload_goes_to_such_a_collection(
    visit: Visit, large_base: dict[str, str]
) -> None:
    shown = visit(f"/knowledge/bases/{large_base['base']}")
    shown.page.locator("input[aria-controls=upload-collection_id]").fill("最も古い")
    shown.page.locator("#upload-collection_id option", has_text="最も古い棚").wait_for(state="attached")
    shown.page.locator("#upload-collection_id").select_option(large_base["old"])
    file = FilePayload(name="b.txt", mimeType="text/plain", buffer="古い棚の文書です。".encode())
    shown.page.locator("input[type=file]").set_input_files([file])
    shown.page.get_by_role("button", name="Upload").click()
    shown.page.locator("#uploaded .badge.good", has_text="taken").wait_for()
    shown.page.locator("input[aria-controls=filter-collection_id]").fill("最も古い")
    shown.page.locator("#filter-collection_id option", has_text="最も古い棚").wait_for(state="attached")
    shown.page.locator("#filter-collection_id").select_option(large_base["old"])
    shown.page.get_by_role("button", name="Filter").click()
    shown.page.wait_for_url("**collection_id=*")
    assert "最も" not in unquote(shown.page.url)
    assert shown.page.locator("#filter-collection_id option:checked").inner_text() == "<b>最も古い棚</b>"
    assert "<b>最も古い棚</b>" in shown.page.locator("#news tbody").first.inner_text()
    assert shown.faults == []


def test_every_collection_is_found_in_the_list_of_all(visit: Visit, large_base: dict[str, str]) -> None:
    shown = visit(f"/knowledge/bases/{large_base['base']}")
    shown.page.get_by_role("link", name="All collections").click()
    assert shown.violations() == []
    shown.page.get_by_role("searchbox").fill("最も古い")
    shown.page.keyboard.press("Enter")
    shown.page.get_by_role("link", name="<b>最も古い棚</b>").click()
    assert shown.main.locator("h1").inner_text() == "<b>最も古い棚</b>"
