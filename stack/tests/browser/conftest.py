"""One running stack, and Debian's Chromium to look at its console with."""

import shutil
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from console_page import ConsolePage, Looks, Visit
from playwright.sync_api import Browser, Playwright, sync_playwright
from stack_process import StackProcess, free_ports, new_data_folder

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def stack() -> Iterator[StackProcess]:
    data = new_data_folder()
    process = StackProcess(data, free_ports())
    yield process.wait_ready()
    process.end()
    shutil.rmtree(data)


@pytest.fixture(scope="session")
def description(stack: StackProcess) -> dict[str, Any]:
    return stack.description


@pytest.fixture(scope="session")
def administrator(description: dict[str, Any]) -> Iterator[httpx.Client]:
    """Ask the admin service as the administrator."""
    answer = httpx.post(f"{description['auth']}/auth/login", json=description["administrator"]).raise_for_status()
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    # Below the five seconds after which a service ends an idle connection: a request would meet that end.
    limits = httpx.Limits(keepalive_expiry=2)
    with httpx.Client(base_url=description["admin"], headers=headers, timeout=30, limits=limits) as client:
        yield client


LIBRARY = """# 図書館の利用案内

図書館の開館時間は、平日の午前9時から午後5時までです。

The library lends up to ten books for two weeks.
"""


def await_state(client: httpx.Client, path: str, field: str, expected: str) -> None:
    """Ask again until a field has a value."""
    ends = time.monotonic() + 30
    while (found := client.get(path).raise_for_status().json())[field] != expected:
        assert time.monotonic() < ends, found
        time.sleep(0.05)


@pytest.fixture(scope="session")
def library(administrator: httpx.Client) -> dict[str, str]:
    """A knowledge base with a document that can be searched, and was asked for: ids by what they are of."""
    named_request = {"X-Request-ID": "browser-1"}
    made = administrator.post("/api/knowledgebase", json={"name": "図書館"}, headers=named_request)
    base = made.raise_for_status().json()["id"]
    files = {"file": ("guide.md", LIBRARY.encode(), "text/markdown")}
    sent = administrator.post("/api/documents/upload", data={"knowledge_base_id": base}, files=files)
    document = sent.raise_for_status().json()
    await_state(administrator, f"/api/documents/{document['id']}", "status", "ready")
    passages = administrator.get(f"/api/documents/{document['id']}/chunks").raise_for_status().json()["items"]
    asked = administrator.post(f"/api/knowledgebase/{base}/chat", json={"message": "開館時間は?"}).raise_for_status()
    questions = {"file": ("questions.csv", "question,expected\n開館時間は?,guide.md\n", "text/csv")}
    named = {"knowledge_base_id": base, "name": "開館"}
    evaluation = administrator.post("/api/evaluations", data=named, files=questions).raise_for_status().json()["id"]
    run = administrator.post(f"/api/evaluations/{evaluation}/runs", json={}).raise_for_status().json()["id"]
    await_state(administrator, f"/api/evaluations/{evaluation}/runs/{run}", "state", "done")
    summary = administrator.get("/api/prompt-templates", params={"purpose": "summary"}).raise_for_status().json()
    return {
        "base": base,
        "request": named_request["X-Request-ID"],
        "evaluation": evaluation,
        "template": summary["items"][0]["id"],
        "conversation": asked.json()["session_id"],
        "collection": document["collection_id"],
        "document": document["id"],
        "passage": passages[0]["id"],
    }


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian's package has that name)")
    # Root may not run it in its sandbox, and a container's /dev/shm is small; it sees pages of this machine only.
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield started
    started.close()


@pytest.fixture(scope="session")
def sign_ins() -> dict[str, Any]:
    """The cookies of those who have signed in, by their email: the form is used once for each."""
    return {}


@pytest.fixture
def visit(browser: Browser, description: dict[str, Any], sign_ins: dict[str, Any]) -> Iterator[Visit]:
    """Open the console in a browser of one's own, signed in as the administrator or another account."""
    opened: list[ConsolePage] = []

    def open_(
        path: str = "/databases",
        looks: Looks | None = None,
        account: dict[str, str] | None = None,
        *,
        signs_in_again: bool = False,
    ) -> ConsolePage:
        shown = ConsolePage(browser, description["console"], looks or Looks())
        opened.append(shown)
        who = account or description["administrator"]
        shown.page.context.add_cookies([] if signs_in_again else sign_ins.get(who["email"], []))
        shown.go(path)
        if shown.path == "/sign-in":  # not yet, or a test has ended it
            shown.sign_in(who)
            sign_ins[who["email"]] = shown.page.context.cookies()
            shown.go(path)
        return shown

    yield open_
    for shown in opened:
        shown.close()
