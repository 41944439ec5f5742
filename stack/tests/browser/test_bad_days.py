"""Bad days of the console: what is said, what is hidden, and what works again by itself."""

import signal
import uuid
from typing import Any

import httpx
import psutil
from console_page import ConsolePage, Visit
from stack_process import StackProcess


def process_of(stack: StackProcess, port: int) -> psutil.Process:
    """Return the process that answers at a port."""
    return next(process for process in stack.descendants() if listens(process, port))


def listens(process: psutil.Process, port: int) -> bool:
    """Return True if a process listens at a port; one that has just ended, such as a parser, does not."""
    try:
        connections = process.net_connections()
    except psutil.NoSuchProcess:
        return False
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in connections)


def test_a_service_that_hangs_is_said_to_and_comes_back_by_itself(
    visit: Visit, stack: StackProcess, description: dict[str, Any]
) -> None:
    shown = visit("/services")
    user = shown.main.locator("section", has=shown.page.locator("#service-user"))
    user.get_by_text("ready", exact=True).wait_for()
    process = process_of(stack, int(description["user"].rpartition(":")[2]))
    process.send_signal(signal.SIGSTOP)
    try:
        user.get_by_text("not ready", exact=True).wait_for(timeout=20_000)
    finally:
        process.send_signal(signal.SIGCONT)
    user.get_by_text("ready", exact=True).wait_for()


def test_an_account_that_is_closed_while_a_page_is_open_goes_to_the_sign_in(
    visit: Visit, description: dict[str, Any], administrator: httpx.Client
) -> None:
    account = {"email": f"{uuid.uuid4().hex}@example.com", "password": "a long enough pass phrase 7"}
    made = httpx.post(f"{description['auth']}/auth/signup", json=account).raise_for_status().json()
    shown = visit("/services?from=here", account=account)
    address = f"{description['auth']}/auth/users/{made['id']}"
    httpx.patch(address, json={"is_active": False}, headers=administrator.headers).raise_for_status()
    shown.page.wait_for_url(lambda url: "/sign-in" in url)
    assert "Your sign-in has ended" in shown.main.inner_text()
    httpx.patch(address, json={"is_active": True}, headers=administrator.headers).raise_for_status()
    shown.page.locator("input[name=email]").fill(account["email"])
    shown.page.locator("input[name=password]").fill(account["password"])
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url("**/services?from=here")


def test_after_signing_out_neither_the_back_button_nor_another_tab_shows_anything(visit: Visit) -> None:
    shown = visit("/people")
    email = shown.page.locator(".email").inner_text()
    other = shown.page.context.new_page()
    other.goto("/services")
    shown.page.get_by_role("button", name="Sign out", exact=True).click()
    shown.page.wait_for_url("**/sign-in")
    shown.page.go_back()
    shown.page.wait_for_url(lambda url: "/sign-in" in url)
    assert email not in shown.page.content()
    other.wait_for_url(lambda url: "/sign-in" in url)


def focus(shown: ConsolePage, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(60):
        shown.page.keyboard.press("Tab")
        if shown.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_the_keyboard_alone_is_enough(visit: Visit, description: dict[str, Any]) -> None:
    shown = visit("/databases")
    focus(shown, "form[action='/sign-out'] button")
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url("**/sign-in")
    shown.page.keyboard.type(description["administrator"]["email"])
    focus(shown, "[name=password]")
    shown.page.keyboard.type(description["administrator"]["password"])
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url("**/databases")
    focus(shown, "nav a[href='/people']")
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url("**/people")
    focus(shown, "[name=q]")
    shown.page.keyboard.type(description["administrator"]["email"])
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url("**/people?q=*")
    assert shown.main.locator("tbody tr").count() == 1
