"""Knowledge bases in a browser: what is uploaded is found, what is typed is kept, and nothing of it runs."""

import uuid
from typing import Any

import httpx
from browser.conftest import await_state
from console_page import ConsolePage, Looks, Visit
from playwright.sync_api import Dialog, FilePayload

SCRIPT = """"><script>window.ran=1</script><img src=x onerror='window.ran=1'>"""
LONG_NAME = "長い名前の知識" * 28 + "長い名前"

# Without the table at its end, which readers of PDF make again.
TWO_PAGES = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R 4 0 R] /Count 2>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>> endobj
4 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""
DROP = """([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name, { type: "text/plain" }));
  const form = document.querySelector("form[data-drop]");
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def new_base(administrator: httpx.Client, name: str = "規程") -> str:
    made: dict[str, Any] = administrator.post("/api/knowledgebase", json={"name": name}).raise_for_status().json()
    return str(made["id"])


def upload(administrator: httpx.Client, name: str, content: bytes, media_type: str) -> str:
    """Upload a file to a knowledge base of its own, and return the document's id."""
    data, files = {"knowledge_base_id": new_base(administrator)}, {"file": (name, content, media_type)}
    sent = administrator.post("/api/documents/upload", data=data, files=files)
    return str(sent.raise_for_status().json()["id"])


def fill(shown: ConsolePage, form: str, **values: str) -> None:
    for name, value in values.items():
        shown.page.locator(f"form[action='{form}'] [name={name}]").fill(value)


def send(shown: ConsolePage, form: str) -> None:
    shown.page.locator(f"form[action='{form}'] button:not([name])").last.click()


def test_a_dropped_file_becomes_ready_and_its_passage_is_found(visit: Visit, administrator: httpx.Client) -> None:
    base = new_base(administrator)
    shown = visit(f"/knowledge/bases/{base}", Looks(language="ja"))
    shown.page.evaluate(DROP, ["旅費.txt", "出張の日当は一日につき3000円です。"])
    assert shown.page.locator("#uploaded li").text_content() is not None
    assert "受付" in shown.page.locator("#uploaded li").inner_text()
    shown.page.locator("#news .badge.good", has_text="検索可能").wait_for()
    shown.page.get_by_role("link", name="この中を検索").click()
    shown.page.get_by_role("searchbox", name="検索する内容").fill("日当はいくら")
    shown.page.keyboard.press("Enter")
    marked = shown.page.locator("mark").first
    assert marked.inner_text() in "日当はいくら"
    shown.page.get_by_role("link", name="旅費").click()
    assert "3000円" in shown.page.locator("#passage-text").inner_text()
    assert shown.faults == []


def test_files_are_uploaded_by_keyboard_alone_and_each_gets_an_answer(
    visit: Visit, administrator: httpx.Client
) -> None:
    base = new_base(administrator)
    shown = visit(f"/knowledge/bases/{base}")
    chosen = shown.page.locator("input[type=file]")
    chosen.focus()
    chosen.set_input_files(
        [
            FilePayload(name=f"{LONG_NAME}.txt", mimeType="text/plain", buffer="長い名前の文書です。".encode()),
            FilePayload(name="<img src=x onerror=alert(1)>.exe", mimeType="text/plain", buffer=b"MZ"),
        ]
    )
    shown.page.keyboard.press("Tab")
    shown.page.keyboard.press("Enter")
    shown.page.locator("#uploaded .badge.good", has_text="taken").wait_for()
    refused = shown.page.locator("#uploaded li", has_text="refused")
    assert "<img src=x onerror=alert(1)>.exe: Files of the type" in refused.inner_text()
    shown.page.locator("#news .badge.good").wait_for()
    assert not shown.is_wider_than_its_window()


def test_without_script_an_upload_shows_the_same_answer(visit: Visit, administrator: httpx.Client) -> None:
    base = new_base(administrator)
    shown = visit("/knowledge/bases", Looks(has_script=False))
    shown.go(f"/knowledge/bases/{base}")
    file = FilePayload(name="plain.txt", mimeType="text/plain", buffer=b"Without any script.")
    shown.page.locator("input[type=file]").set_input_files([file])
    shown.page.get_by_role("button", name="Upload").click()
    assert "1 taken, 0 there already, 0 refused" in shown.main.inner_text()


def test_no_script_runs_that_a_person_fills_into_a_field(visit: Visit) -> None:
    shown = visit("/knowledge/bases", Looks(width=390))
    name = f"{SCRIPT}{uuid.uuid4().hex}"
    shown.go("/knowledge/bases")
    fill(shown, "/knowledge/bases", name=name, description=SCRIPT)
    send(shown, "/knowledge/bases")
    assert shown.main.locator("h1").inner_text() == name
    assert SCRIPT in shown.main.inner_text()
    base = shown.path
    fill(shown, f"{base}/collections", name=SCRIPT, description=SCRIPT)
    send(shown, f"{base}/collections")
    assert SCRIPT in shown.main.locator("section[aria-labelledby=collections]").inner_text()
    shown.page.evaluate(DROP, ["text.txt", f"A passage with {SCRIPT} in it."])
    shown.page.locator("#news .badge.good").wait_for()
    shown.page.locator("#news a").first.click()
    shown.page.locator("#state .badge.good").wait_for()
    assert SCRIPT in shown.main.locator(".passages").inner_text()
    fill(shown, shown.path, title=SCRIPT, tags=SCRIPT)
    send(shown, shown.path)
    assert shown.main.locator("h1").inner_text() == SCRIPT
    shown.go(f"/knowledge/search?{httpx.QueryParams(q=SCRIPT, tag=SCRIPT)}")
    assert shown.page.locator("[name=q]").input_value() == SCRIPT
    assert not shown.is_wider_than_its_window()
    assert shown.page.evaluate("window.ran") is None
    assert shown.faults == []


def test_two_tabs_that_change_the_same_lose_no_text(visit: Visit, administrator: httpx.Client) -> None:
    base = new_base(administrator)
    shown = visit(f"/knowledge/bases/{base}")
    administrator.patch(f"/api/knowledgebase/{base}", json={"description": "Of the other tab."}).raise_for_status()
    fill(shown, f"/knowledge/bases/{base}", name=LONG_NAME, description="Of this tab.")
    send(shown, f"/knowledge/bases/{base}")
    problem = shown.page.locator("form .problem")
    assert "It was changed meanwhile" in problem.inner_text()
    assert "Of the other tab." in problem.inner_text()
    assert shown.violations() == []
    send(shown, f"/knowledge/bases/{base}")
    assert shown.main.locator("h1").inner_text() == LONG_NAME
    assert administrator.get(f"/api/knowledgebase/{base}").json()["description"] == "Of this tab."


def test_what_the_api_refuses_is_said_beside_the_form(visit: Visit, administrator: httpx.Client) -> None:
    base = new_base(administrator)
    shown = visit(f"/knowledge/bases/{base}", Looks(language="ja"))
    fill(shown, f"/knowledge/bases/{base}/collections", name="未分類", description="残る文章")
    send(shown, f"/knowledge/bases/{base}/collections")
    form = shown.page.locator(f"form[action='/knowledge/bases/{base}/collections']")
    assert form.locator(".problem").inner_text() != ""
    assert form.locator("[name=description]").input_value() == "残る文章"


def test_a_sign_in_that_has_ended_loses_no_text(visit: Visit, description: dict[str, Any]) -> None:
    shown = visit("/knowledge/bases")
    fill(shown, "/knowledge/bases", name="まだ保存していない", description="とても長い文章です。\n二行目")
    shown.page.context.clear_cookies()
    send(shown, "/knowledge/bases")
    assert "Your sign-in has ended" in shown.main.inner_text()
    assert shown.violations() == []
    with shown.page.context.expect_page() as opened:
        shown.page.get_by_role("link", name="Sign in in another window").click()
    other = opened.value
    other.locator("input[name=email]").fill(description["administrator"]["email"])
    other.locator("input[name=password]").fill(description["administrator"]["password"])
    other.locator("main form button").click()
    other.wait_for_url(lambda url: "/sign-in" not in url)
    shown.page.get_by_role("button", name="Send again").click()
    assert shown.main.locator("h1").inner_text() == "まだ保存していない"
    assert "二行目" in shown.main.inner_text()


def test_a_correction_is_found_and_can_be_undone(visit: Visit, library: dict[str, str]) -> None:
    shown = visit(f"/knowledge/passages/{library['passage']}")
    before = shown.page.locator("#passage-text").inner_text()
    shown.page.get_by_text("Correct the text").click()
    fill(shown, shown.path, text=before.replace("ten books", "twelve books"))
    shown.page.get_by_role("button", name="Save").click()
    assert "twelve books" in shown.page.locator("#passage-text").inner_text()
    shown.page.get_by_text("Correct the text").click()
    shown.page.get_by_role("button", name="Undo the correction").click()
    assert shown.page.locator("#passage-text").inner_text() == before


def test_a_document_that_was_only_processed_meanwhile_is_renamed(visit: Visit, administrator: httpx.Client) -> None:
    document = upload(administrator, "hours.txt", b"9:00 - 17:00", "text/plain")
    await_state(administrator, f"/api/documents/{document}", "status", "ready")
    shown = visit(f"/knowledge/documents/{document}")
    administrator.post(f"/api/documents/{document}/reprocess").raise_for_status()
    fill(shown, shown.path, tags="案内, 貸出")
    send(shown, shown.path)
    shown.page.get_by_role("status").get_by_text("Saved.").wait_for()
    administrator.patch(f"/api/documents/{document}", json={"tags": ["他"]}).raise_for_status()
    fill(shown, shown.path, tags="案内")
    send(shown, shown.path)
    assert "他" in shown.page.locator("form .problem .current").inner_text()
    assert shown.page.locator("[name=tags]").input_value() == "案内"


def test_the_pages_of_a_pdf_are_seen_and_its_file_is_saved(visit: Visit, administrator: httpx.Client) -> None:
    document = upload(administrator, "two.pdf", TWO_PAGES, "application/pdf")
    shown = visit(f"/knowledge/documents/{document}")
    shown.page.get_by_role("link", name="Pages").click()
    shown.page.get_by_role("link", name="Next page").click()
    picture = shown.page.get_by_alt_text("two, page 2")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 1000
    assert shown.page.get_by_role("link", name="Next page").count() == 0
    shown.page.get_by_role("link", name="Back to the document").click()
    with shown.page.expect_download() as saved:
        shown.page.get_by_role("link", name="Save the file").click()
    assert saved.value.suggested_filename == "two.pdf"
    assert saved.value.path().read_bytes() == TWO_PAGES


def test_deleting_asks_first(visit: Visit, administrator: httpx.Client) -> None:
    base = new_base(administrator, "<b>fett</b>")
    shown = visit(f"/knowledge/bases/{base}")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    shown.page.on("dialog", answer)
    shown.page.get_by_role("button", name="Delete the knowledge base").click()
    assert "<b>fett</b>" in asked[0]
    assert shown.path == f"/knowledge/bases/{base}"
    shown.page.get_by_role("button", name="Delete the knowledge base").click()
    shown.page.get_by_text("The knowledge base was deleted.").wait_for()
    assert administrator.get(f"/api/knowledgebase/{base}").status_code == 404


def test_a_prompt_template_is_previewed_and_its_versions_stay(visit: Visit, library: dict[str, str]) -> None:
    shown = visit("/knowledge/prompt-templates")
    name = f"{SCRIPT[:60]}{uuid.uuid4().hex[:30]}"
    prompt = f"{{context}} {{question}} {SCRIPT}"
    fill(shown, "/knowledge/prompt-templates", name=name, description=SCRIPT, content="{contxt}")
    send(shown, "/knowledge/prompt-templates")
    assert shown.page.locator("[name=content]").input_value() == "{contxt}"
    assert "contxt" in shown.page.locator("form .problem").inner_text()
    fill(shown, "/knowledge/prompt-templates", content=prompt)
    send(shown, "/knowledge/prompt-templates")
    assert shown.main.locator("h1").inner_text() == name
    fill(shown, shown.path, content=f"{prompt} Be short.")
    send(shown, shown.path)
    shown.page.get_by_text("Version 1, ").click()
    assert shown.page.locator("#version-1 pre").inner_text() == prompt
    shown.page.locator("select[name=knowledge_base_id]").select_option(library["base"])
    shown.page.locator("[name=question]").fill("図書館の開館時間は?")
    shown.page.get_by_role("button", name="Show it").click()
    assert f"{SCRIPT} Be short." in shown.page.locator("#previewed").inner_text()
    assert shown.page.evaluate("window.ran") is None
    assert [fault for fault in shown.faults if "422" not in fault] == []


def test_an_evaluation_is_uploaded_run_and_drawn(visit: Visit, library: dict[str, str]) -> None:
    shown = visit("/knowledge/evaluations")
    shown.page.locator("[name=name]").fill(SCRIPT)
    shown.page.locator("select[name=knowledge_base_id]").select_option(library["base"])
    wrong = FilePayload(name="q.csv", mimeType="text/csv", buffer=b"question\nwhen?\n")
    shown.page.locator("input[type=file]").set_input_files([wrong])
    shown.page.get_by_role("button", name="Upload").click()
    assert "name the columns question and expected" in shown.page.locator("#refused .problem").inner_text()
    assert shown.page.locator("[name=name]").input_value() == SCRIPT
    questions = f"question,expected\n図書館の開館時間は?,guide.md\n{SCRIPT.replace(chr(34), '')},\n".encode()
    shown.page.locator("input[type=file]").set_input_files(
        [FilePayload(name="q.csv", mimeType="text/csv", buffer=questions)]
    )
    shown.page.get_by_role("button", name="Upload").click()
    shown.page.wait_for_url("**/evaluations/*")
    assert shown.main.locator("h1").inner_text() == SCRIPT
    shown.page.get_by_role("button", name="Start a run").click()
    shown.page.locator("#news .badge.good").first.wait_for()
    assert shown.page.locator("svg.chart circle").count() == 3
    assert "1.000" in shown.page.locator("#news table").inner_text()
    assert shown.violations() == []
    assert shown.page.evaluate("window.ran") is None


def test_a_japanese_page_says_in_japanese_why_a_document_failed_and_what_is_missing_in_another(
    visit: Visit, administrator: httpx.Client
) -> None:
    broken = upload(administrator, "壊れた.pdf", b"%PDF-1.4 and nothing more", "application/pdf")
    await_state(administrator, f"/api/documents/{broken}", "status", "failed")
    cut = upload(administrator, "切れた.txt", ("図書館の利用案内" * 20).encode()[:-1], "text/plain")
    await_state(administrator, f"/api/documents/{cut}", "status", "ready")
    shown = visit(f"/knowledge/documents/{broken}", Looks(language="ja"))
    assert shown.main.locator("#news .problem").inner_text() == (
        "PDF が壊れていて開けません。作り直してからアップロードしてください。"
    )
    shown.go(f"/knowledge/documents/{cut}")
    assert "文章が文字の途中で始まるか終わっています" in shown.main.locator(".warnings").inner_text()


def test_a_japanese_page_says_in_japanese_why_a_file_was_refused(visit: Visit, administrator: httpx.Client) -> None:
    shown = visit(f"/knowledge/bases/{new_base(administrator)}", Looks(language="ja"))
    shown.page.evaluate(DROP, ["表.xls", "古い形式"])
    refused = shown.page.locator("#uploaded li").inner_text()
    assert refused.endswith("表.xls: .xls 形式のファイルは読めません。.xlsx で保存してください。")


def test_a_japanese_form_says_in_japanese_what_is_wrong_with_a_field(visit: Visit) -> None:
    shown = visit("/knowledge/bases", Looks(language="ja"))
    shown.page.locator("form[action='/knowledge/bases'] [name=name]").last.evaluate("field => field.maxLength = 300")
    fill(shown, "/knowledge/bases", name="長" * 201)
    send(shown, "/knowledge/bases")
    assert shown.page.locator("#new-name-problem").inner_text() == "200 文字以内にしてください"
    assert "入力に誤りがあります。" in shown.main.inner_text()
