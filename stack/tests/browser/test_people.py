"""Accounts in a browser: made, changed, closed, and one's own."""

import uuid
from typing import Any

import httpx
import pytest
from console_page import ConsolePage, Looks, Visit

PASSWORD = "a long enough pass phrase 7"
SCRIPT = """"><script>window.ran=1</script><img src=x onerror='window.ran=1'>"""


@pytest.fixture
def account(description: dict[str, Any]) -> dict[str, str]:
    """A new account without a right but its own."""
    made = {"email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD}
    httpx.post(f"{description['auth']}/auth/signup", json=made).raise_for_status()
    return made


def send(shown: ConsolePage, form: str, **values: str) -> None:
    for name, value in values.items():
        shown.page.locator(f"form[method=post][action='{form}'] [name={name}]").fill(value)
    shown.page.locator(f"form[method=post][action='{form}'] button").click()


def test_the_password_of_a_new_account_is_shown_once_and_signs_in(visit: Visit) -> None:
    shown = visit("/people")
    email = f"{uuid.uuid4().hex}@example.com"
    send(shown, "/people", email=email)
    password = shown.page.locator("#password").inner_text()
    assert shown.violations() == []
    shown.page.get_by_role("link", name="To the account").click()
    assert shown.main.locator("h1").inner_text() == email
    assert password not in shown.page.content()
    other = visit("/account", account={"email": email, "password": password})
    assert email in other.main.inner_text()
    assert other.page.get_by_role("link", name="People", exact=True).count() == 0
    other.go("/people")
    assert other.main.locator("h1").inner_text() == "Your account may not do this"


def test_an_account_is_found_by_filters_and_deactivated(visit: Visit, account: dict[str, str]) -> None:
    shown = visit("/people")
    shown.page.get_by_label("Part of the email").fill(account["email"][:12])
    shown.page.keyboard.press("Enter")
    shown.page.get_by_role("link", name=account["email"]).click()
    before = shown.path
    shown.page.locator("[name=is_active]").select_option("false")
    stale = shown.page.locator("[name=etag]").input_value()
    send(shown, before)
    assert "not active" in shown.main.locator("dl").first.inner_text()
    # Another tab that has read the account before sees what it is now.
    shown.page.locator("[name=etag]").evaluate("(field, etag) => { field.value = etag; }", stale)
    shown.page.locator("[name=is_active]").select_option("true")
    send(shown, before)
    assert "It was changed meanwhile" in shown.main.locator("form .problem").inner_text()
    assert shown.main.locator(".current").inner_text().split()[-1] == "false"


def test_one_sees_and_ends_ones_own_sessions(visit: Visit, account: dict[str, str]) -> None:
    other = visit("/services", account=account)
    shown = visit("/account", account=account, signs_in_again=True)
    rows = shown.main.locator("section[aria-labelledby=sessions] tbody tr")
    assert rows.count() == 2
    rows.filter(has_not_text="this browser").locator("button").click()
    shown.page.get_by_text("It is signed out.").wait_for()
    other.page.wait_for_url(lambda url: "/sign-in" in url)  # by itself: its page asks for news
    assert "Your sign-in has ended" in other.main.inner_text()


def test_a_profile_keeps_what_is_typed_and_runs_none_of_it(visit: Visit, account: dict[str, str]) -> None:
    shown = visit("/account", Looks(width=390), account)
    name = SCRIPT
    send(shown, "/account/profile", display_name=name, bio=SCRIPT)
    shown.page.get_by_text("Saved.").wait_for()
    send(shown, "/account/profile", first_name=SCRIPT)
    shown.page.get_by_text("Saved.").wait_for()
    assert shown.page.locator("[name=display_name]").input_value() == name
    send(shown, "/account/profile", time_zone="Mars/Olympus")
    assert shown.page.locator(".field-problem").count() == 1
    assert shown.page.locator("[name=time_zone]").input_value() == "Mars/Olympus"
    assert shown.page.evaluate("window.ran") is None
    assert not shown.is_wider_than_its_window()


def test_a_password_is_changed_and_the_account_deleted(visit: Visit, account: dict[str, str]) -> None:
    shown = visit("/account", account=account)
    send(shown, "/account/password", current_password="not mine", new_password="another long phrase 8")
    assert "This is not your password." in shown.main.inner_text()
    send(shown, "/account/password", current_password=PASSWORD, new_password="another long phrase 8")
    shown.page.get_by_text("The password was changed.").wait_for()
    with shown.page.expect_download() as saved:
        shown.page.get_by_role("link", name="Download from auth").click()
    assert account["email"] in saved.value.path().read_text()
    shown.page.on("dialog", lambda dialog: dialog.accept())
    send(shown, "/account/delete", password="another long phrase 8")
    shown.page.wait_for_url("**/sign-in")
    shown.page.locator("input[name=email]").fill(account["email"])
    shown.page.locator("input[name=password]").fill("another long phrase 8")
    shown.page.locator("main form button").click()
    assert "do not belong together" in shown.main.inner_text()
