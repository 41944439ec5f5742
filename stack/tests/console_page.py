"""The console in a browser, as a test sees it: what is on the page, and what went wrong in it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

from stack.paths import ROOT

SCREENSHOTS = ROOT / "docs/images"
SERIOUS = frozenset({"serious", "critical"})
TIMEOUT_MS = 15_000


@dataclass(frozen=True)
class Looks:
    """How a page is shown.

    Attributes:
        language: of the browser.
        scheme: light or dark.
        width: of the window, pixels.
        height: of the window, pixels.
        has_script: whether the browser runs any.
    """

    language: Literal["en", "ja"] = "en"
    scheme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 900
    has_script: bool = True


class ConsolePage:
    """A window of a browser that has no other, with the console in it.

    Args:
        browser: a running one.
        address: of the console.
        looks: how it is shown.

    Attributes:
        page: Playwright's.
        faults: what the page wrote to the browser's console as an error; a script that the policy refuses is one.
    """

    def __init__(self, browser: Browser, address: str, looks: Looks) -> None:
        self._address = address
        self._context = browser.new_context(
            base_url=address,
            locale={"en": "en-GB", "ja": "ja-JP"}[looks.language],
            timezone_id="Asia/Tokyo",
            color_scheme=looks.scheme,
            viewport={"width": looks.width, "height": looks.height},
            java_script_enabled=looks.has_script,
        )
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(TIMEOUT_MS)
        self.faults: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._note)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self._address, "data:")):
            self.foreign.append(request.url)

    def sign_in(self, account: dict[str, str]) -> None:
        """Sign in through the form."""
        self.page.goto("/sign-in")
        self.page.locator("input[name=email]").fill(account["email"])
        self.page.locator("input[name=password]").fill(account["password"])
        self.page.locator("main form button").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def go(self, path: str) -> None:
        """Open another page."""
        self.page.goto(path)

    @property
    def path(self) -> str:
        """The path of the page that is open."""
        return urlsplit(self.page.url).path

    @property
    def main(self) -> Locator:
        """What stands below the head of the page."""
        return self.page.locator("main")

    def violations(self) -> list[str]:
        """Return what axe finds that keeps a person out: serious and critical."""
        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        return [
            f"{violation['id']}: {violation['help']}: {[node['html'][:200] for node in violation['nodes']]}"
            for violation in found
            if violation["impact"] in SERIOUS
        ]

    def is_wider_than_its_window(self) -> bool:
        """Return True if a person would have to scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def keep_screenshot(self, name: str) -> None:
        """Write a picture for the documents where `WRITE_SCREENSHOTS=1` asks for it."""
        if os.environ.get("WRITE_SCREENSHOTS"):
            SCREENSHOTS.mkdir(exist_ok=True)
            self.page.screenshot(path=Path(SCREENSHOTS) / f"console-{name}.png", full_page=True)

    def close(self) -> None:
        """Close the window and forget its cookies."""
        self._context.close()


Visit = Callable[..., ConsolePage]
"""Opens the console at a path, signed in; see `visit` in browser/conftest.py."""
