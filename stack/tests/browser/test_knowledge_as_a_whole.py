"""A knowledge base as a whole in a browser: its summary is made, and its model is changed while one looks on."""

from typing import Any

import httpx
from browser.conftest import await_state
from console_page import Looks, Visit
from sqlalchemy import create_engine


def library_with_a_document(administrator: httpx.Client) -> str:
    made = administrator.post("/api/knowledgebase", json={"name": "郷土資料館"}).raise_for_status().json()
    files = {"file": ("annai.md", "# 案内\n\n資料館は午前9時に開きます。".encode(), "text/markdown")}
    sent = administrator.post("/api/documents/upload", data={"knowledge_base_id": made["id"]}, files=files)
    await_state(administrator, f"/api/documents/{sent.raise_for_status().json()['id']}", "status", "ready")
    return str(made["id"])


def test_a_summary_is_made_and_made_again(visit: Visit, administrator: httpx.Client) -> None:
    base = library_with_a_document(administrator)
    shown = visit(f"/knowledge/bases/{base}", Looks(language="ja", width=390))
    shown.page.get_by_role("link", name="要約とモデル").click()
    assert "まだありません" in shown.main.inner_text()
    shown.page.get_by_role("button", name="要約を作る").click()
    shown.page.get_by_role("status").get_by_text("要約を作りました").wait_for()
    assert "郷土資料館" in shown.page.locator("#summary-text").inner_text()
    shown.page.get_by_role("button", name="要約を作り直す").click()
    shown.page.get_by_role("status").get_by_text("要約を作りました").wait_for()
    assert shown.violations() == []
    assert not shown.is_wider_than_its_window()
    assert shown.faults == []


def test_the_model_is_changed_while_one_looks_on_and_one_that_is_not_set_up_is_refused(
    visit: Visit, administrator: httpx.Client, description: dict[str, Any]
) -> None:
    base = library_with_a_document(administrator)
    database = create_engine(description["databases"]["admindb"]["app_url"])
    with database.begin() as connection:
        # As if an earlier release had made its vectors.
        connection.exec_driver_sql("UPDATE knowledge_bases SET embedding_model = 'old' WHERE id = %s", (base,))
    database.dispose()
    shown = visit(f"/knowledge/bases/{base}/whole", Looks(language="ja"))
    assert shown.page.locator("#current-model").inner_text() == "hash old"
    shown.page.locator("[name=provider]").select_option("openai")
    shown.page.get_by_role("button", name="ベクトルを作り直す").click()
    refused = shown.main.locator("form .problem").inner_text()
    assert "EMBEDDING_URL" in refused
    assert "ありません" in refused
    shown.page.locator("[name=provider]").select_option("hash")
    shown.page.get_by_role("button", name="ベクトルを作り直す").click()
    shown.page.get_by_role("status").get_by_text("新しいベクトルを作っています").wait_for()
    shown.page.locator("#current-model:not(:text-is('hash old'))").wait_for()
    assert shown.page.locator("#change").count() == 0
    shown.page.get_by_role("button", name="ベクトルを作り直す").click()
    assert "既にそのモデル" in shown.main.locator("form .problem").inner_text()
    assert shown.violations() == []
