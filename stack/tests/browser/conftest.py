"""One running stack, and Debian's Chromium to look at its console with."""

import shutil
from collections.abc import Iterator
from typing import Any

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


@pytest.fixture
def visit(browser: Browser, description: dict[str, Any]) -> Iterator[Visit]:
    """Open the console in a browser of one's own, signed in as the administrator unless as somebody else or nobody."""
    opened: list[ConsolePage] = []

    def open_(
        path: str = "/databases", looks: Looks | None = None, account: dict[str, str] | None = None
    ) -> ConsolePage:
        shown = ConsolePage(browser, description["console"], looks or Looks())
        opened.append(shown)
        shown.sign_in(account or description["administrator"])
        shown.go(path)
        return shown

    yield open_
    for shown in opened:
        shown.close()
