"""Conversations in a browser: an answer comes as it is made, and its source is one click away."""

import uuid
from typing import Any

import httpx
from console_page import ConsolePage, Looks, Visit
from sqlalchemy import create_engine

SCRIPT = """"><script>window.ran=1</script><img src=x onerror='window.ran=1'>"""
QUESTION = "図書館の開館時間は何時までですか"


def ask(shown: ConsolePage, question: str) -> None:
    shown.page.locator("[name=message]").fill(question)
    shown.page.locator("form[data-chat] button").click()


def test_the_citation_of_an_answer_opens_its_passage(visit: Visit, library: dict[str, str]) -> None:
    shown = visit(f"/knowledge/bases/{library['base']}", Looks(language="ja"))
    shown.page.get_by_role("link", name="質問する").click()
    ask(shown, QUESTION)
    answer = shown.page.locator("li.message[id]").first
    answer.wait_for()
    assert "午後5時" in answer.locator(".answer").inner_text()
    assert shown.page.locator("[name=message]").input_value() == ""
    assert shown.path.startswith("/knowledge/chat/")
    assert shown.violations() == []
    answer.get_by_role("link", name="[1]").click()
    shown.page.wait_for_url("**/passages/*")
    assert "午後5時" in shown.page.locator("#passage-text").inner_text()
    shown.page.go_back()
    assert shown.page.locator(".question").inner_text().endswith(QUESTION)
    assert shown.faults == []


def test_a_new_conversation_is_in_the_list_below_it(visit: Visit, library: dict[str, str]) -> None:
    shown = visit(f"/knowledge/chat?knowledge_base_id={library['base']}")
    question = f"{QUESTION} {uuid.uuid4()}"
    ask(shown, question)
    shown.page.locator("#conversations").get_by_role("link", name=question[:30]).wait_for()
    assert shown.faults == []


def test_what_the_documents_do_not_answer_is_shown_as_such(visit: Visit, library: dict[str, str]) -> None:
    shown = visit(f"/knowledge/chat?knowledge_base_id={library['base']}")
    ask(shown, "Which rocket engine burns methane on Mars?")
    shown.page.locator(".badge", has_text="Not in the documents").wait_for()
    assert shown.page.locator(".citations").count() == 0


def test_a_question_is_asked_on_with_the_one_before(visit: Visit, library: dict[str, str]) -> None:
    shown = visit(f"/knowledge/chat?knowledge_base_id={library['base']}", Looks(width=390))
    ask(shown, f"{QUESTION} {SCRIPT}")
    shown.page.locator("li.message[id]").wait_for()
    address = shown.path
    ask(shown, "How many books does the library lend?")
    shown.page.locator("li.message[id]").nth(1).wait_for()
    shown.page.reload()
    assert shown.path == address
    assert shown.page.locator(".question").count() == 2
    assert SCRIPT in shown.page.locator(".question").first.inner_text()
    assert shown.page.evaluate("window.ran") is None
    assert not shown.is_wider_than_its_window()
    assert shown.faults == []


def test_without_script_the_answer_is_a_page(visit: Visit, library: dict[str, str]) -> None:
    shown = visit(f"/knowledge/chat?knowledge_base_id={library['base']}", Looks(has_script=False))
    ask(shown, QUESTION)
    assert "午後5時" in shown.page.locator(".answer").inner_text()
    assert shown.path.startswith("/knowledge/chat/")


def test_a_conversation_is_rated_renamed_saved_and_deleted(visit: Visit, library: dict[str, str]) -> None:
    shown = visit(f"/knowledge/chat?knowledge_base_id={library['base']}")
    ask(shown, QUESTION)
    shown.page.locator("[name=rating]").select_option("down")
    shown.page.locator("[name=comment]").fill(SCRIPT)
    shown.page.get_by_role("button", name="Send the feedback").click()
    shown.page.get_by_role("status").get_by_text("Thank you").wait_for()
    assert shown.page.locator("[name=rating]").input_value() == "down"
    assert shown.page.locator("[name=comment]").input_value() == SCRIPT
    title = f"{SCRIPT}{uuid.uuid4().hex}"
    shown.page.locator("[name=title]").fill(title)
    shown.page.get_by_role("button", name="Save").click()
    assert shown.main.locator("h1").inner_text() == title
    with shown.page.expect_download() as saved:
        shown.page.get_by_role("link", name="Save as text").click()
    assert QUESTION in saved.value.path().read_text()
    shown.page.on("dialog", lambda dialog: dialog.accept())
    shown.page.get_by_role("button", name="Delete the conversation").click()
    shown.page.get_by_text("The conversation was deleted.").wait_for()
    assert shown.page.get_by_role("link", name=title).count() == 0
    assert shown.page.evaluate("window.ran") is None


def test_what_the_api_refuses_keeps_the_question(
    visit: Visit, library: dict[str, str], administrator: httpx.Client
) -> None:
    base = administrator.post("/api/knowledgebase", json={"name": "消える"}).raise_for_status().json()["id"]
    shown = visit(f"/knowledge/chat?knowledge_base_id={base}")
    administrator.delete(f"/api/knowledgebase/{base}").raise_for_status()
    ask(shown, "まだ答えのない質問")
    shown.page.get_by_role("button", name="Send again").wait_for()
    assert shown.page.locator("[name=message]").input_value() == "まだ答えのない質問"


HOSTILE = """## 開館時間

- **平日**は午前9時から [1]
- 出典のない一文です。

| 曜日 | 時間 |
|---|---|
| 月 | 9 <img src=x onerror="window.ran=1"> |

<script>window.ran=1</script> <img src="https://evil.example/a.png" onerror="window.ran=1">
![x](https://evil.example/b.png) [click](javascript:window.ran=1) <https://evil.example> [1](https://evil.example/c)

![x][1]

[1]: https://evil.example/d.png
"""


def test_a_hostile_answer_is_markdown_of_which_nothing_runs_loads_or_leads_away(
    visit: Visit, library: dict[str, str], description: dict[str, Any]
) -> None:
    shown = visit(f"/knowledge/chat?knowledge_base_id={library['base']}", Looks(language="ja", width=390))
    ask(shown, QUESTION)
    answer = shown.page.locator("li.message[id]").first
    answer.wait_for()
    database = create_engine(description["databases"]["admindb"]["app_url"])
    with database.begin() as connection:
        # As a language model might have written it that a document has told to.
        connection.exec_driver_sql(
            "UPDATE chat_messages SET content = %s, model = 'deceived' WHERE id = %s",
            (HOSTILE, (answer.get_attribute("id") or "").removeprefix("message-")),
        )
    database.dispose()
    shown.page.reload()
    text = answer.locator(".answer")
    assert text.locator("h5").inner_text() == "開館時間"
    assert text.locator("li strong").inner_text() == "平日"
    assert text.locator("td").first.inner_text() == "月"
    assert text.locator("li mark.unsourced").inner_text() == "出典のない一文です。"
    assert "![x](https://evil.example/b.png) [click](javascript:window.ran=1)" in text.inner_text()
    assert text.locator("script, img, iframe, style").count() == 0
    links = text.locator("a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert all(link.startswith("/knowledge/passages/") for link in links)
    assert shown.page.evaluate("window.ran") is None
    assert shown.foreign == []
    assert shown.violations() == []
    assert not shown.is_wider_than_its_window()
    text.get_by_role("link", name="[1]").first.click()
    shown.page.wait_for_url("**/passages/*")
    assert shown.faults == []
